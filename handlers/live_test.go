package handlers

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/identity"
)

// liveReader reads a page without end.
type liveReader struct {
	t    *testing.T
	res  *http.Response
	body *bufio.Reader
	read strings.Builder
}

func openLive(t *testing.T, server *httptest.Server, query string, header http.Header) *liveReader {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/rooms/lobby/live"+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return &liveReader{t: t, res: res, body: bufio.NewReader(res.Body)}
}

// until reads up to the line that has a part, and returns that.
func (l *liveReader) until(part string) string {
	l.t.Helper()
	for {
		line, err := l.body.ReadString('\n')
		l.read.WriteString(line)
		if strings.Contains(line, part) {
			return line
		}
		if err != nil {
			l.t.Fatalf("%q does not come; it ends with %v after\n%s", part, err, strings.ReplaceAll(l.read.String(), string(slots), "SLOTS"))
		}
	}
}

var slotOf = regexp.MustCompile(` id="m-[a-z0-9]+-(\d+)"[^>]* slot="(\d+)"><input class="latest( again)?" type="radio" name="`)

// wantRow checks of which message a row is, in which slot, and whether it is there again.
func (l *liveReader) wantRow(row, seq, slot string, again bool) {
	l.t.Helper()
	got := slotOf.FindStringSubmatch(row)
	if got == nil || got[1] != seq || got[2] != slot || (got[3] != "") != again {
		l.t.Errorf("the row %s is not that of %s in slot %s, again %v", row, seq, slot, again)
	}
}

