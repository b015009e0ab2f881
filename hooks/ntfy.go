package hooks

import (
	"encoding/json"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ntfyMessage is a message as ntfy has it. Its members may be in the body, which is JSON then, or in
// headers and the query.
type ntfyMessage struct {
	Topic    text           `json:"topic"`
	Title    text           `json:"title"`
	Message  text           `json:"message"`
	Priority text           `json:"priority"`
	Tags     ntfyTags       `json:"tags"`
	Click    text           `json:"click"`
	Attach   text           `json:"attach"`
	Filename text           `json:"filename"`
	Sequence text           `json:"sequence_id"`
	Actions  ntfyActionList `json:"actions"`
}

// What ntfy calls things by in headers and in the query. Each is also known with X- before it.
var (
	ntfyTitle    = []string{"X-Title", "Title", "ti", "t"}
	ntfyText     = []string{"X-Message", "Message", "m"}
	ntfyPriority = []string{"X-Priority", "Priority", "prio", "p"}
	ntfyTagNames = []string{"X-Tags", "Tags", "Tag", "ta"}
	ntfyClick    = []string{"X-Click", "Click"}
	ntfyAttach   = []string{"X-Attach", "Attach", "a"}
	ntfyFilename = []string{"X-Filename", "Filename", "file", "f"}
	ntfyActions  = []string{"X-Actions", "Actions", "Action"}
	ntfyMarkdown = []string{"X-Markdown", "Markdown", "md"}
	ntfyDelay    = []string{"X-Delay", "Delay", "X-At", "At", "X-In", "In"}
	ntfySequence = []string{"X-Sequence-ID", "Sequence-ID", "SID"}
)

// isNtfy goes by the topic in JSON, by one below the hook's address, by the method, which nobody else
// uses, and by the headers.
func isNtfy(r *Request) bool {
	switch {
	case r.has("topic"):
		return true
	case r.isJSON():
		return false
	case r.Path != "" && !strings.Contains(r.Path, "/") || r.Method == http.MethodPut:
		return r.form == nil || !r.form.Has("payload")
	}
	for _, names := range [][]string{ntfyTitle, ntfyText, ntfyPriority, ntfyTagNames, ntfyClick, ntfyActions, ntfyMarkdown, ntfyDelay, ntfySequence} {
		for _, name := range names {
			if len(name) > 2 && r.Header.Get(name) != "" && !isHTTPPriority(name, r.Header.Get(name)) {
				return true
			}
		}
	}
	return false
}

// httpPriority is what RFC 9218 has in the header Priority, which browsers send.
var httpPriority = regexp.MustCompile(`^\s*(u=\d|i)\b`)

func isHTTPPriority(name, value string) bool {
	return strings.EqualFold(name, "Priority") && httpPriority.MatchString(value)
}

func ntfy(r *Request) ([]Post, error) {
	m, err := ntfyRead(r)
	if err != nil {
		return nil, err
	}
	p := Post{Text: m.shown(), ID: r.Header.Get("Idempotency-Key")}
	if m.Sequence != "" {
		p.Incident = string(m.Topic) + "\x00" + string(m.Sequence)
	}
	return []Post{p}, nil
}

// ntfyRead reads a message in either form. What headers say goes before the members of JSON, as programs
// send both.
func ntfyRead(r *Request) (m ntfyMessage, err error) {
	if r.isJSON() && r.has("topic") {
		if err := r.decode(&m); err != nil {
			return m, err
		}
	} else {
		topic, sequence, _ := strings.Cut(r.Path, "/")
		m.Topic, m.Sequence = text(topic), text(sequence)
		m.body(r)
	}
	for _, field := range []struct {
		into  *text
		names []string
	}{
		{&m.Title, ntfyTitle}, {&m.Message, ntfyText}, {&m.Click, ntfyClick}, {&m.Attach, ntfyAttach},
		{&m.Filename, ntfyFilename}, {&m.Priority, ntfyPriority}, {&m.Sequence, ntfySequence},
	} {
		if value := ntfyField(r, field.names); value != "" {
			*field.into = text(value)
		}
	}
	if tags := ntfyField(r, ntfyTagNames); tags != "" {
		m.Tags = splitTags(tags)
	}
	if actions := ntfyField(r, ntfyActions); actions != "" {
		m.Actions = parseActions(actions)
	}
	if strings.TrimSpace(string(m.Message)+string(m.Title)+string(m.Attach)) == "" {
		m.Message = "triggered" // what ntfy says where nothing is said
	}
	return m, nil
}

// body takes the text of a plain message; of a file, that there was one.
func (m *ntfyMessage) body(r *Request) {
	name := ntfyField(r, ntfyFilename)
	switch {
	case len(r.form) > 0 && strings.HasPrefix(mediaType(r), "multipart/"):
		m.Message = text(r.form.Get("message"))
	case name != "" || !utf8.Valid(r.Body):
		m.Message = text("📎 " + plain(firstOf(name, "attachment")) + " (" + strconv.Itoa(len(r.Body)) + " B)")
	default:
		m.Message = text(r.Body)
	}
}

// words decodes what RFC 2047 has encoded.
var encodedWords = new(mime.WordDecoder)

// ntfyField returns a field by any of its names, where it is one of ntfy's.
func ntfyField(r *Request, names []string) string {
	for _, name := range names {
		value := r.oneOf(name)
		if value == "" || isHTTPPriority(name, value) {
			continue
		}
		if decoded, err := encodedWords.DecodeHeader(value); err == nil {
			value = decoded
		}
		return strings.TrimSpace(value)
	}
	return ""
}

// shown is the message as text.
func (m ntfyMessage) shown() string {
	said := string(m.Message)
	emoji, rest := m.Tags.shown()
	title := linked(strong(string(m.Title)), string(m.Click))
	if m.Title == "" {
		said = words(m.mark(), emoji, said)
	} else {
		title = words(m.mark(), emoji, title)
	}
	var click, attached string
	if m.Title == "" && m.Click != "" && !strings.Contains(said, string(m.Click)) {
		click = linked("", string(m.Click))
	}
	if m.Attach != "" {
		attached = "📎 " + link(firstOf(string(m.Filename), string(m.Attach)), string(m.Attach))
	}
	return lines(title, said, attached, click, m.Actions.shown(), rest)
}

// mark is the mark of a priority above the usual one.
func (m ntfyMessage) mark() string {
	switch m.priority() {
	case 4:
		return "❗"
	case 5:
		return "🚨"
	}
	return ""
}

// priority is from 1 to 5; 3 is the usual one, also for what is none.
func (m ntfyMessage) priority() int {
	names := map[string]int{"1": 1, "min": 1, "2": 2, "low": 2, "4": 4, "high": 4, "5": 5, "max": 5, "urgent": 5}
	if n, ok := names[strings.ToLower(strings.TrimSpace(string(m.Priority)))]; ok {
		return n
	}
	return 3
}

// ntfyAnswer is the message as ntfy tells of it.
type ntfyAnswer struct {
	ID       string   `json:"id"`
	Sequence string   `json:"sequence_id,omitempty"`
	Time     int64    `json:"time"`
	Event    string   `json:"event"`
	Topic    string   `json:"topic"`
	Title    string   `json:"title,omitempty"`
	Message  string   `json:"message"`
	Priority int      `json:"priority,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	Click    string   `json:"click,omitempty"`
}

// acceptNtfy tells of the message. The topic is the room's where it is the hook's secret, which no answer
// repeats.
func acceptNtfy(r *Request, sent []Sent) Answer {
	m, _ := ntfyRead(r) // it could be read before
	answer := ntfyAnswer{
		Event: "message", Sequence: string(m.Sequence), Topic: string(m.Topic), Title: string(m.Title), Message: clean(string(m.Message)),
		Tags: m.Tags, Click: string(m.Click),
	}
	if p := m.priority(); p != 3 {
		answer.Priority = p
	}
	if len(sent) > 0 {
		answer.ID, answer.Time = sent[0].ID, sent[0].Time.Unix()
		if answer.Topic == "" || answer.Topic == r.Secret {
			answer.Topic = sent[0].Room
		}
	}
	body, _ := json.Marshal(answer) // strings and numbers
	return Answer{Status: http.StatusOK, Type: typeJSON, Body: string(body) + "\n"}
}

func refuseNtfy(why Refusal) Answer {
	code := map[Refusal]int{
		NoText: 40011, Malformed: 40017, Unsigned: 40101, NoHook: 40101, Denied: 40301, TooLarge: 41303, TooFast: 42901, Busy: 50301,
	}[why]
	status := code / 100
	said := map[Refusal]string{
		NoText: "invalid message: nothing to see in it", Malformed: "invalid request: request body must be message JSON",
		Unsigned: "unauthorized", NoHook: "unauthorized", Denied: "forbidden", TooLarge: "message too large",
		TooFast: "limit reached: too many requests", Busy: "unavailable, try again",
	}[why]
	body, _ := json.Marshal(struct {
		Code int    `json:"code"`
		HTTP int    `json:"http"`
		Said string `json:"error"`
	}{code, status, said})
	return Answer{Status: status, Type: typeJSON, Body: string(body) + "\n"}
}
