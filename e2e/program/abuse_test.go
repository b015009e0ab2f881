package program

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestRateLimit: who sends too fast is told to wait, and does not get around that
// by claiming other addresses; others are not held up.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--rate-limit=2")
	const tries = 1000 // more than enough for three to fall into one second
	for i := range tries {
		res, body, err := s.do(bounded(t), http.MethodPost, "/messages", header("X-Forwarded-For", "203.0.113."+strconv.Itoa(i%250), "X-Real-Ip", "203.0.113.9"), "hello")
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode == http.StatusCreated {
			continue
		}
		seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
		if res.StatusCode != http.StatusTooManyRequests || err != nil || seconds < 1 || !strings.Contains(body, `"rate_limited"`) {
			t.Errorf("status %d, Retry-After %q, %s", res.StatusCode, res.Header.Get("Retry-After"), body)
		}
		if res, _ := s.get("/messages", nil); res.StatusCode != http.StatusOK {
			t.Errorf("reading: status %d", res.StatusCode)
		}
		return
	}
	t.Errorf("%d messages, and none was too many", tries)
}

// TestForwardedFor: the client in the records is whom a trusted proxy says it
// speaks for, and never whom a client says it is.
func TestForwardedFor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flags  []string
		header http.Header
		client string
	}{
		"no proxy":           {nil, header("X-Forwarded-For", "203.0.113.7", "X-Real-Ip", "203.0.113.7", "Forwarded", "for=203.0.113.7"), "127.0.0.1"},
		"other proxy":        {[]string{"--trusted-proxy=192.0.2.0/24"}, header("X-Forwarded-For", "203.0.113.7"), "127.0.0.1"},
		"proxy":              {[]string{"--trusted-proxy=127.0.0.1"}, header("X-Forwarded-For", "203.0.113.7"), "203.0.113.7"},
		"client before it":   {[]string{"--trusted-proxy=127.0.0.0/8"}, header("X-Forwarded-For", "198.51.100.1, 203.0.113.7"), "203.0.113.7"},
		"two headers":        {[]string{"--trusted-proxy=127.0.0.1"}, header("X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "203.0.113.7"), "203.0.113.7"},
		"two proxies":        {[]string{"--trusted-proxy=127.0.0.1,192.0.2.0/24"}, header("X-Forwarded-For", "203.0.113.7, 192.0.2.8"), "203.0.113.7"},
		"mapped proxy":       {[]string{"--trusted-proxy=::ffff:127.0.0.1"}, header("X-Forwarded-For", "203.0.113.7"), "203.0.113.7"},
		"mapped proxies":     {[]string{"--trusted-proxy=::ffff:127.0.0.0/104"}, header("X-Forwarded-For", "203.0.113.7"), "203.0.113.7"},
		"proxy, without any": {[]string{"--trusted-proxy=127.0.0.1"}, nil, "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, test.flags...)
			res, body, err := s.do(bounded(t), http.MethodPost, "/messages", test.header, "hello")
			if err != nil || res.StatusCode != http.StatusCreated {
				t.Fatalf("%v, %s", err, body)
			}
			record := s.stderr.awaitCount(t, "message accepted", 1)
			if _, client, _ := strings.Cut(record, " client="); client != test.client+"\n" {
				t.Errorf("the record is %q, want the client %s", record, test.client)
			}
		})
	}
}

// injection would forge a record, were it written as it is.
const injection = "\n" + `time=2026-01-01T00:00:00.000Z level=ERROR msg="forged record" {"msg":"forged record"}`

// TestLogInjection: nothing that a client sends makes a record of its own, or puts
// a message's text into one.
func TestLogInjection(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "--log-level=debug", "--log-format="+format)
			st, err := s.stream(bounded(t), "user_name=%22level%3DERROR&since="+strings.NewReplacer("\n", "%0a", " ", "%20", `"`, "%22").Replace(injection), "")
			if err != nil {
				t.Fatal(err)
			}
			st.Close()
			s.post("/messages", asJSON, object("user_name", "a"+injection, "message", "b"))
			s.post("/messages", asJSON, object("user_name", `a" level="ERROR`, "message", "secret"+injection))
			s.stderr.awaitCount(t, "message accepted", 1)
			records := s.stderr.awaitCount(t, "stream ended", 1)
			for line := range strings.Lines(records) {
				checkRecord(t, format, line)
			}
			if n := strings.Count(records, "\n"); n != 3 {
				t.Errorf("%d records of three events", n)
			}
		})
	}
}

// post sends a request, whatever comes of it.
func (s *server) post(target string, header http.Header, body string) (*http.Response, string) {
	s.t.Helper()
	res, answer, err := s.do(bounded(s.t), http.MethodPost, target, header, body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, answer
}

// checkRecord holds a record of one of our own against its format.
func checkRecord(t *testing.T, format, line string) {
	t.Helper()
	if strings.Contains(line, "secret") {
		t.Errorf("the text of a message is in %q", line)
	}
	if format == "text" {
		if !strings.HasPrefix(line, "time=") || strings.Count(line, " level=INFO ")+strings.Count(line, " level=DEBUG ") != 1 || strings.Contains(line, "time=2026-01-01T00:00:00.000Z level=INFO") {
			t.Errorf("the record %q", line)
		}
		return
	}
	var record struct{ Level, Msg string }
	if err := json.Unmarshal([]byte(line), &record); err != nil || record.Level != "INFO" && record.Level != "DEBUG" || strings.Contains(record.Msg, "forged") {
		t.Errorf("the record %q: %v", line, err)
	}
}

// TestNameInCookie: the name that a page without JavaScript remembers stays the
// value of its cookie.
func TestNameInCookie(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	header := header("Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	res, body := s.post("/rooms/tea/messages", header, "message=a&user_name=a%3B%20Domain%3Devil.example%2C%20%22b%22")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/rooms/tea" {
		t.Errorf("status %d to %q: %s", res.StatusCode, res.Header.Get("Location"), body)
	}
	cookies := res.Cookies()
	if len(cookies) != 1 || cookies[0].Domain != "" || cookies[0].Value != "a%3B%20Domain=evil.example%2C%20%22b%22" {
		t.Errorf("cookies %q", res.Header["Set-Cookie"])
	}
	if got := s.texts("tea"); len(got) != 1 || got[0] != `a; Domain=evil.example, "b": a` {
		t.Errorf("said %q", got)
	}
}
