package cluster

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/internal/seed"
)

var erasedWithin = flag.Duration("erased-within", 0, "how long TestErasedOnServers waits for the servers")

// promised is how long after it was deleted a text may be in the folder of a node.
const promised = time.Minute

// Within a minute what was deleted stands in no file of any node, not of one that was away when it was
// deleted either.
func TestErased(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	c := start(t, natstest.Options{})
	w := newCrowd(ctx, c, seed.Draw(t), crowdOptions{talkers: 6, pace: 250 * time.Millisecond})
	defer close(w.stop)
	s := c.tellSecrets(ctx, 10)
	for i, dir := range c.nodeFolders() {
		if kept, _, _ := awaitGone(ctx, dir, s.words, 0); len(kept) == 0 {
			t.Fatalf("before it is deleted, node %d has nothing of it", i)
		}
	}
	c.nodes[2].Kill()
	s.delete(ctx, t)
	c.nodes[2].Restart()
	for i, dir := range c.nodeFolders() {
		kept, took, err := awaitGone(ctx, dir, s.words, promised)
		if err != nil || len(kept) > 0 {
			t.Errorf("node %d has %q after %v: %v", i, kept, took, err)
		}
		t.Logf("gone from node %d after %v", i, took.Round(time.Second/10))
	}
}

// How long a server has what was deleted, while others talk and while nobody does.
func TestErasedOnServers(t *testing.T) {
	if *erasedWithin == 0 {
		t.Skip("left out: it takes minutes; make cluster-torture has it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit+3**erasedWithin)
	defer cancel()
	c := start(t, natstest.Options{})
	w := newCrowd(ctx, c, seed.Draw(t), crowdOptions{talkers: 16, pace: 50 * time.Millisecond})
	w.awaitAcks(ctx, 1000)
	if left := c.awaitGoneFromServers(ctx, "while others talk"); left > 0 {
		t.Errorf("%d servers have what was deleted %v ago", left, *erasedWithin)
	}
	close(w.stop)
	w.talking.Wait()
	c.awaitGoneFromServers(ctx, "while nobody talks")
}

// awaitGoneFromServers returns how many servers have something for longer than they should.
func (c *cluster) awaitGoneFromServers(ctx context.Context, when string) (left int) {
	c.t.Helper()
	s := c.tellSecrets(ctx, 10)
	s.delete(ctx, c.t)
	began := time.Now()
	for _, server := range c.servers.Servers {
		kept, _, err := awaitGone(ctx, server.Dir, s.words, *erasedWithin-time.Since(began))
		if err != nil {
			c.t.Fatal(err)
		}
		if len(kept) > 0 {
			left++
		}
		c.t.Logf("%s: %v after it was deleted, %s has %q", when, time.Since(began).Round(time.Second), server.Name, kept)
	}
	return left
}

func (c *cluster) nodeFolders() (dirs []string) {
	for _, n := range c.nodes {
		dirs = append(dirs, n.Data)
	}
	return dirs
}

// secrets are messages with words that stand nowhere else.
type secrets struct {
	talker *talker
	words  []string
}

// tellSecrets has somebody write messages, and edit every other; and waits until all nodes show them.
func (c *cluster) tellSecrets(ctx context.Context, n int) *secrets {
	c.t.Helper()
	s := &secrets{talker: newTalker(c, 0, 0, func() {})}
	s.talker.name = "teller " + rand.Text()
	word := func() string {
		word := strings.ToLower(rand.Text())
		s.words = append(s.words, word)
		return word
	}
	for i := range n {
		s.talker.n++
		err := s.talker.write(ctx, "tea", map[string]string{"message": "the word is " + word()})
		if i%2 == 0 && err == nil {
			s.talker.n++
			err = s.talker.do(ctx, http.MethodPatch, s.addresses()[i], map[string]string{"message": "no, it is " + word()})
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	for i := range c.nodes {
		c.awaitFound(ctx, i, s.words[len(s.words)-1])
	}
	return s
}

func (s *secrets) addresses() (addresses []string) {
	for _, id := range s.talker.own["tea"] {
		addresses = append(addresses, "/rooms/tea/messages/"+id)
	}
	return addresses
}

// delete deletes them all.
func (s *secrets) delete(ctx context.Context, t *testing.T) {
	t.Helper()
	for _, address := range s.addresses() {
		s.talker.n++
		if err := s.talker.do(ctx, http.MethodDelete, address, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// awaitFound waits until a node finds a word.
func (c *cluster) awaitFound(ctx context.Context, i int, word string) {
	c.t.Helper()
	for {
		if body, _ := c.page(ctx, i, "/search?q="+word); strings.Contains(body, "the word is") || strings.Contains(body, "no, it is") {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond): // another program has to get on
		case <-ctx.Done():
			c.t.Fatalf("node %d does not find %s", i, word)
		}
	}
}

// awaitGone waits for some time until no file in a folder has any of some words, and returns what is left, and
// how long it took.
func awaitGone(ctx context.Context, dir string, words []string, within time.Duration) (kept []string, took time.Duration, err error) {
	began := time.Now()
	look := time.NewTicker(300 * time.Millisecond)
	defer look.Stop()
	for {
		kept, err := keptIn(dir, words)
		if took := time.Since(began); err != nil || len(kept) == 0 || took >= within || ctx.Err() != nil {
			return kept, took, err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
}

// keptIn tells which files in a folder have how many of some words.
func keptIn(dir string, words []string) (kept []string, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return ignoreGone(err)
		}
		text, err := os.ReadFile(path)
		text = bytes.ToLower(text)
		n := 0
		for _, word := range words {
			if bytes.Contains(text, []byte(word)) {
				n++
			}
		}
		if n > 0 {
			kept = append(kept, fmt.Sprintf("%d words in %s", n, strings.TrimPrefix(path, dir)))
		}
		return ignoreGone(err)
	})
	return kept, err
}

// ignoreGone is for files that come and go while a program runs.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
