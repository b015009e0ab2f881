package handlers

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// upload is the body of a request under way, and its answer.
type upload struct {
	*io.PipeWriter
	answer chan *http.Response // nil if there was none
}

// grow begins to send a body.
func grow(t *testing.T, method, url string, header http.Header) upload {
	t.Helper()
	body, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	u := upload{w, make(chan *http.Response, 1)}
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			res = nil
		}
		u.answer <- res
	}()
	t.Cleanup(func() { w.CloseWithError(io.ErrClosedPipe) })
	return u
}

// end ends the body, and returns the answer.
func (u upload) end(t *testing.T) (status int, body string) {
	t.Helper()
	u.Close()
	res := <-u.answer
	if res == nil {
		t.Fatal("there is no answer")
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// awaitTold asks until an answer has a part.
func awaitTold(t *testing.T, h http.Handler, path, part string) {
	t.Helper()
	got := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if got = w.Body.String(); strings.Contains(got, part) {
			return
		}
	}
	t.Fatalf("waited in vain for %s; there is %s", part, got)
}

const opsMessages = "/rooms/ops/messages"

// What streams into a room is one message, which grows until the body ends.
func TestLiveBody(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h.Server)
	t.Cleanup(server.Close) // after the uploads have ended
	for i, method := range []string{http.MethodPut, http.MethodPost} {
		u := grow(t, method, server.URL+"/rooms/ops/live?user_name=make&title=nightly", nil)
		fmt.Fprint(u, "10 %\r\x1b[32m20 %")
		awaitTold(t, h.Server, opsMessages, "nightly\\n```\\n20 %\\n```")
		awaitTold(t, h.Server, opsMessages, `"status":{"state":"running"}`)
		fmt.Fprint(u, "\r100 %\ndone\n")
		status, body := u.end(t)
		var ev struct{ Message, Location string }
		if err := json.Unmarshal([]byte(body), &ev); err != nil || status != 201 || ev.Message != "nightly\n```\n100 %\ndone\n```" {
			t.Errorf("%d %s", status, body)
		}
		var page struct {
			Messages []struct{ Status struct{ State string } }
		}
		if err := json.Unmarshal([]byte(told(t, h.Server, opsMessages, nil)), &page); err != nil || len(page.Messages) != i+1 || page.Messages[i].Status.State != "ended" {
			t.Errorf("%v, %+v", err, page)
		}
	}
}

// A body that breaks off leaves a message that says so.
func TestLiveBodyBreaksOff(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h.Server)
	t.Cleanup(server.Close) // after the uploads have ended
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "PUT /rooms/ops/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
	awaitTold(t, h.Server, opsMessages, "one")
	conn.Close()
	awaitTold(t, h.Server, opsMessages, `"status":{"state":"lost"}`)
}

// A server that ends marks what it leaves.
func TestLiveBodyWhileDraining(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h.Server)
	t.Cleanup(server.Close) // after the uploads have ended
	u := grow(t, http.MethodPut, server.URL+"/rooms/ops/live", nil)
	fmt.Fprint(u, "one")
	awaitTold(t, h.Server, opsMessages, "one")
	h.Server.Drain()
	if got := told(t, h.Server, opsMessages, nil); !strings.Contains(got, `"status":{"state":"lost"}`) {
		t.Errorf("there is %s", got)
	}
	if status, body := u.end(t); status != 503 || !strings.Contains(body, "shutting_down") {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := grow(t, http.MethodPut, server.URL+"/rooms/ops/live", nil).end(t); status != 503 {
		t.Errorf("then %d", status)
	}
}

