package chat

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Limits of a webhook.
const (
	MaxURLLength  = 2000 // bytes
	MaxWordLength = 64   // characters
)

var webhookKind = &Kind{
	Name: "webhook", Class: State,
	Decode: decodeWebhook, Sample: Webhook{ID: "w5x2", URL: "https://ci.example.org/chat", On: OnMention, Word: "ci", Form: FormStandard, Secret: "whsec_c2VjcmV0", Name: "ci"}, // #nosec G101 -- an example
	Doc: "A webhook, by which another program is told of messages, is made, changed or removed.",
}

// Trigger is by what a message triggers a webhook.
type Trigger string

// The triggers.
const (
	OnMention Trigger = "mention" // it mentions a name
	OnKeyword Trigger = "keyword" // a word stands in it
	OnAll     Trigger = "all"
)

// Form is how a webhook writes what it posts.
type Form string

// The forms.
const (
	FormStandard Form = "standard" // of Standard Webhooks, in JSON
	FormSlack    Form = "slack"    // of Slack's outgoing webhooks
)

// Webhook is an address to which messages are posted. Each event has it whole.
type Webhook struct {
	ID       string
	URL      string // as ParseWebhookURL returns it
	Room     Room   // whose messages; empty for all rooms
	On       Trigger
	Word     string // the name or the keyword; empty with OnAll
	Form     Form
	Secret   string // what it signs with, or its token in Slack's form; no stream, list or record has it
	Former   string // the secret before that, which signs too; empty for none
	Name     Name   // under which answers are written
	Robots   bool   // the messages of robots trigger it too
	Disabled bool   // nothing is delivered, and nothing is remembered to be
	Removed  bool
}

type webhookForm struct {
	ID       string  `json:"id"`
	URL      string  `json:"url"`
	Room     Room    `json:"room"`
	On       Trigger `json:"on"`
	Word     string  `json:"word"`
	Form     Form    `json:"form"`
	Secret   string  `json:"secret"`
	Former   string  `json:"former"`
	Name     Name    `json:"name"`
	Robots   bool    `json:"robots"`
	Disabled bool    `json:"disabled"`
	Removed  bool    `json:"removed"`
}

// Person returns who writes the answers.
func (w Webhook) Person() Person { return Person{PersonID(hookPrefix + w.ID), w.Name} }

// Active reports whether messages are delivered.
func (w Webhook) Active() bool { return !w.Disabled && !w.Removed }

// Kind implements Body.
func (Webhook) Kind() *Kind { return webhookKind }

// Append implements Body.
func (w Webhook) Append(dst []byte) []byte {
	dst = AppendQuoted(append(dst, `{"id":`...), w.ID)
	for _, member := range [...]struct{ name, value string }{
		{"url", w.URL}, {"room", string(w.Room)}, {"on", string(w.On)}, {"word", w.Word}, {"form", string(w.Form)},
		{"secret", w.Secret}, {"former", w.Former}, {"name", string(w.Name)},
	} {
		dst = appendString(dst, member.name, member.value)
	}
	dst = appendBool(dst, "robots", w.Robots)
	dst = appendBool(dst, "disabled", w.Disabled)
	return append(appendBool(dst, "removed", w.Removed), '}')
}

// Target implements Body.
func (Webhook) Target() uint64 { return 0 }

func (w Webhook) appendMembers(dst []byte, _ string) []byte {
	return appendString(dst, "name", string(w.Name))
}

func decodeWebhook(data string) (Body, error) {
	form, err := decode[webhookForm](data)
	if err != nil {
		return nil, err
	}
	w := Webhook(form)
	if err := w.check(); err != nil || w.ID == "" || w.Secret == "" {
		return nil, errBody
	}
	return w, nil
}

// check returns an *Invalid error, or errBody, for what is not as NewWebhook makes it.
func (w Webhook) check() error {
	again, err := NewWebhook(w)
	if err == nil && again != w {
		err = errBody
	}
	return err
}

// NewWebhook checks what somebody wants to be told of, and returns it in its canonical form. The
// error, always an *Invalid, names every field that is wrong. Ids and secrets are the caller's
// affair.
func NewWebhook(w Webhook) (Webhook, error) {
	address, urlErr := ParseWebhookURL(w.URL)
	name, nameErr := ParseName(string(w.Name))
	var roomErr, onErr, formErr error
	if w.Room != "" {
		w.Room, roomErr = ParseRoom(string(w.Room))
	}
	w.Word, onErr = parseTrigger(w.On, w.Word)
	if w.Form != FormStandard && w.Form != FormSlack {
		formErr = invalid("form", "unknown")
	}
	w.URL, w.Name = address, name
	return w, join(urlErr, nameErr, roomErr, onErr, formErr)
}

func parseTrigger(on Trigger, word string) (string, error) {
	switch on {
	case OnAll:
		return "", nil
	case OnMention:
		name, err := ParseName(word)
		if err != nil {
			return "", invalid("mention", "bad_name")
		}
		return string(name), nil
	case OnKeyword:
		word = strings.TrimSpace(word)
		switch {
		case !utf8.ValidString(word) || isBlank(word) || strings.ContainsFunc(word, isLineBreaking):
			return "", invalid("keyword", "empty")
		case utf8.RuneCountInString(word) > MaxWordLength:
			return "", outside("keyword", "too_long", MaxWordLength)
		}
		return word, nil
	}
	return "", invalid("on", "unknown")
}

// ParseWebhookURL returns the address that something can be posted to, or an *Invalid error for
// the field "url". It has no user and password, which lists would tell.
func ParseWebhookURL(s string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case len(s) > MaxURLLength:
		return "", outside("url", "too_long", MaxURLLength)
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		return "", invalid("url", "bad_url")
	case u.User != nil:
		return "", invalid("url", "has_password")
	}
	u.Fragment, u.RawFragment = "", ""
	once := u.String()
	if again, err := url.Parse(once); err != nil || again.String() != once { // as the log would be read
		return "", invalid("url", "bad_url")
	}
	return once, nil
}
