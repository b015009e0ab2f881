package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"plainchat/chat"
)

// makeCertificate makes a certificate for loopback that signs itself, and returns
// its files and a pool that trusts it.
func makeCertificate(t *testing.T) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		Subject:     pkix.Name{CommonName: "plainchat test"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return certFile, keyFile, pool
}

// TestTLS: the same conversation over HTTPS, with HTTP/2 and without, through a
// shutdown and a restart.
func TestTLS(t *testing.T) {
	t.Parallel()
	certFile, keyFile, pool := makeCertificate(t)
	for proto, http2 := range map[string]bool{"HTTP/2.0": true, "HTTP/1.1": false} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
			s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: http2}
			checkConversation(t, s, proto)
		})
	}
	t.Run("curl", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
		p := s.curl("--cacert", certFile, "--http2", s.url+"/events?since=all")
		p.stdout.awaitCount(t, "event: hello", 1)
		if code := s.curl("--cacert", certFile, "-d", "hello", s.url+"/messages").wait(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		if got := messagesIn(t, p.stdout.awaitCount(t, "\n\n", 2)); len(got) != 1 || got[0].Text() != "hello" {
			t.Errorf("heard %v", got)
		}
	})
}

func checkConversation(t *testing.T, s *server, proto string) {
	t.Helper()
	st := s.open("room=tea")
	if st.proto != proto {
		t.Errorf("the stream is %s", st.proto)
	}
	first := s.say("tea", "first")
	if got := st.message(t); got != first {
		t.Errorf("heard %v, want %v", got, first)
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if ev, err := st.Next(); err == nil || err == io.EOF || st.LastEventID() != first.ID.String() {
		t.Errorf("the stream ended with %v, %v at %s", ev, err, st.LastEventID())
	}
	s.start()
	second := s.say("tea", "second")
	resumed, err := s.stream(bounded(t), "room=tea", first.ID.String())
	if err != nil {
		t.Fatal(err)
	}
	defer resumed.Close()
	if hello := resumed.next(t); hello.LastEventID != first.ID.String() {
		t.Errorf("resumed with %+v", hello)
	}
	third := s.say("tea", "third")
	for _, want := range []chat.Event{second, third} {
		if got := resumed.message(t); got != want {
			t.Errorf("heard %v, want %v", got, want)
		}
	}
}
