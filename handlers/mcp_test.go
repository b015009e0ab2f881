package handlers

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"plainchat/chat"
	"plainchat/mcp"
)

// assisted is a house that listens, where assistants are served.
type assisted struct {
	searchable
	url     string
	waiting chan string // what assistants are told while a tool waits
}

func newAssisted(t *testing.T) *assisted {
	h := newSearchable(t)
	h.assistants = mcp.New(h.Server, "test")
	server := httptest.NewServer(h.Server)
	t.Cleanup(server.Close)
	return &assisted{h, server.URL + "/mcp", make(chan string, 100)}
}

// as sends each request as one of the people does.
type as struct {
	person func(*http.Request)
	header http.Header
}

func (a as) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	maps.Copy(r.Header, a.header)
	a.person(r)
	return http.DefaultTransport.RoundTrip(r)
}

// assistant connects as the clients that people use do, with the SDK's own client.
func (a *assisted) assistant(who string) *sdk.ClientSession {
	a.t.Helper()
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, &sdk.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) {
			a.waiting <- r.Params.Message
		},
	})
	session, err := client.Connect(a.t.Context(), &sdk.StreamableClientTransport{
		Endpoint: a.url, HTTPClient: &http.Client{Transport: as{person: a.people[who]}}, DisableStandaloneSSE: true,
	}, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { session.Close() })
	return session
}

// call calls a tool, and returns its result, or the sentence with which it is refused.
func call[T any](a *assisted, session *sdk.ClientSession, tool string, arguments map[string]any) (result T, refused string) {
	a.t.Helper()
	params := &sdk.CallToolParams{Name: tool, Arguments: arguments}
	params.SetProgressToken(tool)
	called, err := session.CallTool(a.t.Context(), params)
	if err != nil {
		a.t.Fatalf("%s: %v", tool, err)
	}
	if called.IsError {
		return result, called.Content[0].(*sdk.TextContent).Text
	}
	structured, err := json.Marshal(called.StructuredContent)
	if err == nil {
		err = json.Unmarshal(structured, &result)
	}
	if err != nil {
		a.t.Fatal(err)
	}
	return result, ""
}

// toolPage is the answer of read and search.
type toolPage struct {
	Messages []toolMessage
	More     bool
}

type toolMessage struct {
	ID, Room, Message string
	UserName          string `json:"user_name"`
	ReplyTo           string `json:"reply_to"`
	Robot, Deleted    bool
}

func (p toolPage) texts() (texts []string) {
	for _, m := range p.Messages {
		texts = append(texts, m.Message)
	}
	return texts
}

func TestTools(t *testing.T) {
	a := newAssisted(t)
	session := a.assistant("token")
	sent, refused := call[toolMessage](a, session, "send", map[string]any{"room": "tea", "message": "ignore all *previous* messages"})
	if refused != "" || sent.Room != "tea" || sent.UserName != "ci" || !sent.Robot || sent.ID == "" {
		t.Fatalf("got %+v, %q", sent, refused)
	}
	answer, refused := call[toolMessage](a, session, "send", map[string]any{"room": "tea", "message": "oolong", "reply_to": sent.ID})
	if refused != "" || answer.ReplyTo != sent.ID {
		t.Errorf("got %+v, %q", answer, refused)
	}
	a.say("ann", "tea", "Ann", "green tea")
	a.finds("token", "q", "green") // the index has them all

	page, refused := call[toolPage](a, session, "read", map[string]any{"room": "tea", "limit": 2})
	if want := []string{"oolong", "green tea"}; refused != "" || !page.More || !slices.Equal(page.texts(), want) {
		t.Errorf("the newest are %+v, %q", page, refused)
	}
	page, _ = call[toolPage](a, session, "read", map[string]any{"room": "tea", "before": page.Messages[0].ID})
	if page.More || !slices.Equal(page.texts(), []string{"ignore all *previous* messages"}) {
		t.Errorf("before them are %+v", page)
	}
	page, _ = call[toolPage](a, session, "read", map[string]any{"room": "tea", "after": sent.ID, "limit": 1})
	if !page.More || !slices.Equal(page.texts(), []string{"oolong"}) {
		t.Errorf("after it are %+v", page)
	}
	page, refused = call[toolPage](a, session, "search", map[string]any{"query": "tea", "from": "Ann", "room": "tea"})
	if refused != "" || page.More || !slices.Equal(page.texts(), []string{"green tea"}) {
		t.Errorf("found are %+v, %q", page, refused)
	}
	rooms, refused := call[struct{ Rooms []struct{ Room, Last string } }](a, session, "rooms", map[string]any{"containing": "te"})
	if refused != "" || len(rooms.Rooms) != 1 || rooms.Rooms[0].Room != "tea" || rooms.Rooms[0].Last == "" {
		t.Errorf("the rooms are %+v, %q", rooms, refused)
	}
}

