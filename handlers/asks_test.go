package handlers

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/policy"
)

// question is asked by Ann in the room "tea", and its address returned.
func (h *house) question(body string) string {
	h.t.Helper()
	w := h.want(201, "", "ann", http.MethodPost, "/rooms/tea/asks?user_name=Ann", body)
	return w.Header().Get("Location")
}

// stands returns how it stands with a question, as a client reads it.
func (h *house) stands(at string) string {
	h.t.Helper()
	var m struct{ Ask json.RawMessage }
	if err := json.Unmarshal(h.want(200, "", "ben", http.MethodGet, at, "").Body.Bytes(), &m); err != nil {
		h.t.Fatal(err)
	}
	return anyTime.ReplaceAllString(string(m.Ask), "T")
}

// waiting returns how many streams are open.
func (h *house) waiting() int {
	h.sum.mu.Lock()
	defer h.sum.mu.Unlock()
	return h.sum.open
}

func (h *house) wantStanding(at, want string) {
	h.t.Helper()
	if got := h.stands(at); got != want {
		h.t.Errorf("it stands %s\nwant %s", got, want)
	}
}

// A question is asked, listed, answered once, and told of everywhere.
func TestAsk(t *testing.T) {
	h := newHouse(t)
	const body = `{"message":"Deploy 1742?","choices":["yes","No, wait"],"wait":"10m","default":"yes","client_id":"k"}`
	at := h.question(body)
	const open = `{"choices":["yes","No, wait"],"from":[],"until":"T","default":"yes","state":"open"}`
	h.wantStanding(at, open)
	if again := h.question(body); again != at {
		t.Errorf("sent again it is at %s, not %s", again, at)
	}
	h.want(409, "asked_before", "ann", http.MethodPost, "/rooms/tea/asks?user_name=Ann", strings.Replace(body, "10m", "11m", 1))
	if list := h.want(200, "", "ben", http.MethodGet, "/rooms/tea/asks", "").Body.String(); strings.Count(list, `"message":"Deploy 1742?"`) != 1 {
		t.Errorf("the list is %s", list)
	}
	h.want(422, "no_choice", "ben", http.MethodPost, at+"/answer?user_name=Ben", `{"choice":"maybe"}`)
	w := h.want(200, "", "ben", http.MethodPost, at+"/answer?user_name=Ben", `{"choice":"no, WAIT"}`)
	const answered = `{"choices":["yes","No, wait"],"from":[],"until":"T","default":"yes","state":"answered","choice":"No, wait","user_name":"Ben","time":"T"}`
	if got := anyTime.ReplaceAllString(w.Body.String(), "T"); !strings.Contains(got, `"choice":"No, wait","time":"T","ask":`+answered+`,"duplicate":false`) {
		t.Errorf("the answer is answered with %s", got)
	}
	h.wantStanding(at, answered)
	h.want(200, "", "ben", http.MethodPost, at+"/answer?user_name=Ben", "choice=No, wait") // the same again
	for who, choice := range map[string]string{"ann": "No, wait", "token": "yes", "nobody": "yes", "operator": "yes"} {
		w := h.want(409, "answered", who, http.MethodPost, at+"/answer", `{"choice":"`+choice+`"}`)
		if got := w.Body.String(); !strings.Contains(got, `Ben has answered already: No, wait.`) || !strings.Contains(got, `"answer":{"choice":"No, wait","user_name":"Ben","time":"`) {
			t.Errorf("%s is told %s", who, got)
		}
	}
	if list := h.want(200, "", "ben", http.MethodGet, "/rooms/tea/asks", "").Body.String(); list != "{\"asks\":[]}\n" {
		t.Errorf("the list is %s", list)
	}
	if again := h.question(body); again != at {
		t.Errorf("sent again after the answer it is at %s, not %s", again, at)
	}
	if history := h.want(200, "", "ben", http.MethodGet, "/rooms/tea/messages", "").Body.String(); !strings.Contains(anyTime.ReplaceAllString(history, "T"), `"ask":`+answered) {
		t.Errorf("history is %s", history)
	}
	h.want(200, "", "ann", http.MethodDelete, strings.Replace(at, "/asks/", "/messages/", 1), "")
	h.want(410, "deleted", "ben", http.MethodGet, at, "")
	h.want(410, "deleted", "ben", http.MethodPost, at+"/answer", `{"choice":"yes"}`)
}

