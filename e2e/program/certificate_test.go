package program

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"testing"

	"plainchat/chat"
	"plainchat/internal/certtest"
)

// TestCertificateIsRenewed: connections that come after a renewal see the new certificate,
// streams that are open stay.
func TestCertificateIsRenewed(t *testing.T) {
	t.Parallel()
	certFile, keyFile, pool := certtest.Make(t)
	nextCert, nextKey, nextPool := certtest.Make(t)
	s := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
	trust := func(pool *x509.CertPool) {
		s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
	}
	trust(pool)
	stream := s.open("")
	certtest.Replace(t, certFile, nextCert)
	certtest.Replace(t, keyFile, nextKey)
	trust(nextPool)
	s.awaitAnswer()
	s.say(chat.Lobby, "hello")
	if got := stream.message(t).Text(); got != "hello" {
		t.Errorf("heard %q", got)
	}
}