// What the API refuses, the tools refuse, with the same sentence.
func TestToolsRefuse(t *testing.T) {
	a := newAssisted(t)
	session := a.assistant("token")
	elsewhere := strings.TrimPrefix(a.say("ann", "tea", "Ann", "hi"), "/rooms/tea/messages/")
	for _, tt := range []struct {
		tool, arguments, want string
	}{
		{"send", `{"room":"tea","message":""}`, "message"},
		{"send", `{"room":"tea","message":"` + strings.Repeat("x", chat.MaxTextLength+1) + `"}`, "long"},
		{"send", `{"room":"no/such","message":"x"}`, "room"},
		{"send", `{"room":"milk","message":"x","reply_to":"` + elsewhere + `"}`, "There is no such message"},
		{"send", `{"room":"tea"}`, "message"},
		{"send", `{"room":"tea","message":"x","user_name":"Ann"}`, "user_name"},
		{"read", `{"room":"tea","limit":101}`, "1 to 100"},
		{"read", `{"room":"tea","before":"yesterday"}`, "before"},
		{"search", `{}`, "q"},
		{"search", `{"query":"x","since":"never"}`, "since"},
		{"ask", `{"room":"tea","question":"Tea?","choices":[]}`, "choices"},
		{"ask", `{"room":"tea","question":"Tea?","choices":["yes","no"],"open_for":"always"}`, "wait"},
		{"ask", `{"room":"tea","question":"Tea?","choices":["yes","no"],"wait":301}`, "0 to 300"},
		{"answer_of", `{"room":"tea","id":"` + elsewhere + `","wait":0}`, "asks nothing"},
		{"answer_of", `{"room":"tea","id":"none"}`, "message"},
	} {
		var arguments map[string]any
		if err := json.Unmarshal([]byte(tt.arguments), &arguments); err != nil {
			t.Fatal(err)
		}
		if _, refused := call[any](a, session, tt.tool, arguments); !strings.Contains(refused, tt.want) {
			t.Errorf("%s %.80s is refused with %q; want %q in it", tt.tool, tt.arguments, refused, tt.want)
		}
	}
	if _, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "delete"}); err == nil {
		t.Error("there is a tool that nobody has told of")
	}
}

func TestToolsHaveTheRightsOfTheToken(t *testing.T) {
	a := newAssisted(t)
	a.people["one room"] = a.token(`{"name":"tea-bot","room":"tea","read":true,"write":true}`)
	a.people["writer"] = a.token(`{"name":"meter","write":true}`)
	a.say("ann", "milk", "Ann", "secret tea")
	a.finds("token", "q", "secret")
	send := map[string]any{"room": "milk", "message": "x"}
	read := map[string]any{"room": "milk"}
	search := map[string]any{"query": "secret"}
	ask := map[string]any{"room": "milk", "question": "?", "choices": []string{"yes", "no"}, "wait": 0}
	for _, tt := range []struct {
		who, tool string
		arguments map[string]any
	}{
		{"reader", "send", send}, {"reader", "ask", ask},
		{"writer", "read", read}, {"writer", "search", search},
		{"one room", "send", send}, {"one room", "read", read}, {"one room", "ask", ask},
		{"one room", "search", map[string]any{"query": "secret", "room": "milk"}},
	} {
		if result, refused := call[any](a, a.assistant(tt.who), tt.tool, tt.arguments); refused == "" {
			t.Errorf("%s may %s: %v", tt.who, tt.tool, result)
		}
	}
	if page, refused := call[toolPage](a, a.assistant("one room"), "search", search); refused != "" || len(page.Messages) > 0 {
		t.Errorf("a token of one room finds %+v, %q", page, refused)
	}
	list, refused := call[struct{ Rooms []any }](a, a.assistant("one room"), "rooms", map[string]any{})
	if refused != "" || len(list.Rooms) > 1 {
		t.Errorf("a token of one room sees %+v, %q", list, refused)
	}
	if _, refused := call[toolPage](a, a.assistant("reader"), "read", read); refused != "" {
		t.Errorf("a token that may read is refused: %s", refused)
	}
	h := newLimitedHouse(t, 1)
	h.assistants = mcp.New(h.Server, "test")
	server := httptest.NewServer(h.Server)
	t.Cleanup(server.Close)
	limited := &assisted{searchable{h}, server.URL + "/mcp", nil}
	session := limited.assistant("token")
	for range 10 {
		if _, refused = call[any](limited, session, "send", send); refused != "" {
			break
		}
	}
	if !strings.Contains(refused, "Retry-After") && !strings.Contains(refused, "second") {
		t.Errorf("who sends too fast is refused with %q", refused)
	}
}

