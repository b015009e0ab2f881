package webhooks

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"plainchat/chat"
)

const (
	secretPrefix = "whsec_"
	secretSize   = 32 // bytes; the specification wants 24 to 64
)

// NewSecret returns a secret that nobody knows, for a webhook of a form. Standard Webhooks writes
// them as "whsec_" and the base64 of random bytes. That of Slack's form is sent with each message,
// so that it is of no other use.
func NewSecret(form chat.Form) string {
	if form == chat.FormSlack {
		return rand.Text()
	}
	random := make([]byte, secretSize)
	rand.Read(random) // it never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(random)
}

// errSecret is a secret that nobody can sign with.
var errSecret = errors.New("webhooks: the secret is damaged")

// sign returns the value of the header webhook-signature: one signature for each secret, so
// that a receiver that knows any of them is content.
func sign(id string, at time.Time, body []byte, secrets ...string) (string, error) {
	signatures := make([]string, 0, len(secrets))
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
		if err != nil || len(key) == 0 {
			return "", errSecret
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(signatures, " "), nil
}
