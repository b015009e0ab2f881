package program

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// secrets are messages with words that stand nowhere else.
type secrets struct {
	guest *guest
	ids   []string
	words []string // those of their texts, and of the texts before they were edited
}

// word is one that no index can make of another.
func (s *secrets) word() string {
	word := strings.ToLower(rand.Text())
	s.words = append(s.words, word)
	return word
}

// write says n things and has all sorts of things happen to them.
func (s *secrets) write(n int) {
	g := s.guest
	first := g.writes("tea", "who knows?", nil)
	for i := range n {
		more := map[string]string{"client_id": fmt.Sprint("secret-", i), "reply_to": first}
		var id string
		if text := "the word is " + s.word(); i%3 == 1 {
			id = s.ask(text, more)
		} else {
			id = g.writes("tea", text, more)
		}
		at := "/rooms/tea/messages/" + id
		g.must(http.MethodPut, at+"/pin", nil, nil)
		g.must(http.MethodPut, at+"/reactions/👍", nil, nil)
		g.writes("tea", "really?", map[string]string{"reply_to": id})
		if i%2 == 0 {
			g.must(http.MethodPatch, at, map[string]string{"message": "no, it is " + s.word()}, nil)
		}
		s.ids = append(s.ids, id)
	}
}

// ask makes a text a question, which the guest answers, and returns its id.
func (s *secrets) ask(text string, more map[string]string) (id string) {
	g := s.guest
	choice := s.word()
	form := url.Values{"message": {text}, "choices": {choice, s.word()}, "poll": {"true"}}
	for name, value := range more {
		form.Set(name, value)
	}
	header := http.Header{"Cookie": {g.cookie}, "User-Name": {string(g.name)}, "Content-Type": {"application/x-www-form-urlencoded"}}
	res, body := g.server.post("/rooms/tea/asks", header, form.Encode())
	var asked askedThere
	if err := json.Unmarshal([]byte(body), &asked); err != nil || res.StatusCode != http.StatusCreated {
		g.server.t.Fatalf("%d %s", res.StatusCode, body)
	}
	g.must(http.MethodPost, "/rooms/tea/asks/"+asked.ID+"/answer", map[string]string{"choice": choice}, nil)
	return asked.ID
}

// forget deletes them.
func (s *secrets) forget() {
	for _, id := range s.ids {
		s.guest.must(http.MethodDelete, "/rooms/tea/messages/"+id, nil, nil)
	}
}

// in returns which of the words stand in a text, in any case.
func (s *secrets) in(text []byte) (found []string) {
	text = bytes.ToLower(text)
	for _, word := range s.words {
		if bytes.Contains(text, []byte(word)) {
			found = append(found, word)
		}
	}
	return found
}

// kept tells in which files of a folder which words stand.
func (s *secrets) kept(t *testing.T, folder string) (kept []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return ignoreGone(err)
		}
		text, err := os.ReadFile(path)
		for _, word := range s.in(text) {
			kept = append(kept, filepath.Base(path)+": "+word)
		}
		return ignoreGone(err)
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// ignoreGone is for files that come and go while a server runs.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// promised is how long after it was deleted a text may be in the folder.
const promised = time.Minute

// awaitGone waits until no file of the folder has a word any more.
func (s *secrets) awaitGone(t *testing.T, folder string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), promised)
	defer cancel()
	began := time.Now()
	look := time.NewTicker(promised / 200)
	defer look.Stop()
	for {
		kept := s.kept(t, folder)
		if len(kept) == 0 {
			t.Logf("gone after %v", time.Since(began).Round(time.Second/10))
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("after %v there are still %q", promised, kept)
		}
	}
}

