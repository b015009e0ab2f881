package main

import (
	"crypto/tls"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/internal/certtest"
)

// changing is a certificate whose files change.
type changing struct {
	*certificate
	t       *testing.T
	records strings.Builder
}

func openChanging(t *testing.T, certFile, keyFile string) *changing {
	t.Helper()
	c, err := openCertificate(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	changing := &changing{certificate: c, t: t}
	c.logTo(slog.New(slog.NewTextHandler(&changing.records, nil)))
	return changing
}

// look returns what is shown once the files have been looked at again.
func (c *changing) look() *tls.Certificate {
	<-time.After(certificateCheck)
	return c.get()
}

// check expects a certificate to be shown, and one record of a level since it was last
// asked; none if it is "".
func (c *changing) check(when string, want *tls.Certificate, level string) {
	c.t.Helper()
	for range 3 {
		if got := c.look(); got != want {
			c.t.Errorf("%s: another certificate is shown", when)
		}
	}
	got := c.records.String()
	c.records.Reset()
	if level == "" && got != "" || level != "" && (strings.Count(got, "\n") != 1 || !strings.Contains(got, "level="+level)) {
		c.t.Errorf("%s: the records are %q, want one %s", when, got, level)
	}
}

// TestCertificateChanges: whatever happens to the files, there is a certificate to show,
// the newest that could be used; and one record for each change that could not.
func TestCertificateChanges(t *testing.T) {
	certFile, keyFile, _ := certtest.Make(t)
	nextCert, nextKey, _ := certtest.Make(t)
	synctest.Test(t, func(t *testing.T) {
		c := openChanging(t, certFile, keyFile)
		first := c.get()
		c.check("unchanged", first, "")
		certtest.Replace(t, certFile, nextCert)
		c.check("without its key", first, "ERROR")
		certtest.Replace(t, keyFile, nextKey)
		if c.get() != first {
			t.Error("the files were looked at twice within a second")
		}
		second := c.look()
		if second == first {
			t.Error("the new certificate is not shown")
		}
		c.check("renewed", second, "INFO")
		if err := os.WriteFile(certFile, []byte("no certificate"), 0o600); err != nil {
			t.Fatal(err)
		}
		c.check("spoilt", second, "ERROR")
		if err := os.Remove(certFile); err != nil {
			t.Fatal(err)
		}
		c.check("removed", second, "ERROR")
	})
}

// TestCertificateHalfReplaced: a pair that does not belong together is no reason for a record
// amid a renewal, only once it stays so, or the program is told to read it.
func TestCertificateHalfReplaced(t *testing.T) {
	certFile, keyFile, _ := certtest.Make(t)
	saved, _, _ := certtest.Make(t)
	certtest.Replace(t, saved, certFile)
	synctest.Test(t, func(t *testing.T) {
		c := openChanging(t, certFile, keyFile)
		certtest.Replace(t, certFile, keyFile)
		c.look()
		certtest.Replace(t, certFile, saved)
		c.look()
		if got := c.records.String(); strings.Contains(got, "ERROR") {
			t.Errorf("amid a renewal: %q", got)
		}
		certtest.Replace(t, keyFile, certFile)
		c.reload()
		if got := c.records.String(); strings.Count(got, "ERROR") != 1 {
			t.Errorf("when told to read it: %q", got)
		}
	})
}
