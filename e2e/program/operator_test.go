package program

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// operator is a person with access to a server's data folder.
type operator struct{ *server }

// run runs a command, and returns what it printed.
func (o operator) run(want int, args ...string) string {
	o.t.Helper()
	p := launch(o.t, program(o.t, nil, append(args, "--data="+o.data)...))
	if code := p.wait(); code != want {
		o.t.Fatalf("%q exits %d, want %d: %s", args, code, want, p.stderr)
	}
	return p.stdout.String()
}

// expect sends a request and checks the status of its answer, whose headers it returns.
func (s *server) expect(want int, method, target string, header http.Header, body string) http.Header {
	s.t.Helper()
	res, answer, err := s.do(bounded(s.t), method, target, header, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != want {
		s.t.Errorf("%s %s: status %d, want %d, %s", method, target, res.StatusCode, want, answer)
	}
	return res.Header
}

// openWith opens the stream of a room with a token.
func (s *server) openWith(ctx context.Context, room, token string) io.ReadCloser {
	s.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/rooms/"+room+"/events", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { res.Body.Close() })
	return res.Body
}

// What the operator's commands print can be read by scripts, and they do what they say.
func TestOperatorCommands(t *testing.T) {
	t.Parallel()
	o := operator{newServer(t)}
	token := strings.TrimSpace(o.run(0, "token", "create", "--name=ci", "--room=builds"))
	if !strings.HasPrefix(token, "plc_") {
		t.Fatalf("the token is %q", token)
	}
	with := header("Authorization", "Bearer "+token)
	message := o.expect(http.StatusCreated, http.MethodPost, "/rooms/builds/messages", with, "passed").Get("Location")
	o.expect(http.StatusForbidden, http.MethodPost, "/messages", with, "passed")
	o.expect(http.StatusConflict, http.MethodPost, "/messages?user_name=ci", nil, "passed")

	list := strings.Fields(o.run(0, "token", "list"))
	if len(list) != 4 || list[1] != "ci" || list[2] != "read,write" || list[3] != "builds" {
		t.Fatalf("the list is %q", list)
	}
	stream := o.openWith(bounded(t), "builds", token)
	o.run(0, "token", "revoke", list[0])
	if _, err := io.ReadAll(stream); err == nil { // cut, and so that its client comes back
		t.Error("the stream of a revoked token looks as if it were complete")
	}
	o.expect(http.StatusUnauthorized, http.MethodPost, "/rooms/builds/messages", with, "passed")
	o.run(1, "token", "revoke", list[0])

	id := message[strings.LastIndex(message, "/")+1:]
	o.run(0, "names", "release", "ci")
	o.run(0, "delete", id)
	o.expect(http.StatusGone, http.MethodGet, message, nil, "")
	o.run(0, "delete", id) // as it was to be
}