// TestErased: within a minute what was deleted stands in no file of the folder, however many write
// meanwhile; and nothing brings it back.
func TestErased(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--log-level=warn")
	start := s.say("tea", "before all").ID.String()
	secret := &secrets{guest: s.guest("Ann")}
	secret.write(10)
	s.get("/rooms/tea/messages", nil) // so that they are in the views too
	s.awaitSearch(secret.words[len(secret.words)-1], 1)
	backup := filepath.Join(t.TempDir(), "backup")
	operator{s}.run(0, "backup", backup)
	if kept := secret.kept(t, s.data); len(kept) < len(secret.words) || !strings.Contains(fmt.Sprint(kept), "views.db") || !strings.Contains(fmt.Sprint(kept), "search.db") {
		t.Fatalf("before they are deleted, only %q are in the folder", kept)
	}

	ctx, stop := context.WithCancel(bounded(t))
	var writing sync.WaitGroup
	t.Cleanup(writing.Wait)
	defer stop()
	for range 3 {
		writing.Go(func() { s.chatter(ctx) })
	}
	secret.forget()
	secret.awaitGone(t, s.data)
	stop()
	writing.Wait()

	if text, err := os.ReadFile(backup); err != nil || len(secret.in(text)) != len(secret.words) {
		t.Errorf("the backup has %d of %d words, %v", len(secret.in(text)), len(secret.words), err)
	}
	secret.checkRetries(t)
	secret.checkStream(t, start)
	for _, word := range secret.words {
		if found := s.search(word); len(found) > 0 {
			t.Errorf("a search for a word of a deleted message finds %q", found)
		}
	}
	if kept := secret.kept(t, s.data); len(kept) > 0 {
		t.Errorf("they are back: %q", kept)
	}
}

// search returns the ids of the messages with a word.
func (s *server) search(word string) (ids []string) {
	s.t.Helper()
	res, body := s.get("/search?q="+word, nil)
	if res.StatusCode == http.StatusServiceUnavailable { // the index is being built
		return nil
	}
	var answer struct{ Messages []struct{ ID string } }
	if err := json.Unmarshal([]byte(body), &answer); err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("search: %s, %v\n%s", res.Status, err, body)
	}
	for _, m := range answer.Messages {
		ids = append(ids, m.ID)
	}
	return ids
}

// chatter says one thing after the other until ctx is done.
func (s *server) chatter(ctx context.Context) {
	for i := 0; ctx.Err() == nil; i++ {
		body := fmt.Sprintf(`{"user_name":"chatter","message":"blah %d"}`, i)
		_, _, err := s.do(ctx, http.MethodPost, "/rooms/blah/messages", http.Header{"Content-Type": {"application/json"}}, body)
		if err != nil && ctx.Err() == nil {
			s.t.Error(err)
			return
		}
	}
}

// checkRetries: to send a deleted message again does not bring it back.
func (s *secrets) checkRetries(t *testing.T) {
	t.Helper()
	for i, id := range s.ids {
		body := map[string]string{"user_name": string(s.guest.name), "message": "the word is " + s.words[0], "client_id": fmt.Sprint("secret-", i)}
		err := s.guest.does(bounded(t), http.MethodPost, "/rooms/tea/messages", body, nil)
		if r, ok := errors.AsType[*refusal](err); !ok || r.status != http.StatusGone || !strings.Contains(r.detail, id) {
			t.Errorf("a retry of a deleted message: %v", err)
		}
	}
}

// checkStream: a stream that resumes from before them tells that they were deleted, and not what
// they said.
func (s *secrets) checkStream(t *testing.T, start string) {
	t.Helper()
	stream, err := s.guest.server.stream(bounded(t), "room=tea", start)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	for deleted := 0; deleted < len(s.ids); {
		ev := stream.next(t)
		if ev.Type == "delete" {
			if !strings.Contains(ev.Data, s.ids[deleted]) {
				t.Errorf("the %d-th deletion is %s, want that of %s", deleted, ev.Data, s.ids[deleted])
			}
			deleted++
		}
	}
	if found := s.in(stream.raw.Bytes()); len(found) > 0 {
		t.Errorf("the stream tells %q", found)
	}
}

// TestErasedBeforeAKill: a server that is killed as soon as it has acknowledged a deletion, or as
// soon as its views have it, leaves the words behind only until it has been started again.
func TestErasedBeforeAKill(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]func(*server){
		"acknowledged": func(*server) {},
		"in the views": func(s *server) { s.get("/rooms/tea/messages", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "--log-level=warn")
			secret := &secrets{guest: s.guest("Ann")}
			secret.write(3)
			s.awaitSearch(secret.words[len(secret.words)-1], 1)
			secret.forget()
			wait(s)
			s.kill()
			s.start()
			secret.awaitGone(t, s.data)
			secret.checkRetries(t)
		})
	}
}
