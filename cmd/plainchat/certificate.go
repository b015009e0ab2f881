package main

import (
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"

	"plainchat/locale"
)

// certificateCheck is how often, at most, handshakes look whether the files have changed.
const certificateCheck = time.Second

// certificate is a server's certificate and key, read anew when their files change. The
// last pair that could be used is kept. Its methods may be called concurrently, and of
// nil, which is a server without TLS.
type certificate struct {
	certFile, keyFile string
	logger            *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	checked time.Time
	// States of the files: that of the current pair, and of the last that could not be
	// used and of which there is a record.
	used, refused filePair
	// failing could not be used just now. Somebody may be about to write the second file,
	// so there is no record unless the same is found at the next check.
	failing filePair
}

// filePair is the state of two files; nil for one that is not there.
type filePair [2]os.FileInfo

func (a filePair) equal(b filePair) bool {
	for i := range a {
		if a[i] == nil || b[i] == nil {
			if a[i] != b[i] {
				return false
			}
		} else if !os.SameFile(a[i], b[i]) || a[i].Size() != b[i].Size() || !a[i].ModTime().Equal(b[i].ModTime()) {
			return false
		}
	}
	return true
}

// openCertificate reads the files of a certificate and its key.
func openCertificate(certFile, keyFile string) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, checked: time.Now()}
	c.used = c.stat()
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, locale.NewError("cli.certificate", "certificate", quoted(certFile), "key", quoted(keyFile), "cause", err)
	}
	c.current = &pair
	return c, nil
}

// logTo sets where reading it anew is recorded. It must be called before the other methods.
func (c *certificate) logTo(logger *slog.Logger) {
	if c != nil {
		c.logger = logger
	}
}

// config returns the configuration of a server that shows the certificate.
func (c *certificate) config() *tls.Config {
	if c == nil {
		return nil
	}
	return &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get(), nil }}
}

// get returns the certificate to show, once the files have been looked at.
func (c *certificate) get() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := time.Now(); now.Sub(c.checked) >= certificateCheck {
		c.checked = now
		c.check(false)
	}
	return c.current
}

// isFor reports whether the certificate is for a host name.
func (c *certificate) isFor(name string) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.current.Leaf.VerifyHostname(name) == nil
}

// reload reads the files, and records it at once if they cannot be used.
func (c *certificate) reload() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused = filePair{}
	c.check(true)
}

// check reads the files if they have changed. The lock is held.
func (c *certificate) check(settled bool) {
	now := c.stat()
	if now.equal(c.used) || now.equal(c.refused) {
		return
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	switch {
	case err == nil:
		c.current, c.used, c.refused, c.failing = &pair, now, filePair{}, filePair{}
		c.logger.Info("the certificate has been read anew", "names", pair.Leaf.DNSNames, "until", pair.Leaf.NotAfter)
	case settled || now.equal(c.failing):
		c.refused = now
		c.logger.Error("the new certificate cannot be used, so the last one stays; correct the files of --tls-cert and --tls-key", "err", err)
	default:
		c.failing = now
	}
}

func (c *certificate) stat() filePair {
	var state filePair
	for i, name := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(name); err == nil {
			state[i] = info
		}
	}
	return state
}
