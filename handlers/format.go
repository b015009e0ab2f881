package handlers

import (
	"bytes"
	"io"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/views"
)

// format is how a page of history is written for programs and terminals.
type format struct {
	contentType            string
	before, between, after string
	append                 func(dst []byte, m *views.Message) []byte
	language               *locale.Catalogue // nil where there are no words
}

var (
	formatJSON = format{
		contentType: "application/json",
		before:      `{"messages":[`, between: ",", after: "]}\n",
		append: func(dst []byte, m *views.Message) []byte { return m.AppendJSON(dst) },
	}
	formatNDJSON = format{
		contentType: typeNDJSON,
		append:      func(dst []byte, m *views.Message) []byte { return append(m.AppendJSON(dst), '\n') },
	}
	// formatScript stands in an element of a page, for its script.
	formatScript = format{
		contentType: "application/json",
		before:      "[", between: ",", after: "]",
		append: appendForScript,
	}
)

// formatTranscript is a text to read in a terminal, in a language.
func formatTranscript(c *locale.Catalogue) format {
	return format{
		contentType: "text/plain; charset=utf-8",
		language:    c,
		append:      func(dst []byte, m *views.Message) []byte { return appendTranscript(dst, m, c) },
	}
}

// size returns how many bytes a message takes.
func (f format) size(m *views.Message) int {
	buf := buffers.Get().(*[]byte)
	defer keepBuffer(buf)
	*buf = f.append((*buf)[:0], m)
	return len(*buf) + len(f.between)
}

// write writes messages, and lets go of each as it does, since how long that takes is up to
// the reader. An error means that the client has gone.
func (f format) write(w io.Writer, messages []views.Message) error {
	buf := buffers.Get().(*[]byte)
	defer keepBuffer(buf)
	out := append((*buf)[:0], f.before...)
	for i := range messages {
		if i > 0 {
			out = append(out, f.between...)
		}
		out = f.append(out, &messages[i])
		messages[i] = views.Message{}
		if len(out) >= pieceBytes {
			if _, err := w.Write(out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	out = append(out, f.after...)
	*buf = out
	_, err := w.Write(out)
	return err
}

// appendForScript appends a message as JSON without the sign with which the element would end:
// in JSON, only a text can have it.
func appendForScript(dst []byte, m *views.Message) []byte {
	before := len(dst)
	dst = m.AppendJSON(dst)
	if bytes.IndexByte(dst[before:], '<') < 0 {
		return dst
	}
	return append(dst[:before], bytes.ReplaceAll(dst[before:], []byte("<"), []byte(`\u003c`))...)
}

// appendTranscript appends a message as text to read in a terminal.
func appendTranscript(dst []byte, m *views.Message, c *locale.Catalogue) []byte {
	dst = m.Time.AppendFormat(dst, "2006-01-02 15:04:05Z  ")
	dst = append(dst, m.From.Name...)
	dst = append(dst, ": "...)
	if m.Quote != nil {
		dst = appendQuote(dst, m.Quote, c)
	}
	dst = append(dst, chat.ForTerminal(m.Text())...)
	switch {
	case m.Deleted:
		dst = append(dst, "("+c.Text("text.deleted")+")"...)
	case m.Status.State != "":
		dst = append(dst, " ("+statusText(m.Status, c)+")"...)
	case !m.Edited.IsZero():
		dst = append(dst, " ("+c.Text("text.edited")+")"...)
	}
	return append(dst, '\n')
}

// appendQuote appends a line of what a message answers.
func appendQuote(dst []byte, q *views.Quote, c *locale.Catalogue) []byte {
	dst = append(dst, "> "...)
	dst = append(dst, q.From...)
	dst = append(dst, ": "...)
	if q.Deleted {
		dst = append(dst, "("+c.Text("text.deleted")+")"...)
	}
	return append(dst, chat.ForTerminal(q.Text+"\n")...)
}
