package main

import "testing"

func TestCompat(t *testing.T) {
	for given, want := range map[string]compat{
		"ntfy=ntfy.example.org": {dialect: "ntfy", host: "ntfy.example.org"}, " gotify=Gotify.LAN": {dialect: "gotify", host: "gotify.lan"},
		"campfire=:8080": {dialect: "campfire", listen: ":8080"}, "slack=127.0.0.1:0": {dialect: "slack", listen: "127.0.0.1:0"},
		"": {}, "ntfy": {}, "ntfy=": {}, "github=a.example": {}, "ntfy=a b": {}, "ntfy=http://a.example": {}, "ntfy=:none": {}, "=a.example": {},
	} {
		var c compat
		if err := c.UnmarshalText([]byte(given)); err != nil {
			c = compat{}
		} else if want == (compat{}) {
			t.Errorf("%q is taken for %+v", given, c)
		}
		if c != want {
			t.Errorf("%q is %+v, want %+v", given, c, want)
		}
	}
}
