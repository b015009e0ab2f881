package main

import (
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
)

// replaceFile puts the content of another file in the place of one, as renewals do.
func replaceFile(t *testing.T, file, with string) {
	t.Helper()
	content, err := os.ReadFile(with)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file+".new", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// TestCertificateChanges: whatever happens to the files, there is a certificate to show,
// the newest that could be used; and one record for each change that could not.
func TestCertificateChanges(t *testing.T) {
	certFile, keyFile, _ := makeCertificate(t)
	nextCert, nextKey, _ := makeCertificate(t)
	synctest.Test(t, func(t *testing.T) {
		c, err := openCertificate(certFile, keyFile)
		if err != nil {
			t.Fatal(err)
		}
		var records strings.Builder
		c.logTo(slog.New(slog.NewTextHandler(&records, nil)))
		first := c.get()
		look := func() *tls.Certificate {
			<-time.After(certificateCheck)
			return c.get()
		}
		check := func(when string, want *tls.Certificate, level string) {
			t.Helper()
			for range 3 {
				if got := look(); got != want {
					t.Errorf("%s: another certificate is shown", when)
				}
			}
			got := records.String()
			records.Reset()
			if level == "" && got != "" || level != "" && (strings.Count(got, "\n") != 1 || !strings.Contains(got, "level="+level)) {
				t.Errorf("%s: the records are %q, want one %s", when, got, level)
			}
		}
		check("unchanged", first, "")
		replaceFile(t, certFile, nextCert)
		check("without its key", first, "ERROR")
		replaceFile(t, keyFile, nextKey)
		if c.get() != first {
			t.Error("the files were looked at twice within a second")
		}
		second := look()
		if second == first {
			t.Error("the new certificate is not shown")
		}
		check("renewed", second, "INFO")
		if err := os.WriteFile(certFile, []byte("no certificate"), 0o600); err != nil {
			t.Fatal(err)
		}
		check("spoilt", second, "ERROR")
		if err := os.Remove(certFile); err != nil {
			t.Fatal(err)
		}
		check("removed", second, "ERROR")
		replaceFile(t, certFile, nextCert)
		look()
		records.Reset()
		replaceFile(t, certFile, keyFile)
		look()
		replaceFile(t, certFile, nextCert)
		look()
		if got := records.String(); strings.Contains(got, "ERROR") {
			t.Errorf("amid a renewal: %q", got)
		}
		replaceFile(t, keyFile, certFile)
		c.reload()
		if got := records.String(); strings.Count(got, "ERROR") != 1 {
			t.Errorf("when told to read it: %q", got)
		}
	})
}

// TestCertificateIsRenewed: connections that come after a renewal see the new certificate,
// streams that are open stay.
func TestCertificateIsRenewed(t *testing.T) {
	t.Parallel()
	certFile, keyFile, pool := makeCertificate(t)
	nextCert, nextKey, nextPool := makeCertificate(t)
	s := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
	trust := func(pool *x509.CertPool) {
		s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
	}
	trust(pool)
	stream := s.open("")
	replaceFile(t, certFile, nextCert)
	replaceFile(t, keyFile, nextKey)
	trust(nextPool)
	s.awaitAnswer()
	s.say(chat.Lobby, "hello")
	if got := stream.message(t).Text(); got != "hello" {
		t.Errorf("heard %q", got)
	}
}
