package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
)

// verify is how a receiver reads the specification.
func verify(t *testing.T, secret, id, timestamp, signatures string, body []byte) bool {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.Join([]string{id, timestamp, string(body)}, ".")))
	want := mac.Sum(nil)
	for each := range strings.SplitSeq(signatures, " ") {
		version, signature, _ := strings.Cut(each, ",")
		got, err := base64.StdEncoding.DecodeString(signature)
		if version == "v1" && err == nil && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

func TestSign(t *testing.T) {
	first, second := NewSecret(chat.FormStandard), NewSecret(chat.FormStandard)
	body := []byte(`{"type":"message"}`)
	signatures, err := sign("msg_1", time.Unix(1_767_323_045, 999), body, first, second)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{first, second} {
		if !verify(t, secret, "msg_1", "1767323045", signatures, body) {
			t.Errorf("%q is not signed with %s", signatures, secret)
		}
	}
	for what, good := range map[string]bool{
		"another secret": verify(t, NewSecret(chat.FormStandard), "msg_1", "1767323045", signatures, body),
		"another id":     verify(t, first, "msg_2", "1767323045", signatures, body),
		"another time":   verify(t, first, "msg_1", "1767323046", signatures, body),
		"another body":   verify(t, first, "msg_1", "1767323045", signatures, body[1:]),
	} {
		if good {
			t.Errorf("%s is signed too", what)
		}
	}
	for _, damaged := range []string{"", "whsec_", "whsec_?"} {
		if _, err := sign("msg_1", time.Now(), body, damaged); err == nil {
			t.Errorf("%q signs", damaged)
		}
	}
}