func TestLiveBodyRefused(t *testing.T) {
	h := newHouse(t)
	h.say("ann", "tea", "Ann", "mine")
	server := httptest.NewServer(h.Server)
	t.Cleanup(server.Close) // after the uploads have ended
	for name, c := range map[string]struct {
		path, body string
		header     http.Header
		status     int
		part       string
	}{
		"empty":    {"/rooms/ops/live", " \n", nil, 422, "empty"},
		"room":     {"/rooms/a.b/live", "x", nil, 422, "room"},
		"name":     {"/rooms/ops/live?user_name=Ann", "x", nil, 409, "name_taken"},
		"long":     {"/rooms/ops/live?user_name=" + strings.Repeat("x", 41), "x", nil, 422, "too_long"},
		"reply":    {"/rooms/ops/live?reply_to=x", "x", nil, 422, "reply_to"},
		"no reply": {"/rooms/ops/live?reply_to=" + h.Store.Epoch() + "-99", "x", nil, 404, "not_found"},
		"coding":   {"/rooms/ops/live", "x", http.Header{"Content-Encoding": {"gzip"}}, 415, ""},
		"token":    {"/rooms/ops/live", "x", http.Header{"Authorization": {"Bearer plc_x"}}, 401, ""},
	} {
		u := grow(t, http.MethodPut, server.URL+c.path, c.header)
		go io.WriteString(u, c.body)
		if name == "empty" {
			io.WriteString(u, c.body)
		}
		res := func() *http.Response {
			if name == "empty" {
				u.Close()
			}
			return <-u.answer
		}()
		if res == nil {
			t.Errorf("%s: there is no answer", name)
			continue
		}
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status || !strings.Contains(string(text), c.part) {
			t.Errorf("%s: %d %s", name, res.StatusCode, text)
		}
	}
	if got := told(t, h.Server, opsMessages, nil); strings.Contains(got, `"message"`) {
		t.Errorf("there is %s", got)
	}
}

// A client may have so many of them, and as many again when they have ended.
func TestLiveBodiesOfAClient(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h.Server)
	t.Cleanup(server.Close) // after the uploads have ended
	var open []upload
	for i := range maxLivesOfClient {
		u := grow(t, http.MethodPut, server.URL+"/rooms/ops/live", nil)
		fmt.Fprintf(u, "number %d.", i)
		awaitTold(t, h.Server, opsMessages+"?limit=1", fmt.Sprintf("number %d.", i))
		open = append(open, u)
	}
	if status, body := grow(t, http.MethodPut, server.URL+"/rooms/ops/live", nil).end(t); status != 503 || !strings.Contains(body, "too_many_lives") {
		t.Errorf("one more: %d %s", status, body)
	}
	for _, u := range open {
		if status, body := u.end(t); status != 201 {
			t.Errorf("%d %s", status, body)
		}
	}
	if h.lives.shares.Held() != 0 {
		t.Errorf("%d are held", h.lives.shares.Held())
	}
	u := grow(t, http.MethodPut, server.URL+"/rooms/ops/live", nil)
	fmt.Fprint(u, "again")
	if status, body := u.end(t); status != 201 {
		t.Errorf("again: %d %s", status, body)
	}
}

// A body may be silent for longer than any other request may take.
func TestLiveBodyOutlastsTimeouts(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewUnstartedServer(h.Server)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	server.Start()
	t.Cleanup(server.Close) // after the uploads have ended
	u := grow(t, http.MethodPut, server.URL+"/rooms/ops/live", nil)
	fmt.Fprint(u, "one")
	awaitTold(t, h.Server, opsMessages, "one")
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "POST /messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
	_, _ = io.ReadAll(conn) // until its time is over, and that of its answer perhaps
	fmt.Fprint(u, " two")
	if status, body := u.end(t); status != 201 || !strings.Contains(body, "one two") {
		t.Errorf("%d %s", status, body)
	}
}

// Messages that run are told of by when they were heard of, and the others never.
func TestSilentMessages(t *testing.T) {
	h := newHouse(t)
	for _, state := range []string{"running", "ended", "lost", "firing"} {
		h.put("token", "/rooms/ops/messages/by-key/"+state+"?state="+state, state)
	}
	h.say("ann", "ops", "Ann", "plain")
	for wait, want := range map[time.Duration]string{-time.Hour: "", time.Hour: "running"} {
		silent, err := h.messages.Silent(t.Context(), time.Now().Add(wait))
		said := ""
		for _, m := range silent {
			said += m.Text()
		}
		if said != want || err != nil {
			t.Errorf("silent since %v are %q, want %q, %v", wait, said, want, err)
		}
	}
}
