package chat

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// Each kind is declared whole, and what it writes it reads.
func TestKinds(t *testing.T) {
	names := make(map[string]bool)
	for _, k := range Kinds {
		t.Run(k.Name, func(t *testing.T) {
			if names[k.Name] || KindOf(k.Name) != k || k.Sample.Kind() != k || !strings.HasSuffix(k.Doc, ".") {
				t.Error("it is not declared as it should be")
			}
			names[k.Name] = true
			data := string(k.Sample.Append(nil))
			back, err := k.Decode(data)
			if data == "" || err != nil || back != k.Sample {
				t.Errorf("%q is read as %+v, %v", data, back, err)
			}
			if _, err := k.Decode(""); err == nil {
				t.Error("an empty body is read")
			}
			if k == messageKind { // whose body is any text
				return
			}
			for _, broken := range []string{"{}", data[:len(data)-1], data + "}", `{"x":1,` + data[1:], "null", "[]"} {
				if got, err := k.Decode(broken); err == nil {
					t.Errorf("%q is read as %+v", broken, got)
				}
			}
		})
	}
}

// Every kind has a wire form that is one line of JSON with what all events have.
func TestKindsOnTheWire(t *testing.T) {
	for _, k := range Kinds {
		ev := Event{ID{"e1", 7}, time.UnixMilli(1).UTC(), Lobby, Person{"g1", "Ann"}, "k", k.Sample}
		var wire map[string]any
		data := ev.AppendJSON(nil)
		if err := json.Unmarshal(data, &wire); err != nil || wire["id"] != "e1-7" || wire["user_name"] != "Ann" || wire["client_id"] != "k" {
			t.Errorf("%s: %s, %v", k.Name, data, err)
		}
		if strings.Contains(string(data), "g1") {
			t.Errorf("%s tells who somebody is: %s", k.Name, data)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, k := range Kinds {
		f.Add(k.Name, string(k.Sample.Append(nil)))
	}
	f.Fuzz(func(t *testing.T, name, data string) {
		k := KindOf(name)
		if k == nil {
			return
		}
		body, err := k.Decode(data)
		if err != nil {
			return
		}
		again, err := k.Decode(string(body.Append(nil)))
		if err != nil || again != body || body.Kind() != k {
			t.Errorf("%q is %+v, which comes back as %+v, %v", data, body, again, err)
		}
	})
}

func TestParseEmoji(t *testing.T) {
	for in, want := range map[string]string{
		"👍": "👍", "👍\ufe0f": "👍", "👍🏽": "👍🏽", "❤": "❤\ufe0f", "❤\ufe0f": "❤\ufe0f", "🇰🇷": "🇰🇷", "1\ufe0f\u20e3": "1\ufe0f\u20e3",
		"👩‍👩‍👧‍👦": "👩‍👩‍👧‍👦", "🏳️‍🌈": "🏳️‍🌈",
		"": "", "a": "", "👍👍": "", "1": "", "<b>": "", "👍 ": "", "\xff": "", "🇰": "", "❤\ufe0e": "",
	} {
		got, err := ParseEmoji(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v; want %q", in, got, err, want)
		}
		if again, err := ParseEmoji(got); got != "" && (again != got || err != nil) {
			t.Errorf("%q becomes %q, %v", got, again, err)
		}
	}
}
