package handlers

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/chat"
)

// worstTexts are the longest messages that take the most as JSON, as HTML, as a
// transcript, and in memory.
var worstTexts = map[string]string{
	"controls": strings.Repeat("\x01", chat.MaxTextLength-1) + "a",
	"quotes":   strings.Repeat(`"`, chat.MaxTextLength),
	"lines":    "a" + strings.Repeat("\n", chat.MaxTextLength-2) + "a",
	"emoji":    strings.Repeat("\U0001F389", chat.MaxTextLength),
}

// BenchmarkRead is what reading costs.
func BenchmarkRead(b *testing.B) {
	texts := map[string]string{"ordinary": "How much is a message of ordinary length? It is about as long as this one."}
	for name, text := range worstTexts {
		texts[name] = text
	}
	for name, text := range texts {
		s := newUnlistened(b, 0)
		for range 100 {
			if _, _, err := s.Store.Append(b.Context(), chat.Draft{Room: chat.Lobby, From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}}); err != nil {
				b.Fatal(err)
			}
		}
		for kind, header := range map[string]http.Header{
			"json":       {},
			"page":       {"Accept": {"text/html"}},
			"gzip":       {"Accept": {"text/html"}, "Accept-Encoding": {"gzip"}},
			"transcript": {"Accept": {"text/plain"}},
		} {
			target := "/rooms/lobby?limit=1000"
			if kind == "json" {
				target = "/messages?limit=1000"
			}
			b.Run(kind+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					r := httptest.NewRequest(http.MethodGet, target, nil)
					r.Header = header.Clone()
					w := &unread{header: make(http.Header)}
					s.ServeHTTP(w, r)
					b.SetBytes(w.size)
				}
			})
		}
	}
}

// unread is a response of which only the size is known.
type unread struct {
	header http.Header
	size   int64
}

func (u *unread) Header() http.Header { return u.header }
func (u *unread) WriteHeader(int)     {}
func (u *unread) Write(p []byte) (int, error) {
	u.size += int64(len(p))
	return len(p), nil
}