// What is asked wrongly is refused before anything is stored, with each field that is wrong.
func TestAskIsChecked(t *testing.T) {
	h := newHouse(t)
	for body, want := range map[string]string{
		`{"message":"x","choices":["a"]}`:                                            "choices too_few",
		`{"message":"x","choices":["a","b"],"default":"c"}`:                          "default not_a_choice",
		`{"message":"x","choices":["a","b"],"default":"a","poll":true}`:              "default of_poll",
		`{"message":"x","choices":["a","b"],"wait":"soon"}`:                          "wait not_a_duration",
		`{"message":"x","choices":["a","b"],"wait":-1}`:                              "wait not_a_duration",
		`{"message":"x","choices":["a","b"],"wait":"367d"}`:                          "wait not_a_duration",
		`{"message":"","choices":["a","b"]}`:                                         "message empty",
		`{"message":"x","choices":["a","b"],"from":[""]}`:                            "from not_a_name",
		`message=x&choices=a&choices=b&colour=red`:                                   "colour unknown",
		`message=x&choices=a&choices=b&wait=soon`:                                    "wait not_a_duration",
		`{"message":"x","choices":["a","b"],"client_id":"` + "\u00e9" + `"}`:         "client_id bad_character",
		`{"message":"x","choices":["a","b"],"reply_to":"nothing"}`:                   "reply_to not_an_id",
		`{"message":"x","choices":["a\nb","b"],"user_name":"Ann","from":["\u0000"]}`: "choices bad_character, from not_a_name",
	} {
		w := h.want(422, "invalid", "ann", http.MethodPost, "/rooms/tea/asks?user_name=Ann", body)
		var p struct {
			Errors []struct{ Field, Code, Detail string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range p.Errors {
			got = append(got, e.Field+" "+e.Code)
			if !strings.HasSuffix(e.Detail, ".") {
				t.Errorf("%s: %q is no sentence", body, e.Detail)
			}
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	for _, body := range []string{`{"message":1}`, `{"message":"x","choices":"a"}`, `{"message":"x","more":1}`, `{`} {
		h.want(400, "malformed", "ann", http.MethodPost, "/rooms/tea/asks?user_name=Ann", body)
	}
	h.want(415, "unsupported_media_type", "ann", http.MethodPost, "/rooms/tea/asks?user_name=Ann", "just a text")
	if _, last, err := h.Store.Bounds(t.Context()); err != nil || last != 2 { // the tokens
		t.Errorf("the log is at %d, %v", last, err)
	}
}

// A question that was cut short between its message and that it is one is completed by the retry.
func TestAskIsCompleted(t *testing.T) {
	h := newHouse(t)
	post := func(path, secret, body string) (status int, answer string) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if secret != "" {
			r.Header.Set("Plainchat-Author", secret)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	const secret = "a-secret-of-twenty-or-more"
	post("/rooms/tea/messages", secret, `{"user_name":"bot","message":"Tea?"}`)
	post("/rooms/tea/messages", "", `{"user_name":"bot","message":"Cake?","client_id":"`+chat.AuthorKey(askAuthor("k"))+`"}`)
	for _, tt := range []struct{ secret, body string }{
		{secret, `{"user_name":"bot","message":"Tea?","choices":["yes","no"]}`},
		{"", `{"user_name":"bot","message":"Cake?","choices":["yes","no"],"client_id":"k"}`},
	} {
		for range 2 {
			status, answer := post("/rooms/tea/asks", tt.secret, tt.body)
			if status != 201 || !strings.Contains(answer, `"duplicate":true`) || !strings.Contains(answer, `"state":"open"`) {
				t.Errorf("%s: %d %s", tt.body, status, answer)
			}
		}
	}
	if status, answer := post("/rooms/tea/asks", secret, `{"user_name":"bot","message":"Tea?","choices":["yes","no"],"client_id":"k"}`); status != 422 || !strings.Contains(answer, "conflict") {
		t.Errorf("a key that is not the secret's: %d %s", status, answer)
	}
	if history := ask(h, "/rooms/tea/messages", http.Header{}).Body.String(); strings.Count(history, `"ask":`) != 2 || strings.Contains(history, `"client_id":"k"`) {
		t.Errorf("history is %s", history)
	}
	// What nobody knows the secret of cannot be made a question by others.
	post("/rooms/tea/messages", "", `{"user_name":"bot","message":"All is well.","client_id":"free"}`)
	if status, answer := post("/rooms/tea/asks", "", `{"user_name":"bot","message":"All is well.","choices":["yes","no"],"client_id":"free"}`); status != 201 || strings.Contains(answer, `"duplicate":true`) {
		t.Errorf("somebody's message becomes a question: %d %s", status, answer)
	}
}

// Who is asked by name answers, and has to be known for that.
func TestAskByName(t *testing.T) {
	h := newHouse(t)
	h.say("ben", "tea", "Ben", "I am Ben")
	at := h.question(`{"message":"Tea?","choices":["yes","no"],"from":["BEN","ci","Zoe"]}`)
	for who, name := range map[string]string{"ann": "Ann", "nobody": "Zoe", "operator": "operator"} {
		h.want(403, "others_asked", who, http.MethodPost, at+"/answer?user_name="+name, `{"choice":"yes"}`)
	}
	h.want(409, "name_taken", "ann", http.MethodPost, at+"/answer?user_name=Ben", `{"choice":"yes"}`)
	h.want(200, "", "ben", http.MethodPost, at+"/answer?user_name=Ben", `{"choice":"yes"}`)
	at = h.question(`{"message":"Cake?","choices":["yes","no"],"from":["BEN","ci"]}`)
	h.want(200, "", "token", http.MethodPost, at+"/answer", `{"choice":"yes"}`)
}

// Somebody who guesses the next position does not keep another of the same name from asking.
func TestAskWhoseKeyIsGuessed(t *testing.T) {
	h := newHouse(t)
	for seq := range 40 {
		key := fmt.Sprintf("ask-%s-%d", h.Store.Epoch(), 30+seq)
		h.want(201, "", "nobody", http.MethodPost, "/rooms/tea/messages?user_name=bot", `{"message":"mine","client_id":"`+key+`"}`)
	}
	for range 2 { // again is the same
		h.want(201, "", "nobody", http.MethodPost, "/rooms/tea/asks?user_name=bot", `{"message":"Tea?","choices":["yes","no"],"client_id":"k"}`)
	}
}

// In a poll all answer, the last of each counts, and the reader's own is marked.
func TestPoll(t *testing.T) {
	h := newHouse(t)
	at := h.question("message=Where+to?&choices=here&choices=there&poll=true")
	for _, vote := range [][2]string{{"ann", "here"}, {"ben", "here"}, {"nobody", "here"}, {"ben", "there"}} {
		h.want(200, "", vote[0], http.MethodPost, at+"/answer?user_name="+vote[0], `{"choice":"`+vote[1]+`"}`)
	}
	var first, again struct{ ID, Time string }
	for _, into := range []any{&first, &again} { // the same again is the same answer
		w := h.want(200, "", "ann", http.MethodPost, at+"/answer?user_name=ann", "choice=there")
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	if first != again || strings.HasSuffix(first.ID, "-0") {
		t.Errorf("the answer is %v, and sent again %v", first, again)
	}
	h.want(200, "", "ann", http.MethodPost, at+"/answer?user_name=ann", "choice=here")
	h.wantStanding(at, `{"choices":["here","there"],"from":[],"poll":true,"state":"open","votes":[{"choice":"here","count":2,"names":["nobody","ann"]},{"choice":"there","count":1,"names":["ben"],"mine":true}]}`)
}

// Of fifty browsers that answer at the same time one does, and all others are told that.
func TestFiftyAnswer(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h)
	defer server.Close()
	at := h.question(`{"message":"Deploy?","choices":["yes","no"]}`)
	var group sync.WaitGroup
	statuses, answers := make([]int, 50), make([]string, 50)
	for n := range statuses {
		cookie := h.guests.Cookie(h.guests.New(), false)
		group.Go(func() {
			body := fmt.Sprintf(`{"user_name":"guest %d","choice":"%s"}`, n, []string{"yes", "no"}[n%2])
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+at+"/answer", strings.NewReader(body))
			if err != nil {
				panic(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.AddCookie(cookie)
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				answers[n] = err.Error()
				return
			}
			defer res.Body.Close()
			said, _ := io.ReadAll(res.Body)
			statuses[n], answers[n] = res.StatusCode, string(said)
		})
	}
	group.Wait()
	var q struct {
		Ask struct {
			UserName string `json:"user_name"`
		}
	}
	_ = json.Unmarshal(h.want(200, "", "ben", http.MethodGet, at, "").Body.Bytes(), &q)
	won := 0
	for n, status := range statuses {
		switch {
		case status == 200 && q.Ask.UserName == fmt.Sprint("guest ", n):
			won++
		case status != 409 || !strings.Contains(answers[n], `"user_name":"`+q.Ask.UserName+`"`):
			t.Errorf("%d is told %d %s, where %s has won", n, status, answers[n], q.Ask.UserName)
		}
	}
	if won != 1 {
		t.Errorf("%d have won", won)
	}
}

// Who waits is told of the answer at once, in each form.
func TestWaitForTheAnswer(t *testing.T) {
	h := newHouse(t)
	server := httptest.NewServer(h)
	defer server.Close()
	defer h.Broker.Close() // first, since the server waits for its streams
	get := func(at, accept string) <-chan string {
		answer := make(chan string, 1)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+at, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", accept)
		go func() {
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				answer <- err.Error()
				return
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			answer <- fmt.Sprint(res.StatusCode, " ", anyTime.ReplaceAllString(string(body), "T"), err)
		}()
		return answer
	}
	at := h.question(`{"message":"Deploy?","choices":["yes","no"]}`)
	if got := <-get(at+"?wait=10ms", "*/*"); !strings.Contains(got, `"state":"open"`) {
		t.Errorf("a time that is over is answered with %s", got)
	}
	long, lines := get(at+"?wait=60s", "*/*"), get(at, typeText)
	for h.waiting() < 2 { // both wait
		runtime.Gosched()
	}
	h.say("ben", "tea", "Ben", "let me see")
	h.want(200, "", "ben", http.MethodPost, at+"/answer?user_name=Ben", `{"choice":"no"}`)
	if got := <-long; !strings.HasPrefix(got, "200 ") || !strings.Contains(got, `"state":"answered","choice":"no","user_name":"Ben"`) {
		t.Errorf("the long poll is answered with %s", got)
	}
	if got := <-lines; got != "200 no\n<nil>" {
		t.Errorf("the lines are %q", got)
	}
	if got := <-get(at, typeText); got != "200 no\n<nil>" {
		t.Errorf("afterwards the lines are %q", got)
	}
	at = h.question(`{"message":"Tea?","choices":["yes","no"]}`)
	lines = get(at, typeText)
	for h.waiting() < 1 {
		runtime.Gosched()
	}
	h.want(200, "", "ann", http.MethodDelete, strings.Replace(at, "/asks/", "/messages/", 1), "")
	if got := <-lines; got != "200 "+io.ErrUnexpectedEOF.Error() {
		t.Errorf("of a deleted question the lines are %q", got)
	}
}

// Whoever waits in lines has an empty one now and then, also where much else happens in the room.
func TestLinesWhileWaiting(t *testing.T) {
	h := newHouse(t)
	h.askIdle = 20 * time.Millisecond
	server := httptest.NewServer(h)
	defer server.Close()
	defer h.Broker.Close() // first, since the server waits for its streams
	at := h.question(`{"message":"Tea?","choices":["yes","no"]}`)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+at, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", typeText)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	empty := func() {
		t.Helper()
		for range 3 {
			if line, err := lines.ReadString('\n'); line != "\n" || err != nil {
				t.Fatalf("%q, %v", line, err)
			}
		}
	}
	empty()
	busy, stop := context.WithCancel(t.Context())
	var talk sync.WaitGroup
	talk.Go(func() {
		for busy.Err() == nil {
			h.say("ann", "tea", "Ann", "let me see")
		}
	})
	empty()
	stop()
	talk.Wait()
	h.want(200, "", "ben", http.MethodPost, at+"/answer?user_name=Ben", `{"choice":"no"}`)
	rest, err := io.ReadAll(lines)
	if got := strings.TrimLeft(string(rest), "\n"); got != "no\n" || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
}

// A page without script answers with a form, and with a command.
func TestAnswerWithoutScript(t *testing.T) {
	h := newHouse(t)
	say := func(path, text string) *httptest.ResponseRecorder {
		return h.sendForm("ben", path, url.Values{"user_name": {"Ben"}, "message": {text}})
	}
	for text, want := range map[string]string{"/answer": "Write the answer", "/answer yes": "no open question"} {
		if w := say("/rooms/tea/messages", text); w.Code != 422 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q without a question: %d %s", text, w.Code, w.Body)
		}
	}
	first, second := h.question(`{"message":"Tea?","choices":["yes","no"]}`), h.question(`{"message":"Cake?","choices":["Yes","no"]}`)
	if w := say("/rooms/tea/messages", "/answer maybe"); w.Code != 422 || !strings.Contains(w.Body.String(), "Yes, no") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, w := range []*httptest.ResponseRecorder{
		say("/rooms/tea/messages?reply_to="+strings.TrimPrefix(first, "/rooms/tea/asks/"), "/answer no"), say("/rooms/tea/messages", "/answer yes"),
	} {
		if w.Code != http.StatusSeeOther {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	h.wantStanding(first, `{"choices":["yes","no"],"from":[],"state":"answered","choice":"no","user_name":"Ben","time":"T"}`)
	h.wantStanding(second, `{"choices":["Yes","no"],"from":[],"state":"answered","choice":"Yes","user_name":"Ben","time":"T"}`)

	shown := func(at string, parts ...string) {
		t.Helper()
		page := ask(h, "/rooms/tea", http.Header{"Accept": {typeHTML}}).Body.String()
		_, row, _ := strings.Cut(page, `id="m-`+strings.TrimPrefix(at, "/rooms/tea/asks/")+`"`)
		row, _, _ = strings.Cut(row, "</li>")
		for _, part := range parts {
			if !strings.Contains(row, part) {
				t.Errorf("the page shows %s\nwithout %s", row, part)
			}
		}
	}
	third := h.question(`{"message":"Milk?","choices":["yes","no"]}`)
	shown(third, `method="post" action="`+third+`/answer"`, `name="choice" value="yes"`, `name="choice" value="no"`)
	defer shown(third, "Ann", "yes")
	for _, who := range []string{"ann", "ben"} { // the second is shown who was faster
		w := h.sendForm(who, third+"/answer", url.Values{"choice": {"yes"}, "user_name": {strings.ToUpper(who[:1]) + who[1:]}})
		if want := "/rooms/tea#m-" + strings.TrimPrefix(third, "/rooms/tea/asks/"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%s is led by %d to %s", who, w.Code, w.Header().Get("Location"))
		}
	}
	if w := h.sendForm("ben", third+"/answer", url.Values{"choice": {"maybe"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "<title>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// The end of a question's time is told to those who come later.
func TestAfterTheTime(t *testing.T) {
	h := newHouse(t)
	at := h.question(`{"message":"Tea?","choices":["yes","no"],"wait":1,"default":"no"}`)
	id, err := chat.ParseID(strings.TrimPrefix(at, "/rooms/tea/asks/"))
	if err != nil {
		t.Fatal(err)
	}
	server := policy.Caller{Person: chat.Person{Name: chat.Operator}, Server: true}
	if _, _, err := h.Service.Send(t.Context(), server, chat.Draft{Room: "tea", From: server.Person, Body: chat.Answer{Of: id.Seq, Choice: "no", Expired: true}}); err != nil {
		t.Fatal(err)
	}
	h.wantStanding(at, `{"choices":["yes","no"],"from":[],"until":"T","default":"no","state":"expired","choice":"no","time":"T"}`)
	w := h.want(409, "expired", "ben", http.MethodPost, at+"/answer", `{"choice":"yes"}`)
	if got := w.Body.String(); !strings.Contains(got, "it is the default: no.") || strings.Contains(got, "operator") {
		t.Errorf("who is late is told %s", got)
	}
}

// Questions are described, and what is answered to answers.
func TestAsksAreAsDescribed(t *testing.T) {
	doc := loadDocument(t)
	chat, server := newDocumented(t, 0)
	built(t, chat)
	const asked = `{"user_name":"Mina","message":"Tea?","choices":["yes","no"],"from":[],"wait":"1h","default":"no"}`
	text := http.Header{"Accept": {typeText}}
	at := fmt.Sprintf("/rooms/tea/asks/%s-1", chat.Store.Epoch())
	for _, x := range []exchange{
		{name: "ask", method: "POST", path: "/rooms/{room}/asks", target: "/rooms/tea/asks", header: jsonType, body: asked, status: 201},
		{name: "poll", method: "POST", path: "/asks", target: "/asks", header: jsonType, body: `{"user_name":"Mina","message":"Tea?","choices":["yes","no"],"poll":true}`, status: 201},
		{name: "bad ask", method: "POST", path: "/asks", target: "/asks", header: jsonType, body: `{"user_name":"Mina","message":"Tea?","choices":["yes"]}`, status: 422},
		{name: "list", method: "GET", path: "/rooms/{room}/asks", target: "/rooms/tea/asks", status: 200},
		{name: "list of polls", method: "GET", path: "/asks", target: "/asks", status: 200},
		{name: "no choice", method: "POST", path: "/rooms/{room}/asks/{id}/answer", target: at + "/answer", header: jsonType, body: `{"choice":"maybe"}`, status: 422},
		{name: "answer", method: "POST", path: "/rooms/{room}/asks/{id}/answer", target: at + "/answer", header: jsonType, body: `{"choice":"yes"}`, status: 200},
		{name: "too late", method: "POST", path: "/rooms/{room}/asks/{id}/answer", target: at + "/answer", header: jsonType, body: `{"choice":"no"}`, status: 409},
		{name: "one", method: "GET", path: "/rooms/{room}/asks/{id}", target: at, status: 200},
		{name: "lines", method: "GET", path: "/rooms/{room}/asks/{id}", target: at, header: text, status: 200},
		{name: "none", method: "GET", path: "/asks/{id}", target: fmt.Sprintf("/asks/%s-2", chat.Store.Epoch()), status: 404},
	} {
		t.Run(x.name, func(t *testing.T) { x.check(t, doc, x.answer(t, server.URL)) })
	}
}
