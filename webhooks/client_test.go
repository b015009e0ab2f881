package webhooks

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
)

// posted is a request as a receiver got it.
type posted struct {
	header http.Header
	body   []byte
}

// listen starts a receiver that answers with handle, and returns a webhook to it.
func listen(t *testing.T, handle http.HandlerFunc) (w chat.Webhook, got chan posted) {
	t.Helper()
	got = make(chan posted, 1000)
	port, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			t.Errorf("%s, %v", r.Method, err)
		}
		got <- posted{r.Header, body}
		if handle != nil {
			handle(w, r)
		}
	})
	return hook("http://127.0.0.1:" + port + "/secret-path"), got
}

var local = NewGuard(prefixes("127.0.0.0/8"), nil)

func TestStandardForm(t *testing.T) {
	w, got := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"text":"I am on it"}`)
	})
	w.Former = NewSecret(chat.FormStandard)
	a, err := newClient(local).post(t.Context(), w, written(7, "@ci <b> & \u2028"))
	if err != nil || !a.ok() || a.text != "I am on it" {
		t.Errorf("the answer is %+v, %v", a, err)
	}
	p := <-got
	id, at := p.header.Get("Webhook-Id"), p.header.Get("Webhook-Timestamp")
	if id != "msg_w5x2_e1-7" || p.header.Get("Content-Type") != "application/json" {
		t.Errorf("the headers are %v", p.header)
	}
	for _, secret := range []string{w.Secret, w.Former} {
		if !verify(t, secret, id, at, p.header.Get("Webhook-Signature"), p.body) {
			t.Errorf("it is not signed with %s", secret)
		}
	}
	var body struct {
		Type      string
		Timestamp time.Time
		Data      chat.Event
	}
	want := written(7, "@ci <b> & \u2028").event
	if err := json.Unmarshal(p.body, &body); err != nil || body.Type != "message" || !body.Timestamp.Equal(want.Time) || body.Data != want {
		t.Errorf("the body is %s, %v", p.body, err)
	}
}

func TestSlackForm(t *testing.T) {
	w, got := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"text":"42"}`)
	})
	w.Form, w.Secret, w.On, w.Word = chat.FormSlack, NewSecret(chat.FormSlack), chat.OnKeyword, "sum"
	a, err := newClient(local).post(t.Context(), w, written(7, "sum 40 + 2 & more"))
	if err != nil || a.text != "42" {
		t.Errorf("the answer is %+v, %v", a, err)
	}
	p := <-got
	req, _ := http.NewRequest(http.MethodPost, "/", strings.NewReader(string(p.body)))
	req.Header = p.header
	if err := req.ParseForm(); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{
		"token": w.Secret, "channel_name": "ops", "user_name": "Ann", "text": "sum 40 + 2 & more", "trigger_word": "sum", "timestamp": "1767323045.678000",
	} {
		if got := req.PostForm.Get(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	if p.header.Get("Webhook-Id") == "" || p.header.Get("Webhook-Signature") != "" {
		t.Errorf("the headers are %v", p.header)
	}
	w.On, w.Word = chat.OnMention, "ci"
	if got := slackForm(w, written(7, "@ci").event).Get("trigger_word"); got != "@ci" {
		t.Errorf("the trigger is %q", got)
	}
}

// A receiver with a certificate is spoken to by HTTP/2, if it can.
func TestHTTP2(t *testing.T) {
	protocols := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { protocols <- r.Proto }))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of the handshake that fails
	server.StartTLS()
	t.Cleanup(server.Close)
	if _, err := newClient(local).post(t.Context(), hook(server.URL), written(1, "hi")); err == nil {
		t.Error("a certificate that nobody knows is taken")
	}
	c := newClient(local)
	t.Cleanup(c.http.CloseIdleConnections)
	c.http.Transport.(*http.Transport).TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	if a, err := c.post(t.Context(), hook(server.URL), written(1, "hi")); err != nil || !a.ok() {
		t.Fatalf("%+v, %v", a, err)
	}
	if got := <-protocols; got != "HTTP/2.0" {
		t.Errorf("it is spoken to by %s", got)
	}
}

// An answer of any length costs no more than its beginning.
func TestLongAnswer(t *testing.T) {
	w, _ := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		for range 10 << 20 / maxAnswer {
			if _, err := io.WriteString(w, strings.Repeat("a", maxAnswer)); err != nil {
				return // it has heard enough
			}
		}
	})
	a, err := newClient(local).post(t.Context(), w, written(1, "hi"))
	if err != nil || len(a.text) > chat.MaxTextLength+len("…") || len(a.text) < chat.MaxTextLength-1 {
		t.Errorf("%d bytes, %v", len(a.text), err)
	}
}

func TestErrorsDoNotTellTheAddress(t *testing.T) {
	w := hook("http://127.0.0.1:1/secret-path?secret=key")
	_, err := newClient(local).post(t.Context(), w, written(1, "hi"))
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("err = %v", err)
	}
}
