package locale

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"plainchat/policy"
)

// Every code has a sentence.
func TestDenied(t *testing.T) {
	source, err := os.ReadFile("../policy/policy.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Code = "([a-z_]+)"`).FindAllSubmatch(source, -1)
	if len(codes) != len(english) {
		t.Errorf("%d codes, %d sentences", len(codes), len(english))
	}
	for _, code := range codes {
		if s := Denied(policy.Code(code[1])); !strings.HasSuffix(s, ".") {
			t.Errorf("%s: %q", code[1], s)
		}
	}
}
