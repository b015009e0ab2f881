package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"text/tabwriter"

	"plainchat/chat"
	"plainchat/locale"
)

// webhookCmd administers the addresses to which messages are posted.
type webhookCmd struct {
	Create webhookCreateCmd `cmd:""`
	List   webhookListCmd   `cmd:""`
	Rotate webhookRotateCmd `cmd:""`
	Enable webhookEnableCmd `cmd:""`
	Test   webhookTestCmd   `cmd:""`
	Remove webhookRemoveCmd `cmd:""`
}

// webhookJSON is a webhook as the server tells of it, and as it is asked for.
type webhookJSON struct {
	ID     string       `json:"id,omitempty"`
	URL    string       `json:"url"`
	Room   chat.Room    `json:"room,omitempty"`
	On     chat.Trigger `json:"on"`
	Word   string       `json:"word,omitempty"`
	Form   chat.Form    `json:"form"`
	Name   chat.Name    `json:"name"`
	Robots bool         `json:"robots,omitempty"`
}

// secretJSON is the answer that makes a secret.
type secretJSON struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

type webhookCreateCmd struct {
	operated
	URL     string   `name:"url" required:"" placeholder:"URL" argument:""`
	Room    roomName `placeholder:"ROOM"`
	Mention string   `required:"" xor:"on" placeholder:"NAME"`
	Keyword string   `required:"" xor:"on" placeholder:"WORD"`
	All     bool     `required:"" xor:"on"`
	Form    string   `default:"standard" enum:"standard,slack" placeholder:"FORM"`
	Name    string   `placeholder:"NAME"`
	Robots  bool
}

// wanted is the webhook that the flags describe. Its answers have the name that is mentioned, unless they
// are given another.
func (c *webhookCreateCmd) wanted() webhookJSON {
	w := webhookJSON{URL: c.URL, Room: chat.Room(c.Room), Form: chat.Form(c.Form), Robots: c.Robots}
	switch {
	case c.All:
		w.On = chat.OnAll
	case c.Keyword != "":
		w.On, w.Word = chat.OnKeyword, c.Keyword
	default:
		w.On, w.Word = chat.OnMention, c.Mention
	}
	w.Name = chat.Name(cmp.Or(c.Name, c.Mention, "webhook"))
	return w
}

// Run prints the secret alone, for a script to read.
func (c *webhookCreateCmd) Run(ctx context.Context, std stdio) error {
	var made secretJSON
	if err := c.ask(ctx, http.MethodPost, "/operator/webhooks", c.wanted(), &made); err != nil {
		return err
	}
	return made.print(std)
}

func (s secretJSON) print(std stdio) error {
	if s.Secret == "" {
		return locale.NewError("cli.no_secret_answered")
	}
	_, err := fmt.Fprintln(std.out, s.Secret)
	return err
}

type webhookListCmd struct{ operated }

// standingJSON is how a webhook gets on.
type standingJSON struct {
	webhookJSON
	Disabled bool         `json:"disabled"`
	Pending  *int         `json:"pending"`
	Outcome  chat.Outcome `json:"outcome"`
	Status   int          `json:"status"`
}

// Run prints a line for each webhook.
func (c *webhookListCmd) Run(ctx context.Context, std stdio) error {
	var list struct {
		Webhooks []standingJSON `json:"webhooks"`
	}
	if err := c.ask(ctx, http.MethodGet, "/operator/webhooks", nil, &list); err != nil {
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, w := range list.Webhooks {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", w.ID, chat.LineForTerminal(string(w.Name)), w.state(), w.pending(), w.last(),
			chat.LineForTerminal(w.trigger()), cmp.Or(string(w.Room), "*"), chat.LineForTerminal(w.URL))
	}
	return table.Flush()
}

func (s standingJSON) state() string {
	if s.Disabled {
		return "disabled"
	}
	return "active"
}

func (s standingJSON) pending() string {
	if s.Pending == nil {
		return "?"
	}
	return strconv.Itoa(*s.Pending)
}

// last is what has come of the last try.
func (s standingJSON) last() string {
	switch {
	case s.Outcome == "":
		return "-"
	case s.Status == 0:
		return string(s.Outcome)
	}
	return fmt.Sprintf("%s:%d", s.Outcome, s.Status)
}

func (w webhookJSON) trigger() string {
	if w.On == chat.OnAll {
		return string(w.On)
	}
	return string(w.On) + ":" + w.Word
}

// theWebhook is one that is named by its id.
type theWebhook struct {
	operated
	ID string `arg:""`
}

func (w theWebhook) path() string { return "/operator/webhooks/" + url.PathEscape(w.ID) }

type webhookRotateCmd struct {
	theWebhook
	DropOld bool
}

// Run prints the new secret, unless it only ends the old one.
func (c *webhookRotateCmd) Run(ctx context.Context, std stdio) error {
	wanted := map[string]bool{"drop_old": c.DropOld}
	if c.DropOld {
		return c.ask(ctx, http.MethodPost, c.path()+"/rotate", wanted, nil)
	}
	var made secretJSON
	if err := c.ask(ctx, http.MethodPost, c.path()+"/rotate", wanted, &made); err != nil {
		return err
	}
	return made.print(std)
}

type webhookEnableCmd struct{ theWebhook }

// Run has a webhook deliver again.
func (c *webhookEnableCmd) Run(ctx context.Context, _ stdio) error {
	return c.ask(ctx, http.MethodPost, c.path()+"/enable", nil, nil)
}

type webhookTestCmd struct{ theWebhook }

// Run fails unless the receiver answers that all is well.
func (c *webhookTestCmd) Run(ctx context.Context, std stdio) error {
	var answer struct {
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}
	if err := c.ask(ctx, http.MethodPost, c.path()+"/test", nil, &answer); err != nil {
		return err
	}
	switch {
	case answer.Detail != "":
		return locale.NewError("cli.webhook_unreachable", "cause", answer.Detail)
	case answer.Status/100 != 2:
		return locale.NewError("cli.webhook_refused", "status", statusLine(answer.Status))
	}
	_, err := fmt.Fprintln(std.out, statusLine(answer.Status))
	return err
}

type webhookRemoveCmd struct{ theWebhook }

// Run removes.
func (c *webhookRemoveCmd) Run(ctx context.Context, _ stdio) error {
	return c.ask(ctx, http.MethodDelete, c.path(), nil, nil)
}
