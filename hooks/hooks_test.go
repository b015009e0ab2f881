package hooks

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"plainchat/chat"
)

var update = flag.Bool("update", false, "write what fixtures become into testdata")

const secret = "plh_secret"

// fixture reads a request as its sender sends it, but for the lines' ends and the length.
func fixture(t testing.TB, file string) *Request {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(data), "\n\n")
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n")))
	if err != nil {
		t.Fatal(file, err)
	}
	_, _ = io.Copy(io.Discard, r.Body) // empty
	path := strings.TrimPrefix(r.URL.Path, "/hooks/"+secret)
	return &Request{Method: r.Method, Path: strings.Trim(path, "/"), Header: r.Header, Query: r.URL.Query(), Body: []byte(body), Secret: secret}
}

var sent = Sent{ID: "e1.7", Seq: 7, Time: time.Unix(1796000000, 0), Path: "/rooms/ops/messages/e1.7", Room: "ops"}

// outcome is what becomes of a request, as a text that a person can read.
func outcome(r *Request) string {
	var out strings.Builder
	d := Of(r)
	posts, err := d.Read(r)
	answer := Answer{}
	if why, refused := err.(Refusal); refused {
		answer = d.Refuse(why)
	} else {
		answer = d.Accept(r, []Sent{sent}[:min(1, len(posts))])
	}
	fmt.Fprintf(&out, "%s answers %d %s %s\n%s\n", d.Name, answer.Status, answer.Type, answer.Location, answer.Body)
	for _, p := range posts {
		fmt.Fprintf(&out, "--- incident %q %s, delivery %q\n%s\n", p.Incident, p.State, p.ID, p.Text)
	}
	return out.String()
}

func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			got := outcome(fixture(t, file))
			golden := strings.TrimSuffix(file, ".http") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("it becomes\n%s\nwant\n%s", got, want)
			}
			if strings.Contains(got, secret) {
				t.Error("the secret is in what it becomes")
			}
		})
	}
}

// check holds for every post, whatever it was made of.
func check(t *testing.T, p Post) {
	t.Helper()
	text, err := chat.ParseText(p.Text)
	if err != nil || text != p.Text {
		t.Errorf("a message cannot be %q: %v", p.Text, err)
	}
	if utf8.RuneCountInString(p.Text) > chat.MaxTextLength {
		t.Error("it is too long")
	}
	for _, key := range []string{p.ID, p.Incident} {
		if err := chat.CheckKey(key); err != nil {
			t.Errorf("%q is no key: %v", key, err)
		}
	}
}

// Whatever comes, each dialect refuses it or makes posts that can be stored, and has an answer.
func FuzzDialects(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.http")
	for _, file := range files {
		r := fixture(f, file)
		f.Add(r.Method, r.Path, r.Header.Get("Content-Type"), r.Query.Encode(), r.Body)
	}
	f.Fuzz(func(t *testing.T, method, path, kind, query string, body []byte) {
		for _, d := range Dialects {
			r := request(method, path, kind, query, body)
			posts, err := d.Read(r)
			if err != nil {
				if why, ok := err.(Refusal); !ok || d.Refuse(why).Status < 400 {
					t.Errorf("%s: %v", d.Name, err)
				}
				continue
			}
			for _, p := range posts {
				check(t, p)
			}
			if answer := d.Accept(r, []Sent{sent}); answer.Status/100 != 2 || strings.ContainsAny(answer.Location, "\r\n") {
				t.Errorf("%s accepts with %+v", d.Name, answer)
			}
		}
		r := request(method, path, kind, query, body)
		if d := Of(r); d == nil {
			t.Error("it is in no dialect")
		}
	})
}
