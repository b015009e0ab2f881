package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/store"
)

// newUnlistened makes a server as the program does, without a listener: it is
// called directly.
func newUnlistened(f testing.TB, rateLimit int) *Server {
	f.Helper()
	logger := slog.New(slog.DiscardHandler)
	log, err := store.Open(f.Context(), store.Options{Dir: f.TempDir(), Logger: logger})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { log.Close() })
	streams, err := broker.New(log, broker.Options{Logger: logger})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(streams.Close)
	kept := keepViews(f, log)
	server, err := New(Options{Store: log, Views: kept, Service: StartService(f, log, kept), Broker: streams, Metrics: NewMetrics(), Logger: logger, RateLimit: rateLimit})
	if err != nil {
		f.Fatal(err)
	}
	return server
}

// headerValue makes of any bytes a value that net/http lets pass.
func headerValue(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// FuzzPost: whatever is posted is stored as it was meant and acknowledged, or is
// refused; it is never the server's fault.
func FuzzPost(f *testing.F) {
	server := newUnlistened(f, 0)
	const form = "application/x-www-form-urlencoded"
	f.Add("application/json", `{"user_name":"Mina","message":"hello","client_id":"1"}`, "*/*", "", "", "")
	f.Add("application/json; charset=utf-8", `{"user_name":"미나","message":"안녕\n\u0000"}`, "", "", `"key"`, "")
	f.Add("application/json", `{"message":"\ud83d\ude00\ud800","message":1}{`, "text/html", "Mina", "k", "user_name=a")
	f.Add(form, "user_name=Mina&message=a%0D%0Ab", "text/html", "", "", "")
	f.Add(form, "hello & good-bye; 100%", "text/html;q=0.5,text/plain", "", "", "user_name=%ff")
	f.Add("", "bare\r\n", "", "\u202ename", "a b", "user_name=x&user_name=y;%zz")
	f.Add("text/plain", "\xff\xfe", "*/*", "", "", "%00")
	f.Add("application/json", "\ufeff{\"user_name\":\"Mina\",\"message\":\"one\\rtwo\"}", "", "", "", "")
	f.Add("text/plain", strings.Repeat("차", chat.MaxTextLength), "", "", "", "")
	f.Add("multipart/form-data", "--", "", "", "", "")
	f.Fuzz(func(t *testing.T, contentType, body, accept, userName, key, query string) {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/rooms/fuzz/messages", strings.NewReader(body))
		request.URL.RawQuery = query
		for name, value := range map[string]string{"Content-Type": contentType, "Accept": accept, "User-Name": userName, "Idempotency-Key": key} {
			if value = headerValue(value); value != "" {
				request.Header.Set(name, value)
			}
		}
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, request)
		switch status := answer.Code; {
		case status == http.StatusCreated:
			checkStored(t, server, request, body, answer.Body.Bytes())
		case status == http.StatusSeeOther && wantsHTML(request):
		case status < 400 || status >= 500:
			t.Errorf("status %d: %s", status, answer.Body)
		}
	})
}

// checkStored holds an acknowledgement against the log and, in its own reading,
// against what was sent.
func checkStored(t *testing.T, server *Server, request *http.Request, body string, answer []byte) {
	t.Helper()
	var ack struct{ Duplicate bool }
	var event chat.Event
	if err := json.Unmarshal(answer, &ack); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(answer, &event); err != nil {
		t.Fatal(err)
	}
	stored, _, err := server.Store.Page(t.Context(), store.Page{Room: "fuzz", After: event.ID.Seq - 1, Before: event.ID.Seq + 1, Limit: 2})
	if err != nil || len(stored) != 1 || stored[0] != event {
		t.Errorf("acknowledged %+v, but the log has %+v, %v", event, stored, err)
	}
	want, known := textIn(request.Header.Get("Content-Type"), strings.TrimPrefix(body, "\ufeff"))
	want = strings.ReplaceAll(strings.ReplaceAll(want, "\r\n", "\n"), "\r", "\n")
	if known && !ack.Duplicate && event.Text() != want {
		t.Errorf("stored %q of the body %q", event.Text(), body)
	}
}

// textIn reads the message of a body with other means than the server's.
func textIn(contentType, body string) (text string, known bool) {
	switch contentType {
	case "application/json":
		var message struct {
			Message string `json:"message"`
		}
		err := json.Unmarshal([]byte(body), &message)
		return message.Message, err == nil
	case "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(body)
		return values.Get("message"), err == nil && strings.Contains("&"+body, "&message=")
	case "text/plain":
		body, _ = strings.CutSuffix(body, "\n")
		body, _ = strings.CutSuffix(body, "\r")
		return body, true
	}
	return "", false
}

// cutAtFlush is a reader that hangs up at the first bytes that reach it.
type cutAtFlush struct {
	*httptest.ResponseRecorder
	hangUp context.CancelFunc
}

// Flush implements http.Flusher.
func (c cutAtFlush) Flush() { c.hangUp() }

// serveStream is ServeHTTP as net/http calls it: a stream, which has no proper end, ends
// with http.ErrAbortHandler.
func serveStream(h http.Handler, w http.ResponseWriter, r *http.Request) {
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			panic(v)
		}
	}()
	h.ServeHTTP(w, r)
}

// FuzzGet: any query, position and preference gets an answer or a refusal.
func FuzzGet(f *testing.F) {
	server := newUnlistened(f, 0)
	for _, text := range []string{"hello", "two\nlines", "\u2028"} {
		if _, _, err := server.Store.Append(f.Context(), chat.Draft{Room: "tea", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: text}}); err != nil {
			f.Fatal(err)
		}
	}
	epoch := server.Store.Epoch()
	f.Add("/messages", "limit=2&before="+epoch+"-9223372036854775807", "application/x-ndjson", "")
	f.Add("/rooms/tea/messages", "after="+epoch+"-0&before="+epoch+"-0", "", "")
	f.Add("/rooms/tea", "follow", "text/plain", "")
	f.Add("/rooms/tea", "before="+epoch+"-2", "text/html", "")
	f.Add("/rooms/%2e%2e%2f%00", "", "text/html", "")
	f.Add("/events", "since=all&room=tea&room=TEA&user_name=Mina", "text/event-stream", "")
	f.Add("/events", "since=2562047h47m16s", "", "")
	f.Add("/events", "since=0000-01-01T00:00:00Z", "", "")
	f.Add("/rooms/tea/events", "since=9999-12-31T23:59:59.999999999Z", "", epoch+"-1")
	f.Add("/events", "room=", "", "other-1")
	f.Add("/", "%zz&;", "text/html;q=NaN", "")
	f.Fuzz(func(t *testing.T, path, query, accept, lastEventID string) {
		address, err := url.ParseRequestURI(path)
		if err != nil || !strings.HasPrefix(path, "/") {
			return // net/http lets none of these pass
		}
		address.RawQuery = query
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		request.URL = address
		request.Header.Set("Accept", headerValue(accept))
		request.Header.Set("Last-Event-ID", headerValue(lastEventID))
		answer := httptest.NewRecorder()
		serveStream(server, cutAtFlush{answer, cancel}, request)
		if answer.Code >= 500 || answer.Code == http.StatusSwitchingProtocols {
			t.Errorf("status %d: %s", answer.Code, answer.Body)
		}
		if answer.Header().Get("Content-Type") == "text/event-stream" && answer.Code == http.StatusOK &&
			!bytes.Contains(answer.Body.Bytes(), []byte("event: hello\n\n")) {
			t.Errorf("the stream begins with %q", answer.Body)
		}
	})
}
