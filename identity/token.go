package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"log/slog"
	"net/http"
	"strings"
)

// Secret is what a script shows to be known: "plc_", or "plh_" for a hook, and 58 small letters and digits, which
// are the base32 (RFC 4648) of 32 random bytes and their CRC-32, so that one that was copied
// badly can be told from one that is not known. It is printed once, to whoever makes it.
type Secret string

const (
	secretPrefix = "plc_"
	secretSize   = 32
)

// HookPrefix is what the secret of a hook begins with.
const HookPrefix = "plh_"

// What can be wrong with a token that a request shows, beside not being known.
var (
	ErrNotToken  = errors.New("the Authorization header has no token of this chat; a token begins with plc_, that of a hook with plh_")
	ErrMiscopied = errors.New("the token is incomplete or has a typing error; copy it again as a whole")
)

// NewSecret returns the secret of a token, which nobody knows yet.
func NewSecret() Secret { return newSecret(secretPrefix) }

// NewHookSecret returns the secret of a hook.
func NewHookSecret() Secret { return newSecret(HookPrefix) }

func newSecret(prefix string) Secret {
	random := make([]byte, secretSize)
	rand.Read(random) // it never fails
	return encodeSecret(prefix, random)
}

// NewTokenID returns what a token is called where its secret must not be told: 8 small
// letters and digits, by chance.
func NewTokenID() string {
	var random [5]byte
	rand.Read(random[:])
	return idEncoding.EncodeToString(random[:])
}

// ParseSecret returns a secret as it was made; ErrNotToken for what is none, and
// ErrMiscopied for one that is damaged.
func ParseSecret(s string) (Secret, error) {
	prefix, text := cutPrefix(s)
	if prefix == "" {
		return "", ErrNotToken
	}
	raw, err := idEncoding.DecodeString(text)
	if err != nil || len(raw) != secretSize+crc32.Size || encodeSecret(prefix, raw[:secretSize]) != Secret(s) {
		return "", ErrMiscopied
	}
	return Secret(s), nil
}

// cutPrefix returns what a secret begins with, and the rest; "" for what is no secret.
func cutPrefix(s string) (prefix, text string) {
	for _, prefix := range []string{secretPrefix, HookPrefix} {
		if text, ok := strings.CutPrefix(s, prefix); ok {
			return prefix, text
		}
	}
	return "", s
}

// SecretOf returns the secret that a request shows in its Authorization header: as a bearer
// token (RFC 6750), or as the password of Basic (RFC 7617) under any user name. Without any
// it returns "", so too for another password, which may be meant for a proxy. A token in the
// URL is never read: URLs are kept in histories and logs.
func SecretOf(r *http.Request) (Secret, error) {
	scheme, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return ParseSecret(strings.Trim(credentials, " "))
	}
	_, password, ok := r.BasicAuth()
	if prefix, _ := cutPrefix(password); !ok || prefix == "" {
		return "", nil
	}
	return ParseSecret(password)
}

// Hash returns what is kept of a secret: its SHA-256 in hexadecimal. A token is looked up by
// it, so that the time a look-up takes tells nothing of a secret. A slow hash would protect
// a password; nobody guesses 32 random bytes.
func (s Secret) Hash() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// LogValue implements slog.LogValuer: no log has a secret.
func (s Secret) LogValue() slog.Value {
	prefix, _ := cutPrefix(string(s))
	return slog.StringValue(prefix + "…")
}

func encodeSecret(prefix string, random []byte) Secret {
	raw := binary.BigEndian.AppendUint32(random[:len(random):len(random)], crc32.ChecksumIEEE(random))
	return Secret(prefix + idEncoding.EncodeToString(raw))
}
