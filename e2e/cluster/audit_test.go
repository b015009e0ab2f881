package cluster

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // reads the logs of nodes that have ended

	"plainchat/chat"
)

// nodeAccount asks a node for all that it has, once it has heard farewell in all rooms.
func (c *cluster) nodeAccount(ctx context.Context, i int) nodeAccount {
	c.t.Helper()
	l := &listener{
		hearing: hearing{who: fmt.Sprint("the log of node ", i), rooms: rooms}, nodes: c.nodes, node: i,
		rng: rand.New(rand.NewPCG(1, 1)), client: http.DefaultClient, left: make(map[chat.Room]bool),
	}
	for _, room := range rooms {
		l.left[room] = true
	}
	if err := l.listen(ctx); err != nil {
		c.t.Error(err)
	}
	a := nodeAccount{log: settled(l.events), views: make(map[string]string)}
	for _, room := range rooms {
		a.views[room.Path()+"/messages"] = c.history(ctx, i, room)
		a.views[room.Path()+"/read"] = c.get(ctx, i, room.Path()+"/read")
	}
	for _, address := range []string{"/rooms", "/rooms/tea", "/rooms/tea.json"} {
		a.views[address] = c.get(ctx, i, address)
	}
	return a
}

// end ends all nodes, and adds to an account what they have left.
func (c *cluster) end(a *account) {
	c.t.Helper()
	c.stop()
	for i, n := range c.nodes {
		a.nodes[i].rows = rowsOf(c.t, n.Data)
		checkFolder(c.t, n.Data)
	}
}

// history is a whole room, as its pages are: with edits, reactions and pins.
func (c *cluster) history(ctx context.Context, i int, room chat.Room) string {
	c.t.Helper()
	for { // the view has come up to the farewell, so that it has all
		newest := c.get(ctx, i, room.Path()+"/messages?limit=1")
		if strings.Contains(newest, farewell) {
			break
		}
		select {
		case <-time.After(20 * time.Millisecond): // another program has to get on
		case <-ctx.Done():
			c.t.Fatalf("node %d shows no farewell in %s", i, room)
		}
	}
	var pages []string
	for next := room.Path() + "/messages?limit=500"; next != ""; {
		var page string
		page, next = c.page(ctx, i, next)
		pages = append(pages, strings.ReplaceAll(page, `{"id":`, "\n"+`{"id":`))
	}
	return strings.Join(pages, "\n")
}

// get is what a node answers.
func (c *cluster) get(ctx context.Context, i int, address string) string {
	c.t.Helper()
	body, _ := c.page(ctx, i, address)
	return strings.ReplaceAll(body, c.nodes[i].Addr, "node")
}

var olderPage = regexp.MustCompile(`<([^>]*)>; rel="prev"`)

// page is what a node answers, and the address of the page before it.
func (c *cluster) page(ctx context.Context, i int, address string) (body, older string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.nodes[i].URL+address, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json, application/feed+json, text/plain")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		c.t.Fatalf("%s at node %d: %s, %v: %s", address, i, answer.Status, err, text)
	}
	for _, link := range answer.Header.Values("Link") {
		if found := olderPage.FindStringSubmatch(link); found != nil {
			older = found[1]
		}
	}
	return string(text), older
}

// rowsOf reads the log in the folder of a node that has ended, row by row.
func rowsOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(filepath.Join(dir, "log.db"))+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found, err := db.QueryContext(t.Context(), "SELECT json_array(seq, kind, room, user_name, client_id, time, body, crc, actor, target) FROM log ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// checkFolder has the program check the folder of a node that has ended.
func checkFolder(t *testing.T, dir string) {
	t.Helper()
	if out, err := exec.CommandContext(bounded(t), binary, "check", "--data", dir).CombinedOutput(); err != nil {
		t.Errorf("plainchat check: %v: %s", err, out)
	}
}
