package hooks

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// A body of a megabyte takes no more memory than is counted for it, by far: whoever knows a hook's address
// cannot stop the server with what is written in it.
func TestHostileBodies(t *testing.T) {
	const mostAllocated = 32 << 20 // in all, not at a time
	deep := strings.Repeat("[", 4000) + strings.Repeat("]", 4000)
	objects := "[" + strings.TrimSuffix(strings.Repeat("{},", 300_000), ",") + "]"
	for name, tt := range map[string]struct{ kind, body string }{
		"deep":        {typeJSON, `{"a":` + deep + `,"b":` + deep + `}`},
		"backticks":   {typeJSON, `{"topic":"t","message":"x","tags":["` + strings.Repeat("`", 60_000) + `"]}`},
		"blocks":      {typeJSON, `{"text":"x","blocks":` + objects + `}`},
		"attachments": {typeJSON, `{"text":"x","attachments":` + objects + `}`},
		"alerts":      {typeJSON, `{"status":"firing","alerts":` + objects + `}`},
		"marks":       {typeJSON, `{"text":"` + strings.Repeat("*a* ", 250_000) + `"}`},
		"brackets":    {typeJSON, `{"text":"` + strings.Repeat("<http://a|b>", 80_000) + `"}`},
		"members":     {typeJSON, `{` + strings.TrimSuffix(strings.Repeat(`"a":1,`, 160_000), ",") + `}`},
		"elements":    {"text/xml", "<r>" + strings.Repeat("<a>x</a>", 120_000) + "</r>"},
		"fields":      {"application/x-www-form-urlencoded", strings.Repeat("a=&", 330_000)},
	} {
		r := request(http.MethodPost, "", tt.kind, "", []byte(tt.body))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		posts, err := Of(r).Read(r)
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > mostAllocated {
			t.Errorf("%s: %d MB were allocated for %d KB", name, got>>20, len(tt.body)>>10)
		}
		for _, p := range posts {
			check(t, p)
		}
		if _, is := err.(Refusal); err != nil && !is {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMeasure(t *testing.T) {
	for data, want := range map[string][2]int{
		`{}`: {1, 1}, `{"a":[{"b":"}{\"{"},{}]}`: {3, 3}, `{"\\":{}}`: {2, 2}, `"{[`: {0, 0}, `]]{`: {1, 0},
	} {
		if objects, deepest := measure([]byte(data)); objects != want[0] || deepest != want[1] {
			t.Errorf("%s has %d objects and is %d deep, want %v", data, objects, deepest, want)
		}
	}
}
