package program

import (
	"bufio"
	"encoding/base64"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everything is what the server has written where others may read it: the answers, with their headers, what
// it said, and the files of its folder.
type everything map[string]string

// fixture sends a request of the fixtures to the hook of a secret, and keeps the answer.
func (s *server) fixture(all everything, file, secret string) {
	s.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	head, body, _ := strings.Cut(strings.ReplaceAll(string(data), "plh_secret", secret), "\n\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n")))
	if err != nil {
		s.t.Fatal(file, err)
	}
	s.keep(all, r.Method, r.URL.RequestURI(), r.Header, body)
}

func (s *server) keep(all everything, method, target string, header http.Header, body string) {
	s.t.Helper()
	answer, said, err := s.do(bounded(s.t), method, target, header, body)
	if err != nil && len(body) > 1<<20 { // the connection is closed on a body that nobody wants
		return
	}
	if err != nil {
		s.t.Fatal(method, err)
	}
	var headers strings.Builder
	_ = answer.Header.Write(&headers) // into memory
	name := method + " " + target + " " + header.Get("Content-Type") + " " + body[:min(len(body), 100)]
	all["the answer to "+name] = answer.Status + "\n" + headers.String() + "\n" + said
	if answer.Header.Get("Referrer-Policy") != "no-referrer" && strings.Contains(target, "plh_") && !strings.Contains(target, "?") {
		s.t.Errorf("%s: the referrer policy is %q", name, answer.Header.Get("Referrer-Policy"))
	}
}

// The secret of a hook stands nowhere but in the requests: no record, metric, answer, or file of the folder has
// it, whatever is sent, good or bad, and wherever the secret is shown.
func TestHookSecretIsNowhere(t *testing.T) {
	for _, limit := range []string{"0", "20"} { // with which most is refused
		t.Run("limit "+limit, func(t *testing.T) {
			t.Parallel()
			secretIsNowhere(t, newServer(t, "--log-level=debug", "--rate-limit="+limit))
		})
	}
}

func secretIsNowhere(t *testing.T, s *server) {
	secrets := map[string]string{}
	for _, name := range []string{"good", "revoked"} {
		_, secrets[name] = s.hookFor(name, "ops")
	}
	for line := range strings.Lines(operator{s}.run(0, "hook", "list")) {
		if fields := strings.Fields(line); fields[1] == "revoked" {
			operator{s}.run(0, "hook", "revoke", fields[0])
		}
	}
	secrets["unknown"] = "plh_" + strings.Repeat("a", 58)
	all := everything{}
	files, err := filepath.Glob("../../hooks/testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for name, secret := range secrets {
		for _, file := range files {
			if name == "unknown" && !strings.Contains(file, "apprise") { // they are all answered by one line
				continue
			}
			s.fixture(all, file, secret)
		}
		s.misuse(all, secret)
	}
	s.expect(404, http.MethodGet, "/nothing", nil, "")
	_, all["the metrics"] = s.get("/metrics", nil)
	_, all["the room"] = s.get("/rooms/ops/messages?limit=1000", nil)
	all["the list of hooks"] = operator{s}.run(0, "hook", "list")
	all.folder(t, "of the running server", s.data)
	if code := s.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	all["the output"], all["the log"] = s.stdout.String(), s.stderr.String()
	all.folder(t, "of the server that has ended", s.data)
	for name, secret := range secrets {
		for where, text := range all {
			if strings.Contains(text, secret[len("plh_"):]) || strings.Contains(text, base64.RawURLEncoding.EncodeToString([]byte("Bearer "+secret))) {
				t.Errorf("the secret of the hook %q stands in %s", name, strings.ReplaceAll(where, secret, "SECRET"))
			}
		}
	}
}

// misuse sends what no program should send.
func (s *server) misuse(all everything, secret string) {
	html := http.Header{"Accept": {"text/html"}, "Referer": {s.url + "/hooks/" + secret}}
	encoded := "%70" + secret[1:]
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		for _, target := range []string{
			"/hooks/" + secret, "/hooks/" + secret + "/", "/hooks/" + secret + "//a/../b", "/hooks/" + encoded, "/hooks/x" + secret, "/" + secret, "/" + secret + "/", "/" + encoded + "/a",
			"/rooms/7/" + secret + "/messages", "/rooms/" + secret, "/rooms/" + secret + "/messages", "/messages/" + secret, "/static/" + secret, "/link/" + secret, "/names/" + secret + "x",
			"/message?token=" + secret, "/topic?auth=" + base64.RawURLEncoding.EncodeToString([]byte("Bearer "+secret)), "/search?q=x&token=" + secret, "/rooms/ops?token=" + secret,
		} {
			s.keep(all, method, target, nil, "")
			s.keep(all, method, target, html, "%")
		}
	}
	for _, header := range []http.Header{
		{"Authorization": {"Bearer " + secret}}, {"Authorization": {"Bearer " + secret[:60]}}, {"X-Gotify-Key": {secret}}, {"Authorization": {"Bearer " + secret}, "Content-Encoding": {"gzip"}},
	} {
		for _, target := range []string{"/", "/message", "/topic", "/messages", "/rooms/other/messages", "/events", "/rooms"} {
			s.keep(all, "POST", target, header, "{")
			if target != "/events" {
				s.keep(all, "GET", target, header, "")
			}
		}
	}
	s.keep(all, "POST", "/", http.Header{"Content-Type": {"application/json"}}, `{"topic":"`+secret+`","message":"hi"}`)
	s.keep(all, "POST", "/hooks/"+secret, http.Header{"Content-Type": {"application/json"}}, `{"text":"`+strings.Repeat("x", 2<<20)+`"}`)
	s.keep(all, "POST", "/hooks/"+url.QueryEscape(secret), http.Header{"Sec-Fetch-Site": {"cross-site"}}, "hi")
}

// folder adds the files of a folder.
func (all everything) folder(t *testing.T, when, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil && !errors.Is(err, fs.ErrNotExist) || entry == nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // one that was there for a moment
			return nil
		}
		all["the file "+entry.Name()+" "+when] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
