package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tmaxmax/go-sse"

	"plainchat/chat"
	"plainchat/locale"
)

// printer prints the events of a stream. Nothing that a server sends can steer the
// terminal, or pass for a line of its own.
type printer struct {
	std   stdio
	json  bool
	rooms bool      // tells the room of each message
	day   time.Time // the start of the day of the last message printed
}

// outputError is a failure to print, after which there is no point in going on.
type outputError struct{ error }

// print writes a message to the standard output, and of a gap to the standard
// error. Other events are not for a person.
func (p *printer) print(ev sse.Event) error {
	switch ev.Type {
	case "gap":
		var gap struct{ Reason, Detail string }
		if json.Unmarshal([]byte(ev.Data), &gap) != nil || gap.Detail == "" {
			gap.Detail = p.std.words.Text("cli.gap")
		}
		if key := "cli.gap." + gap.Reason; p.std.words.Has(key) { // streams have one language
			gap.Detail = p.std.words.Text(key)
		}
		fmt.Fprintln(p.std.err, "plainchat:", sentence(gap.Detail))
		return nil
	case "my response":
		return p.message(ev.Data)
	}
	return nil
}

func (p *printer) message(data string) error {
	if p.json {
		line, err := inertJSON(data)
		if err != nil {
			return locale.NewError("cli.message_not_json", "cause", err)
		}
		return p.line(line)
	}
	var message chat.Event
	if err := message.UnmarshalJSON([]byte(data)); err != nil {
		return locale.NewError("cli.message_not_json", "cause", err)
	}
	if err := p.dayOf(message.Time.Local()); err != nil {
		return err
	}
	room := ""
	if p.rooms {
		room = "#" + chat.LineForTerminal(string(message.Room)) + " "
	}
	return p.line(message.Time.Local().Format("15:04:05 ") + room + chat.LineForTerminal(string(message.From.Name)) + ": " + chat.ForTerminal(message.Text()))
}

// dayOf prints the day of a message if it is another than that of the one before.
func (p *printer) dayOf(at time.Time) error {
	day := startOfDay(at)
	if day.Equal(p.day) {
		return nil
	}
	p.day = day
	return p.line("--- " + p.std.words.Date(day) + " ---")
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func (p *printer) line(text string) error {
	if _, err := fmt.Fprintln(p.std.out, text); err != nil {
		return &outputError{err}
	}
	return nil
}

// inertJSON returns a JSON value as one line that does nothing to a terminal: what
// would is escaped, which is the same JSON.
func inertJSON(data string) (string, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(strings.ToValidUTF8(data, "\ufffd"))); err != nil {
		return "", err
	}
	line := compact.String()
	if chat.LineForTerminal(line) == line {
		return line, nil
	}
	var escaped strings.Builder
	for _, r := range line { // compact, it has such characters in strings alone
		if one := string(r); chat.LineForTerminal(one) == one {
			escaped.WriteString(one)
		} else {
			fmt.Fprintf(&escaped, `\u%04x`, r)
		}
	}
	return escaped.String(), nil
}
