// Package caddy runs Caddy for tests, with the configuration that comes with plainchat.
package caddy

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// around is what only a test needs: no port 80, nothing but loopback, no certificate of this Caddy in the
// system's store.
const around = `{
	admin off
	auto_https disable_redirects
	skip_install_trust
	default_bind 127.0.0.1
	storage file_system %q
}
import %q
`

// Start runs Caddy in front of nodes, for the domain that the configuration is to serve, until the test ends.
func Start(t *testing.T, domain string, nodes ...string) {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "Caddyfile")
	text := fmt.Appendf(nil, around, filepath.Join(dir, "storage"), filepath.Join(root(t), "cluster", "Caddyfile"))
	if err := os.WriteFile(config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(Find(t), "run", "--adapter", "caddyfile", "--config", config)
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "PLAINCHAT_DOMAIN="+domain, "PLAINCHAT_NODES="+strings.Join(nodes, " "))
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			text, _ := os.ReadFile(said.Name())
			t.Logf("Caddy said:\n%s", text[max(0, len(text)-5000):])
		}
		said.Close()
	})
}

// Find returns where Caddy is: installed, or as make tools unpacks it. Where it is nowhere, the test is left
// out.
func Find(t *testing.T) string {
	t.Helper()
	if program, err := exec.LookPath("caddy"); err == nil {
		return program
	}
	program := filepath.Join(root(t), "bin", "caddy")
	if _, err := os.Stat(program); err != nil {
		t.Skip("left out: there is no Caddy; make tools fetches it on Debian")
	}
	return program
}

// root is the folder of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "plainchat").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(dir))
}

// Await waits until a node answers through Caddy.
func Await(t *testing.T, client *http.Client, url string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) { // another program has to get on
		answer, err := client.Get(url + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("Caddy does not answer: %v, %v", answer, err)
		}
	}
}
