package identity

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"testing/synctest"
	"time"
)

var testSecret = bytes.Repeat([]byte{7}, 32)

// request is one that brings cookies.
func request(cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return r
}

func TestGuestIsKnownAgain(t *testing.T) {
	for _, secure := range []bool{false, true} {
		guests := NewGuests(testSecret)
		guest := guests.New()
		if !regexp.MustCompile("^g[a-z2-7]{16}$").MatchString(string(guest.ID)) {
			t.Errorf("a guest has the id %q", guest.ID)
		}
		cookie := guests.Cookie(guest, secure)
		if got, ok := NewGuests(testSecret).Of(request(cookie), secure); !ok || got != guest {
			t.Errorf("secure %v: %+v comes back as %+v, %v", secure, guest, got, ok)
		}
		if got, ok := guests.Of(request(cookie), !secure); ok {
			t.Errorf("secure %v: the cookie %s is read the other way, as %+v", secure, cookie, got)
		}
	}
	guests := NewGuests(testSecret)
	if one, two := guests.New(), guests.New(); one.ID == two.ID {
		t.Errorf("two guests have the id %q", one.ID)
	}
}

func TestCookie(t *testing.T) {
	guests := NewGuests(testSecret)
	guest := Guest{ID: "gaaaaaaaaaaaaaaaa", Issued: time.Unix(1, 0).UTC()}
	const value = "=AQAAAAAAAAAAAAAAAAAAAAAAAbWFlkMxK51TweljZQN_A_febKC8uoa13oN_lpYnCQKi; " // that of every release
	for secure, want := range map[bool]string{
		false: "plainchat-glc3twie" + value + "Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
		true:  "__Host-plainchat-glc3twie" + value + "Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax",
	} {
		if got := guests.Cookie(guest, secure).String(); got != want {
			t.Errorf("secure %v: %s, want %s", secure, got, want)
		}
	}
}

// A cookie of which any bit is another, or a piece is missing, or that another server
// signed, is nobody's.
func TestForgedCookieIsNobodys(t *testing.T) {
	guests := NewGuests(testSecret)
	value := guests.sign(guests.New())
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	forged := []string{"", "g", value + "A", value + "=", value[1:], NewGuests(bytes.Repeat([]byte{8}, 32)).sign(guests.New())}
	for bit := range 8 * len(raw) {
		raw[bit/8] ^= 1 << (bit % 8)
		forged = append(forged, base64.RawURLEncoding.EncodeToString(raw))
		raw[bit/8] ^= 1 << (bit % 8)
	}
	for end := range value {
		forged = append(forged, value[:end])
	}
	for _, f := range forged {
		for _, name := range []string{plainCookie, plainCookie + guests.suffix} {
			if got, ok := guests.Of(request(&http.Cookie{Name: name, Value: f}), false); ok {
				t.Errorf("the cookie %s=%q is read as %+v", name, f, got)
			}
		}
	}
}

// A signature is good for the version it was made for, even where a later server reads
// several.
func TestCookieOfAnotherVersionIsNobodys(t *testing.T) {
	guests := NewGuests(testSecret)
	raw, _ := base64.RawURLEncoding.DecodeString(guests.sign(guests.New()))
	payload := raw[:payloadSize]
	payload[0] = version + 1
	signed := append(payload[:payloadSize:payloadSize], guests.mac(signing, payload)...)
	if got, ok := guests.verify(base64.RawURLEncoding.EncodeToString(signed)); ok {
		t.Errorf("a cookie of another version is read as %+v", got)
	}
}

// A cookie of a server before this one, under the bare name, is still good; one under the
// server's own name goes first.
func TestCookieOfAnEarlierServer(t *testing.T) {
	guests := NewGuests(testSecret)
	for _, secure := range []bool{false, true} {
		old, renewed := guests.New(), guests.New()
		bare := &http.Cookie{Name: cookieName(secure), Value: guests.sign(old)}
		if got, ok := guests.Of(request(bare), secure); !ok || got != old {
			t.Errorf("secure %v: %+v comes back as %+v, %v", secure, old, got, ok)
		}
		if got, ok := guests.Of(request(bare, guests.Cookie(renewed, secure)), secure); !ok || got != renewed {
			t.Errorf("secure %v: beside an older cookie %+v comes back as %+v, %v", secure, renewed, got, ok)
		}
	}
}

// Cookies know no ports: a server takes no other's guests away.
func TestServersHaveCookiesOfTheirOwn(t *testing.T) {
	one, two := NewGuests(testSecret), NewGuests(bytes.Repeat([]byte{8}, 32))
	for _, secure := range []bool{false, true} {
		if a, b := one.Cookie(one.New(), secure), two.Cookie(two.New(), secure); a.Name == b.Name {
			t.Errorf("secure %v: two servers have the cookie %s", secure, a.Name)
		}
	}
}

// Somebody who can set cookies for the whole domain does not push out the guest's own.
func TestForeignCookieBesideTheOwn(t *testing.T) {
	guests := NewGuests(testSecret)
	guest := guests.New()
	foreign := &http.Cookie{Name: plainCookie + guests.suffix, Value: "x"}
	if got, ok := guests.Of(request(foreign, guests.Cookie(guest, false)), false); !ok || got != guest {
		t.Errorf("%+v comes back as %+v, %v", guest, got, ok)
	}
}

func TestCookieEndsAfterItsLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		guests := NewGuests(testSecret)
		guest := guests.New()
		cookie := guests.Cookie(guest, false)
		if guests.Stale(guest) {
			t.Error("a new cookie is stale")
		}
		time.Sleep(Lifetime)
		if got, ok := guests.Of(request(cookie), false); !ok || !guests.Stale(got) {
			t.Errorf("within its lifetime a guest is %+v, %v, stale %v", got, ok, guests.Stale(got))
		}
		renewed := guests.Cookie(guests.Again(guest), false)
		time.Sleep(time.Second)
		if got, ok := guests.Of(request(cookie), false); ok {
			t.Errorf("after its lifetime the cookie is read as %+v", got)
		}
		if got, ok := guests.Of(request(renewed), false); !ok || got.ID != guest.ID || guests.Stale(got) {
			t.Errorf("renewed, the cookie is read as %+v, %v", got, ok)
		}
	})
}

// Nothing but what was signed is a guest.
func FuzzGuests(f *testing.F) {
	guests := NewGuests(testSecret)
	guest := Guest{ID: "gaaaaaaaaaaaaaaaa", Issued: time.Unix(1<<33, 0).UTC()}
	signed := guests.sign(guest)
	for _, seed := range []string{signed, signed[1:], signed + "=", "", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, ok := guests.verify(s); ok != (s == signed) || ok && got != guest {
			t.Errorf("%q is read as %+v, %v", s, got, ok)
		}
	})
}
