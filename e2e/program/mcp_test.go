package program

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// bearer shows a token with each request.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// assistant is the SDK's own client, connected as robots.md says.
func (s *server) assistant(token string, waiting chan<- string) *mcp.ClientSession {
	s.t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "assistant", Version: "1"}, &mcp.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) { waiting <- r.Params.Message },
	})
	session, err := client.Connect(s.t.Context(), &mcp.StreamableClientTransport{
		Endpoint: s.url + "/mcp", HTTPClient: &http.Client{Transport: bearer(token)}, DisableStandaloneSSE: true,
	}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { session.Close() })
	return session
}

// useTool calls a tool, and reads the members of its result.
func (s *server) useTool(session *mcp.ClientSession, tool string, arguments map[string]any, result any) {
	s.t.Helper()
	params := &mcp.CallToolParams{Name: tool, Arguments: arguments}
	params.SetProgressToken(tool)
	called, err := session.CallTool(s.t.Context(), params)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := json.Marshal(called.StructuredContent)
	if err == nil && !called.IsError {
		err = json.Unmarshal(text, result)
	}
	if err != nil || called.IsError {
		s.t.Fatalf("%s: %v, %s", tool, err, called.Content[0].(*mcp.TextContent).Text)
	}
}

// An assistant sends, reads, searches and asks; the server is killed and started again amid that. Nothing that
// is written has its token.
func TestAssistant(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--log-level=debug")
	token := s.tokenFor("--name=helper")
	waiting := make(chan string, 100)
	session := s.assistant(token, waiting)
	var sent struct{ ID string }
	s.useTool(session, "send", map[string]any{"room": "ops", "message": "the oolong is brewing"}, &sent)
	var page struct {
		Messages []struct{ ID, Message string }
	}
	for len(page.Messages) == 0 { // the index comes after the log
		s.useTool(session, "search", map[string]any{"query": "oolong"}, &page)
	}
	if page.Messages[0].ID != sent.ID {
		t.Errorf("found %+v", page)
	}

	type asked struct {
		ID  string
		Ask struct{ State, Choice string }
	}
	var open asked
	s.useTool(session, "ask", map[string]any{"room": "ops", "question": "Milk?", "choices": []string{"yes", "no"}, "wait": 0}, &open)
	s.kill()
	s.start()
	answered := make(chan asked)
	go func() {
		var a asked
		s.useTool(session, "answer_of", map[string]any{"room": "ops", "id": open.ID, "wait": 300}, &a)
		answered <- a
	}()
	<-waiting
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/rooms/ops/asks/"+open.ID+"/answer", strings.NewReader(`{"user_name":"Ben","choice":"no"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	answer.Body.Close()
	if a := <-answered; a.Ask.State != "answered" || a.Ask.Choice != "no" {
		t.Errorf("answered %+v", a)
	}

	// Who still waits does not hold up the end.
	s.useTool(session, "ask", map[string]any{"room": "ops", "question": "Sugar?", "choices": []string{"yes", "no"}, "wait": 0}, &open)
	go session.CallTool(t.Context(), &mcp.CallToolParams{
		Meta: mcp.Meta{"progressToken": "end"}, Name: "answer_of", Arguments: map[string]any{"room": "ops", "id": open.ID, "wait": 300},
	})
	<-waiting
	s.retire()
	written := s.stdout.String() + s.stderr.String()
	if strings.Contains(written, token) {
		t.Error("the server's log has the token")
	}
	err = filepath.WalkDir(s.data, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), token) {
			t.Errorf("%s has the token", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
