package chat

import (
	"crypto/sha256"
	"encoding/hex"
)

// Lengths of an author secret, in characters.
const (
	MinAuthorLength = 20
	MaxAuthorLength = 128
)

// AuthorKey returns the idempotency key that a message has whose author can be known by a secret, though
// nobody owns its name: whoever shows the secret later is the author. Everybody sees the key, and it tells
// nothing of the secret.
func AuthorKey(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "a-" + hex.EncodeToString(sum[:20])
}

// CheckAuthor admits as an author secret visible ASCII. Its error is an *Invalid for the field "author".
func CheckAuthor(secret string) error {
	if len(secret) < MinAuthorLength || len(secret) > MaxAuthorLength || CheckKey(secret) != nil {
		return outside("author", "bad_secret", MaxAuthorLength)
	}
	return nil
}
