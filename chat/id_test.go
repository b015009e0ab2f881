package chat

import "testing"

func TestParseID(t *testing.T) {
	for _, s := range []string{"abc-0", "a1b2-7", "e-9223372036854775807"} {
		if id, err := ParseID(s); err != nil || id.String() != s {
			t.Errorf("ParseID(%q) = %v, %v", s, id, err)
		}
	}
	for _, s := range []string{
		"", "-", "-1", "abc", "abc-", "abc-01", "abc-+1", "abc--1", "abc-1-2", "ABC-1", "a b-1", "abc-1 ",
		"abc-9223372036854775808", "abc-99999999999999999999", "방-1", "abc-\x00", "abcdefghijklmnopqrstuvwxyz0123456-1",
	} {
		if id, err := ParseID(s); err == nil {
			t.Errorf("ParseID(%q) = %v, want an error", s, id)
		}
	}
}

// What is accepted is written back the same, so that an id has one form only.
func FuzzParseID(f *testing.F) {
	f.Add("abc-1")
	f.Add("abc-01")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ParseID(s); err == nil && id.String() != s {
			t.Errorf("ParseID(%q) = %q", s, id)
		}
	})
}