// A page shows what there is and what comes, and what becomes of it in its place.
func TestLive(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	built(t, chatServer)
	happen(t, chatServer, chat.Message{Text: "<b>one</b>"}, chat.Message{Text: "two", ReplyTo: 1}, chat.Message{Text: "gone"}, chat.Delete{Of: 3})
	l := openLive(t, server, "", nil)
	if h := l.res.Header; h.Get("Content-Type") != "text/html; charset=utf-8" || l.res.TransferEncoding != nil || !l.res.Close ||
		h.Get("Cache-Control") != "no-store, no-transform" || h.Get("X-Accel-Buffering") != "no" || len(l.res.Cookies()) != 0 {
		t.Errorf("the header is %v, in chunks: %v", h, l.res.TransferEncoding)
	}
	l.wantRow(l.until("&lt;b&gt;one"), "1", "0", false)
	l.wantRow(l.until(">two<"), "2", "1", false)
	l.wantRow(l.until("deleted"), "3", "2", false)
	if strings.Contains(l.read.String(), "gone<") {
		t.Error("a deleted text is served")
	}
	l.until("live-news")
	act := func(body chat.Body) {
		t.Helper()
		if _, _, err := chatServer.Store.Append(t.Context(), chat.Draft{Room: chat.Lobby, From: chat.Person{Name: "Ben"}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	act(chat.Message{Text: "four"})
	l.wantRow(l.until("four"), "5", "3", false)
	act(chat.Message{Text: "five", ReplyTo: 5})
	if row := l.until("five"); !strings.Contains(row, "quote") || !strings.Contains(row, "four") {
		t.Errorf("the row %s has no quote", row)
	}
	act(chat.Edit{Of: 1, Text: "better"})
	l.wantRow(l.until("better"), "1", "0", true)
	l.wantRow(l.until("better"), "2", "1", true) // which quotes it
	act(chat.Reaction{Of: 2, Emoji: "👍"})
	l.wantRow(l.until("👍"), "2", "1", true)
	act(chat.Pin{Of: 2})
	l.wantRow(l.until("pinned"), "2", "1", true)
	act(chat.Delete{Of: 5})
	l.wantRow(l.until("deleted"), "5", "3", true)
	l.wantRow(l.until(">five<"), "6", "4", true)
	if later := openLive(t, server, "", nil); true {
		later.until("live-news")
		if strings.Contains(later.read.String(), "four") {
			t.Error("a deleted text is served to whoever comes later")
		}
	}
}

// A page that has grown long ends as it should, and begins again at once.
func TestLiveBeginsAgain(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	built(t, chatServer)
	happen(t, chatServer, chat.Message{Text: "one"})
	l := openLive(t, server, "", nil)
	l.until("live-news")
	for i := range liveRowsMost {
		emoji := []string{"👍", "❤️"}[i%2]
		happenLater(t, chatServer, chat.Reaction{Of: 1, Emoji: emoji, Removed: i%4 > 1})
	}
	l.until(`<meta http-equiv="refresh" content="1">`)
	l.until("</html>")
	if rows := strings.Count(l.read.String(), `<li class="message`); rows != liveRowsMost {
		t.Errorf("it has %d rows", rows)
	}
	if _, err := l.body.ReadByte(); err == nil {
		t.Error("it does not end")
	}
}

func happenLater(t *testing.T, s *Server, body chat.Body) {
	t.Helper()
	if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: chat.Lobby, From: chat.Person{Name: "Ben"}, Body: body}); err != nil {
		t.Fatal(err)
	}
}

// At a shutdown a page says that it comes back.
func TestLiveAtTheEnd(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	l := openLive(t, server, "", nil)
	l.until("live-news")
	chatServer.Drain()
	chatServer.Broker.Close()
	l.until("comes back by itself")
	l.until("</html>")
	if err := func() error { _, err := l.body.ReadByte(); return err }(); err == nil || err.Error() != "EOF" {
		t.Errorf("it ends with %v", err)
	}
	again := openLive(t, server, "", http.Header{"Accept": {typeHTML}})
	again.until("restarting")
	if again.res.StatusCode != http.StatusServiceUnavailable || again.res.Header.Get("Refresh") == "" {
		t.Errorf("while the server ends: %s, %v", again.res.Status, again.res.Header)
	}
}

// A page ends with the right to read the room, and says so.
func TestLiveIsForWhoMayRead(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	secret := identity.NewSecret()
	token := chat.Token{ID: "k", Name: "screen", Hash: secret.Hash(), Room: chat.Lobby, Read: true}
	revoke := func(room chat.Room, revoked bool) {
		t.Helper()
		token.Revoked, token.Room = revoked, room
		if _, _, err := chatServer.Store.Append(t.Context(), chat.Draft{From: chat.Person{Name: chat.Operator}, Body: token}); err != nil {
			t.Fatal(err)
		}
		_, last, err := chatServer.Store.Bounds(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := chatServer.Service.Facts.Await(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		chatServer.Broker.Recheck()
	}
	shows := http.Header{"Authorization": {"Bearer " + string(secret)}}
	revoke(chat.Lobby, false)
	l := openLive(t, server, "", shows)
	l.until("live-news")
	revoke(chat.Lobby, true)
	l.until("The token is not known here, or was revoked")
	l.until("</html>")
	if refused := openLive(t, server, "", shows); refused.res.StatusCode != http.StatusUnauthorized || refused.res.Header.Get("Refresh") != "" {
		t.Errorf("with a revoked token: %s, %v", refused.res.Status, refused.res.Header)
	}
}

// A page is a stream among others, and gives its place back.
func TestLiveIsLimited(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	chatServer.streams = newStreamLimiter(1, 1)
	l := openLive(t, server, "", nil)
	l.until("live-news")
	refused := openLive(t, server, "", nil)
	refused.until("too_many_streams")
	if refused.res.StatusCode != http.StatusServiceUnavailable || refused.res.Header.Get("Refresh") != "10" {
		t.Errorf("%s, %v", refused.res.Status, refused.res.Header)
	}
	if head, err := http.Head(server.URL + "/rooms/lobby/live"); err != nil || head.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %v, %v", head, err)
	}
	l.res.Body.Close()
	happenLater(t, chatServer, chat.Message{Text: "so that it is noticed"})
	for chatServer.streams.streams.Held() > 0 {
		happenLater(t, chatServer, chat.Message{Text: "so that it is noticed"})
	}
	if held := chatServer.unread.Held(); held != 0 {
		t.Errorf("%d bytes are counted for pages that have begun", held)
	}
}

// Other sites may show that page alone, and only those that are allowed.
func TestLiveInAFrame(t *testing.T) {
	s := newUnlistened(t, 0)
	s.EmbedOrigins = []string{"https://www.example.org", "http://chat.lan:8080"}
	for path, want := range map[string]string{
		"/rooms/tea/live": "frame-ancestors 'self' https://www.example.org http://chat.lan:8080;",
		"/rooms/tea":      "frame-ancestors 'none';", "/": "frame-ancestors 'none';", "/rooms/tea/qr.svg": "frame-ancestors 'none';",
	} {
		r := httptest.NewRequest(http.MethodHead, path, http.NoBody)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := w.Header().Values(headerCSP); len(got) != 1 || !strings.Contains(got[0], want) || !strings.HasPrefix(got[0], "default-src 'self';") {
			t.Errorf("%s: %q, want %s", path, got, want)
		}
	}
}

// What a wall is asked for it shows, escaped.
func TestLiveWall(t *testing.T) {
	chatServer, server := newDocumented(t, 0)
	happenLater(t, chatServer, chat.RoomState{Topic: `<i>"tea" & cake`})
	_ = chatServer.Service.Facts.Await(t.Context(), 1)
	l := openLive(t, server, "?wall&theme=dark", nil)
	l.until(`data-theme="dark"`)
	l.until(`class="live wall"`)
	l.until("&lt;i&gt;&#34;tea&#34; &amp; cake")
	l.until(`src="/rooms/lobby/qr.svg"`)
	l.until(`<span class="wall-host">` + strings.ReplaceAll(strings.TrimPrefix(server.URL, "http://"), ".", ".<wbr>") + `<wbr></span><span class="wall-path">/rooms/lobby</span>`)
	l.until("live-news")
	happenLater(t, chatServer, chat.RoomState{Topic: "another"})
	l.until(`content="1"`)
	for _, query := range []string{"?theme=pink", "?theme=%22%3E"} {
		if refused := openLive(t, server, query, nil); refused.res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", query, refused.res.Status)
		}
	}
}
