package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os/exec"
	"strings"
	"testing"
)

// person does things over HTTP: a guest with the cookie of a browser, a script with a token, or
// somebody who only gives a name.
type person struct {
	t      *testing.T
	server *server
	name   string
	token  string
	cookie *http.Cookie // a guest's; else nil
}

// guest returns somebody who has been shown a page, as a browser is.
func (s *server) guest(name string) *person {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, s.URL, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	resp, err := (&http.Client{Jar: jar}).Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	cookies := jar.Cookies(req.URL)
	if len(cookies) != 1 {
		s.t.Fatalf("a page sets the cookies %v", cookies)
	}
	return &person{t: s.t, server: s, name: name, cookie: cookies[0]}
}

// script returns a program that has a token under a name.
func (s *server) script(name string) *person {
	s.t.Helper()
	out, err := exec.Command(binary, "token", "create", "--name="+name, "--data="+s.Data).Output()
	if err != nil {
		s.t.Fatal(err)
	}
	return &person{t: s.t, server: s, name: name, token: strings.TrimSpace(string(out))}
}

// stranger returns somebody who owns no name.
func (s *server) stranger(name string) *person { return &person{t: s.t, server: s, name: name} }

// owner reports whether what they write is theirs, to be changed later.
func (p *person) owner() bool { return p.cookie != nil || p.token != "" }

// do makes a request below a room, with a JSON body unless it is nil, and returns the status and
// the answer.
func (p *person) do(method, at string, body any) (status int, answer []byte) {
	p.t.Helper()
	var sent io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		sent = bytes.NewReader(data)
	}
	if !strings.HasPrefix(at, "/rooms") {
		at = "/rooms/tea" + at
	}
	separator := "?"
	if strings.Contains(at, "?") {
		separator = "&"
	}
	req, err := http.NewRequest(method, p.server.URL+at+separator+url.Values{"user_name": {p.name}}.Encode(), sent)
	if err != nil {
		p.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	if p.cookie != nil {
		req.AddCookie(p.cookie)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		p.t.Fatal(err)
	}
	return resp.StatusCode, answer
}
