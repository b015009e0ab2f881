package program

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"plainchat/chat"
)

// delivered is a message as a receiver got it.
type delivered struct {
	id      string // of the delivery
	kind    string
	message chat.Event
}

// receiver is another program, to which messages are posted. It takes what the specification's own
// library verifies.
type receiver struct {
	*httptest.Server
	got chan delivered

	mu     sync.Mutex
	secret string
}

// newReceiver starts a receiver that answers with handle, or with nothing.
func newReceiver(t *testing.T, handle func(http.ResponseWriter, *http.Request, delivered)) *receiver {
	t.Helper()
	r := &receiver{got: make(chan delivered, 10_000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil { // the server was killed
			return
		}
		r.mu.Lock()
		secret := r.secret
		r.mu.Unlock()
		verifier, err := standardwebhooks.NewWebhook(secret)
		if err == nil {
			err = verifier.Verify(body, req.Header)
		}
		var posted struct {
			Type string
			Data chat.Event
		}
		if err == nil {
			err = json.Unmarshal(body, &posted)
		}
		if err != nil {
			t.Errorf("%s cannot be verified: %v", body, err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		d := delivered{req.Header.Get("Webhook-Id"), posted.Type, posted.Data}
		r.got <- d
		if handle != nil {
			handle(w, req, d)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// know has the receiver know a secret, as the command printed it.
func (r *receiver) know(printed string) (secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = strings.TrimSpace(printed)
	return r.secret
}

// What the command makes delivers, until it is removed; nothing that it prints later has the secret.
func TestWebhookCommand(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--hooks-allow=127.0.0.1", "--log-level=debug")
	o := operator{s}
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request, d delivered) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"text":"on it"}`) // or the server has gone
	})
	s.say("ops", "@ci before")
	first := r.know(o.run(0, "webhook", "create", "--url="+r.URL+"/private-path", "--room=ops", "--mention=ci"))
	s.say("tea", "@ci elsewhere")
	s.say("ops", "nothing for it")
	asked := s.say("ops", "@ci build it")
	if d := <-r.got; d.kind != "message" || d.message.ID != asked.ID || d.message.Text() != "@ci build it" || !strings.Contains(d.id, asked.ID.String()) {
		t.Errorf("it got %+v", d)
	}
	p := launch(t, program(t, []string{"PLAINCHAT_URL=" + s.url}, "tail", "--room=ops", "--since=all", "--json"))
	replied := p.stdout.awaitCount(t, `"reply_to"`, 1)
	if !strings.Contains(replied, `"user_name":"ci","robot":true`) || !strings.Contains(replied, `"message":"on it"`) {
		t.Errorf("the room has %s", replied)
	}
	list := o.run(0, "webhook", "list")
	id := strings.Fields(list)[0]
	if fields := strings.Fields(list); len(fields) != 8 || fields[1] != "ci" || fields[2] != "active" || fields[5] != "mention:ci" || fields[6] != "ops" {
		t.Errorf("the list is %q", list)
	}
	second := o.run(0, "webhook", "rotate", id) // signed with the first one too
	s.say("ops", "@ci again")
	<-r.got
	o.run(0, "webhook", "rotate", "--drop-old", id)
	if r.know(second) == first {
		t.Error("the secret is the same")
	}
	if said := o.run(0, "webhook", "test", id); !strings.Contains(said, "200") {
		t.Errorf("the test says %q", said)
	}
	if d := <-r.got; d.kind != "test" {
		t.Errorf("it got %+v", d)
	}
	o.run(0, "webhook", "remove", id)
	o.run(1, "webhook", "test", id)
	s.say("ops", "@ci are you there?")
	told := p.stdout.String() + p.stderr.String() + list
	for _, target := range []string{"/metrics", "/rooms", "/rooms/ops/messages", "/rooms/ops"} {
		_, body := s.get(target, nil)
		told += body
	}
	s.retire()
	if len(r.got) != 0 || !strings.Contains(list, r.URL) {
		t.Errorf("it got %+v; the list was %q", <-r.got, list)
	}
	files, err := filepath.Glob(filepath.Join(s.data, "[^l]*")) // the log has what it takes to deliver
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		told += string(content)
	}
	for _, secret := range []string{first, strings.TrimSpace(second)} {
		if strings.Contains(told+s.stderr.String(), secret) {
			t.Errorf("something tells %q", secret)
		}
	}
	if strings.Contains(s.stderr.String(), "private-path") {
		t.Error("the server's records have the address")
	}
}

// Without --hooks-allow nothing goes to this machine, whatever its name.
func TestWebhookToLoopback(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	o := operator{s}
	r := newReceiver(t, nil)
	said := launch(t, program(t, nil, "webhook", "create", "--all", "--url="+r.URL, "--data="+s.data))
	if code := said.wait(); code != 1 || !strings.Contains(said.stderr.String(), "--hooks-allow 127.0.0.1") {
		t.Errorf("exit code %d: %s", code, said.stderr)
	}
	o.run(0, "webhook", "create", "--all", "--url="+strings.Replace(r.URL, "127.0.0.1", "localhost", 1))
	id := strings.Fields(o.run(0, "webhook", "list"))[0]
	o.run(1, "webhook", "test", id)
	s.say("ops", "one")
	for ctx := bounded(t); strings.Fields(o.run(0, "webhook", "list"))[4] != "retry"; {
		if ctx.Err() != nil {
			t.Fatal("it is not tried")
		}
	}
	if len(r.got) != 0 {
		t.Errorf("it got %+v", <-r.got)
	}
}