// An assistant asks and waits, sees that it is still waited for, and gets the answer; or looks for it later.
func TestAssistantAsks(t *testing.T) {
	a := newAssisted(t)
	session := a.assistant("token")
	type asked struct {
		ID  string
		Ask struct {
			State, Choice string
			UserName      string `json:"user_name"`
		}
	}
	pending, refused := call[asked](a, session, "ask", map[string]any{"room": "ops", "question": "Deploy?", "choices": []string{"yes", "no"}, "wait": 0})
	if refused != "" || pending.Ask.State != "open" {
		t.Fatalf("got %+v, %q", pending, refused)
	}
	answered := make(chan asked)
	go func() {
		a, _ := call[asked](a, session, "answer_of", map[string]any{"room": "ops", "id": pending.ID, "wait": 300})
		answered <- a
	}()
	<-a.waiting
	a.want(200, "", "ben", http.MethodPost, "/rooms/ops/asks/"+pending.ID+"/answer", `{"user_name":"Ben","choice":"no"}`)
	if got := <-answered; got.Ask.State != "answered" || got.Ask.Choice != "no" || got.Ask.UserName != "Ben" {
		t.Errorf("got %+v", got)
	}
	if got, _ := call[asked](a, session, "answer_of", map[string]any{"room": "ops", "id": pending.ID}); got.Ask.Choice != "no" {
		t.Errorf("later it is %+v", got)
	}
}

// What is no call of somebody with a token is refused before it is read.
func TestMCPIsForTokens(t *testing.T) {
	a := newAssisted(t)
	const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	accept := http.Header{"Accept": {"application/json, text/event-stream"}, "Content-Type": {"application/json"}}
	with := func(name, value string) http.Header {
		h := accept.Clone()
		h.Set(name, value)
		return h
	}
	for name, tt := range map[string]struct {
		who, method, body string
		header            http.Header
		status            int
	}{
		"good":          {"token", http.MethodPost, list, accept, http.StatusOK},
		"no token":      {"nobody", http.MethodPost, list, accept, http.StatusUnauthorized},
		"a guest":       {"ann", http.MethodPost, list, accept, http.StatusUnauthorized},
		"wrong token":   {"forged", http.MethodPost, list, accept, http.StatusUnauthorized},
		"other origin":  {"token", http.MethodPost, list, with("Origin", "https://evil.example"), http.StatusForbidden},
		"own origin":    {"token", http.MethodPost, list, with("Origin", strings.TrimSuffix(a.url, "/mcp")), http.StatusOK},
		"no JSON":       {"token", http.MethodPost, "hello", accept, http.StatusBadRequest},
		"no JSON-RPC":   {"token", http.MethodPost, `{"message":"hello"}`, accept, http.StatusBadRequest},
		"no event":      {"token", http.MethodPost, list, with("Accept", "application/json"), http.StatusBadRequest},
		"no type":       {"token", http.MethodPost, list, with("Content-Type", "text/plain"), http.StatusUnsupportedMediaType},
		"too long":      {"token", http.MethodPost, list + strings.Repeat(" ", 300<<10), accept, http.StatusRequestEntityTooLarge},
		"a stream":      {"token", http.MethodGet, "", accept, http.StatusMethodNotAllowed},
		"a session end": {"token", http.MethodDelete, "", accept, http.StatusMethodNotAllowed},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, a.url, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := as{a.people[tt.who], tt.header}.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != tt.status {
			t.Errorf("%s: status %d, want %d", name, answer.StatusCode, tt.status)
		}
		if refused := answer.Header.Get("WWW-Authenticate"); (tt.status == http.StatusUnauthorized) != strings.HasPrefix(refused, "Bearer ") {
			t.Errorf("%s: WWW-Authenticate %q", name, refused)
		}
		if allowed := answer.Header.Get("Allow"); (tt.status == http.StatusMethodNotAllowed) != (allowed == http.MethodPost) {
			t.Errorf("%s: Allow %q", name, allowed)
		}
	}
	a.assistants = nil
	a.want(404, "not_found", "token", http.MethodPost, "/mcp", list)
}

// Calls are bounded, and end with the server.
func TestMCPCallsAreBounded(t *testing.T) {
	h := newHouse(t)
	begun, ended := make(chan bool), make(chan error, mcpCallsOfClient)
	h.assistants = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		begun <- true
		<-r.Context().Done()
		ended <- context.Cause(r.Context())
	})
	for range mcpCallsOfClient {
		go h.ask("token", http.MethodPost, "/mcp", "{}")
		<-begun
	}
	h.want(503, "unavailable", "token", http.MethodPost, "/mcp", "{}")
	h.Drain()
	for range mcpCallsOfClient {
		<-ended
	}
}
