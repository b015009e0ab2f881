package identity

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestSecret(t *testing.T) {
	secret := NewSecret()
	if !regexp.MustCompile("^plc_[a-z2-7]{58}$").MatchString(string(secret)) || secret == NewSecret() {
		t.Errorf("a secret is %q", secret)
	}
	if got, err := ParseSecret(string(secret)); got != secret || err != nil {
		t.Errorf("%q is read as %q, %v", secret, got, err)
	}
	if id := NewTokenID(); len(id) != 8 || id == NewTokenID() {
		t.Errorf("a token has the id %q", id)
	}
}

func TestSecretHash(t *testing.T) {
	// printf plc_a | sha256sum
	const want = "29b1505bc38c3218ea8fb13359597e33af3642a2c32b793a2dcf1f4d2d8374b9"
	if got := Secret("plc_a").Hash(); got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

// Each slip of the hand is told from a token that is not known.
func TestMiscopiedSecret(t *testing.T) {
	secret := string(NewSecret())
	for i := len(secretPrefix); i < len(secret); i++ {
		other := byte('a')
		if secret[i] == other {
			other = 'b'
		}
		for _, typo := range []string{
			secret[:i],                                // cut
			secret[:i] + secret[i+1:],                 // left out
			secret[:i] + string(other) + secret[i:],   // too many
			secret[:i] + string(other) + secret[i+1:], // another
			secret[:i] + "1" + secret[i+1:],           // not a digit of base32
		} {
			if got, err := ParseSecret(typo); !errors.Is(err, ErrMiscopied) {
				t.Errorf("%q is read as %q, %v", typo, got, err)
			}
		}
	}
}

func TestSecretOfRequest(t *testing.T) {
	secret := NewSecret()
	basic := func(user, password string) string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	for _, tt := range []struct {
		header string
		want   Secret
		err    error
	}{
		{"", "", nil},
		{"Bearer " + string(secret), secret, nil},
		{"bearer  " + string(secret) + " ", secret, nil},
		{"Bearer " + string(secret[:20]), "", ErrMiscopied},
		{"Bearer " + strings.ToUpper(string(secret)), "", ErrNotToken},
		{"Bearer eyJhbGciOi", "", ErrNotToken},
		{"Bearer", "", ErrNotToken},
		{basic("", string(secret)), secret, nil},
		{basic("anybody", string(secret)), secret, nil},
		{basic("ci", string(secret[:20])), "", ErrMiscopied},
		{basic("ann", "the proxy's"), "", nil},
		{basic(string(secret), ""), "", nil},
		{"Basic ???", "", nil},
		{"Digest " + string(secret), "", nil},
		{string(secret), "", nil},
	} {
		r := httptest.NewRequest(http.MethodGet, "/?token="+string(secret)+"&access_token="+string(secret), nil)
		if tt.header != "" {
			r.Header.Set("Authorization", tt.header)
		}
		if got, err := SecretOf(r); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%q: %q, %v; want %q, %v", tt.header, got, err, tt.want, tt.err)
		}
	}
}

func TestSecretIsNotLogged(t *testing.T) {
	secret := NewSecret()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("a token", "secret", secret)
	if strings.Contains(log.String(), string(secret[4:])) {
		t.Errorf("the log has the secret: %s", &log)
	}
}

func FuzzParseSecret(f *testing.F) {
	f.Add(string(NewSecret()))
	f.Add("plc_")
	f.Add("plc_" + strings.Repeat("a", 58))
	f.Fuzz(func(t *testing.T, s string) {
		secret, err := ParseSecret(s)
		switch {
		case err != nil && secret != "":
			t.Errorf("%q is %q and an error", s, secret)
		case err == nil && (string(secret) != s || len(s) != 62):
			t.Errorf("%q is read as %q", s, secret)
		}
	})
}
