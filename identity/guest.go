package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"time"

	"plainchat/chat"
)

// Lifetime is how long a guest is known after their cookie was made.
const Lifetime = 365 * 24 * time.Hour

// Guest is somebody without an account, known again by a cookie.
type Guest struct {
	ID     chat.PersonID // "g" and 16 small letters and digits
	Issued time.Time     // when the cookie was made: UTC, whole seconds
}

// Guests makes guests and knows them again. It is for concurrent use.
type Guests struct {
	key    []byte
	suffix string // of the cookie's name
}

// NewGuests returns the guests of a server with a secret of 32 random bytes. Whoever has
// the secret can be every guest.
func NewGuests(secret []byte) *Guests {
	g := &Guests{key: secret}
	g.suffix = "-" + idEncoding.EncodeToString(g.mac(naming, nil)[:suffixSize])
	return g
}

// The bytes of a cookie's value, which is their base64 (RFC 4648, for URLs, no padding).
const (
	version     = 1                  // of the format; another one is not read
	randomSize  = 10                 // the id's
	payloadSize = 1 + randomSize + 8 // version, id, and time of issue in Unix seconds
	valueSize   = payloadSize + sha256.Size
)

// What is signed with the secret begins with what it is for, so that no signature is good for
// anything else.
const (
	signing = "plainchat guest cookie\n"
	naming  = "plainchat cookie name\n"
)

// suffixSize is of how many bytes the server's own part of the cookie's name is made.
const suffixSize = 5

var (
	idEncoding     = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	cookieEncoding = base64.RawURLEncoding.Strict()
)

// New returns a guest whom nobody has met.
func (g *Guests) New() Guest {
	var id [randomSize]byte
	rand.Read(id[:]) // it never fails
	return Guest{ID: guestID(id[:]), Issued: now()}
}

// Again returns a guest as known from now on, for a new cookie before the old one ends.
func (g *Guests) Again(guest Guest) Guest {
	guest.Issued = now()
	return guest
}

// Stale reports whether it is time for a new cookie: half of the old one's life is over.
func (g *Guests) Stale(guest Guest) bool {
	return time.Since(guest.Issued) > Lifetime/2
}

// sign returns the value of a guest's cookie.
func (g *Guests) sign(guest Guest) string {
	value := make([]byte, 1, valueSize)
	value[0] = version
	value, err := idEncoding.AppendDecode(value, []byte(guest.ID[1:]))
	if err != nil || len(value) != 1+randomSize {
		panic("identity: not a guest's id: " + string(guest.ID))
	}
	value = binary.BigEndian.AppendUint64(value, uint64(guest.Issued.Unix())) // #nosec G115 -- two's complement, and back
	return cookieEncoding.EncodeToString(append(value, g.mac(signing, value)...))
}

// verify returns the guest of a cookie's value. It is false for one that this server did
// not sign, or too long ago.
func (g *Guests) verify(s string) (Guest, bool) {
	if len(s) != cookieEncoding.EncodedLen(valueSize) {
		return Guest{}, false
	}
	value, err := cookieEncoding.DecodeString(s)
	if err != nil || len(value) != valueSize || value[0] != version {
		return Guest{}, false
	}
	payload, mac := value[:payloadSize], value[payloadSize:]
	if !hmac.Equal(mac, g.mac(signing, payload)) {
		return Guest{}, false
	}
	issued := time.Unix(int64(binary.BigEndian.Uint64(payload[1+randomSize:])), 0).UTC() // #nosec G115
	return Guest{ID: guestID(payload[1 : 1+randomSize]), Issued: issued}, time.Since(issued) <= Lifetime
}

func (g *Guests) mac(purpose string, payload []byte) []byte {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(purpose))
	mac.Write(payload)
	return mac.Sum(nil)
}

func now() time.Time { return time.Now().UTC().Truncate(time.Second) }

func guestID(random []byte) chat.PersonID {
	return chat.PersonID("g" + idEncoding.EncodeToString(random))
}
