package program

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// What the operator's commands print can be read by scripts, and they do what they say.
func TestOperatorCommands(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	run := func(want int, args ...string) string {
		t.Helper()
		p := launch(t, program(t, nil, append(args, "--data="+s.data)...))
		<-p.exited
		if code := p.cmd.ProcessState.ExitCode(); code != want {
			t.Fatalf("%q exits %d, want %d: %s", args, code, want, p.stderr)
		}
		return p.stdout.String()
	}
	token := strings.TrimSpace(run(0, "token", "create", "--name=ci", "--room=builds"))
	if !strings.HasPrefix(token, "plc_") {
		t.Fatalf("the token is %q", token)
	}
	ask := func(want int, method, path, body string, header ...string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(bounded(t), method, s.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != want {
			t.Errorf("%s %s: status %d, want %d, %s, %v", method, path, res.StatusCode, want, answer, err)
		}
		return res.Header.Get("Location")
	}
	message := ask(http.StatusCreated, http.MethodPost, "/rooms/builds/messages", "passed", "Authorization", "Bearer "+token)
	ask(http.StatusForbidden, http.MethodPost, "/messages", "passed", "Authorization", "Bearer "+token)
	ask(http.StatusConflict, http.MethodPost, "/messages?user_name=ci", "passed")

	list := strings.Fields(run(0, "token", "list"))
	if len(list) != 4 || list[1] != "ci" || list[2] != "read,write" || list[3] != "builds" {
		t.Fatalf("the list is %q", list)
	}
	stream, err := http.NewRequestWithContext(bounded(t), http.MethodGet, s.url+"/rooms/builds/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(stream)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	run(0, "token", "revoke", list[0])
	if _, err := io.ReadAll(res.Body); err == nil { // cut, and so that its client comes back
		t.Error("the stream of a revoked token looks as if it were complete")
	}
	ask(http.StatusUnauthorized, http.MethodPost, "/rooms/builds/messages", "passed", "Authorization", "Bearer "+token)
	run(1, "token", "revoke", list[0])
	run(0, "names", "release", "ci")
	run(0, "delete", message[strings.LastIndex(message, "/")+1:])
	ask(http.StatusGone, http.MethodGet, message, "")
	run(1, "delete", message[strings.LastIndex(message, "/")+1:])
}
