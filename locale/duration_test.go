package locale

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	file, err := os.ReadFile("testdata/durations.json")
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]string // by milliseconds
	if err := json.Unmarshal(file, &want); err != nil {
		t.Fatal(err)
	}
	for ms, told := range want {
		n, err := strconv.Atoi(ms)
		if err != nil {
			t.Fatal(err)
		}
		if got := English.Duration(time.Duration(n) * time.Millisecond); got != told {
			t.Errorf("%s ms: %q, want %q", ms, got, told)
		}
	}
	if got := Korean.Duration(93 * time.Second); got != "1분 33초" {
		t.Error(got)
	}
}
