//go:build proxies

package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"plainchat/internal/certtest"
)

// recipe is a configuration of docs/proxies.md, and how the proxy is started with it.
type recipe struct {
	language string // of its block in the document
	program  string
	files    []string // the certificate's places in it: chain, key; or both in one
	args     func(dir string) []string
	config   string // around the block: %[1]s is a folder, %[2]s the block, %[3]s the port

	hidesCrash []string // protocols over which Debian 12's version makes a proper end of a crash
}

var recipes = map[string]recipe{
	"nginx": {
		language: "nginx", program: "nginx",
		files: []string{"/etc/ssl/chat.example.org/fullchain.pem", "/etc/ssl/chat.example.org/privkey.pem"},
		args:  func(dir string) []string { return []string{"-e", "stderr", "-c", dir + "/config"} },
		// One process, so that it ends with the test.
		config: `daemon off;
master_process off;
pid %[1]s/pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
%[2]s
}
`,
	},
	"Caddy": {
		language: "caddyfile", program: "caddy",
		args: func(dir string) []string {
			return []string{"run", "--adapter", "caddyfile", "--config", dir + "/config"}
		},
		config: `{
	admin off
	local_certs
	skip_install_trust
	auto_https disable_redirects
	default_bind 127.0.0.1
	https_port %[3]s
	storage file_system %[1]s/storage
}
%[2]s
`,
		hidesCrash: []string{"HTTP/1.1", "HTTP/2.0"},
	},
	"HAProxy": {
		language: "haproxy", program: "haproxy",
		files:  []string{"/etc/haproxy/chat.example.org.pem"},
		args:   func(dir string) []string { return []string{"-db", "-f", dir + "/config"} },
		config: "%.0[1]s%[2]s\n",

		hidesCrash: []string{"HTTP/2.0"},
	},
	"Apache": {
		language: "apache", program: "apache2",
		files: []string{"/etc/ssl/chat.example.org/fullchain.pem", "/etc/ssl/chat.example.org/privkey.pem"},
		args:  func(dir string) []string { return []string{"-D", "FOREGROUND", "-f", dir + "/config"} },
		// What Debian enables, and what the block names.
		config: `ServerRoot /usr/lib/apache2
ServerName localhost
DefaultRuntimeDir %[1]s
PidFile %[1]s/pid
ErrorLog /dev/stderr
User www-data
Group www-data
Listen 127.0.0.1:%[3]s https
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule filter_module modules/mod_filter.so
LoadModule deflate_module modules/mod_deflate.so
LoadModule reqtimeout_module modules/mod_reqtimeout.so
LoadModule socache_shmcb_module modules/mod_socache_shmcb.so
LoadModule ssl_module modules/mod_ssl.so
LoadModule http2_module modules/mod_http2.so
LoadModule proxy_module modules/mod_proxy.so
LoadModule proxy_http_module modules/mod_proxy_http.so
Include /etc/apache2/mods-available/deflate.conf
Include /etc/apache2/mods-available/reqtimeout.conf
%[2]s
`,
	},
}

// block returns the recipe as it is written in the document.
func (r recipe) block(t *testing.T) string {
	t.Helper()
	document, err := os.ReadFile(root + "/docs/proxies.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(document), "\n```"+r.language+"\n")
	block, _, closed := strings.Cut(rest, "\n```")
	if !found || !closed {
		t.Fatalf("docs/proxies.md has no block of %s", r.language)
	}
	return block
}

// replaced puts addresses and files of the test into a block, each of which must be there.
func replaced(t *testing.T, block string, places map[string]string) string {
	t.Helper()
	for is, becomes := range places {
		if !strings.Contains(block, is) {
			t.Fatalf("the recipe lacks %q", is)
		}
		block = strings.ReplaceAll(block, is, becomes)
	}
	return block
}

// start runs the proxy on loopback in front of an address.
func (r recipe) start(t *testing.T, listen, upstream string) *process {
	t.Helper()
	program, err := exec.LookPath(r.program)
	if err != nil {
		t.Skipf("left out: %s is not installed", r.program)
	}
	dir := t.TempDir()
	certificate, key, _ := certtest.Make(t)
	_, port, _ := strings.Cut(listen, ":")
	places := map[string]string{"127.0.0.1:5001": upstream}
	switch r.language {
	case "nginx":
		places["listen 443 "] = "listen " + listen + " "
	case "haproxy":
		places[":443 "] = listen + " "
	case "apache":
		places["*:443"] = "*:" + port
	}
	if len(r.files) == 1 {
		places[r.files[0]] = bothIn(t, certificate, key)
	} else if len(r.files) == 2 {
		places[r.files[0]], places[r.files[1]] = certificate, key
	}
	config := fmt.Sprintf(r.config, dir, replaced(t, r.block(t), places), port)
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(bounded(t), program, r.args(dir)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // its children end with it
	p := launch(t, cmd)
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // an error if it has ended already
		p.wait()
	})
	return p
}

// bothIn puts a certificate and its key into one file.
func bothIn(t *testing.T, certificate, key string) string {
	t.Helper()
	var both []byte
	for _, file := range []string{certificate, key} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, text...)
	}
	file := filepath.Join(t.TempDir(), "both.pem")
	if err := os.WriteFile(file, both, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
