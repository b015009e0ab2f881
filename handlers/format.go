package handlers

import (
	"io"

	"plainchat/chat"
)

// format is how a page of history is written for programs and terminals.
type format struct {
	contentType            string
	before, between, after string
	append                 func(dst []byte, ev chat.Event) []byte
}

var (
	formatJSON = format{
		contentType: "application/json",
		before:      `{"messages":[`, between: ",", after: "]}\n",
		append: func(dst []byte, ev chat.Event) []byte { return ev.AppendJSON(dst) },
	}
	formatNDJSON = format{
		contentType: typeNDJSON,
		append:      func(dst []byte, ev chat.Event) []byte { return append(ev.AppendJSON(dst), '\n') },
	}
	formatTranscript = format{
		contentType: "text/plain; charset=utf-8",
		append:      appendTranscript,
	}
)

// size returns how many bytes an event takes.
func (f format) size(ev chat.Event) int {
	buf := buffers.Get().(*[]byte)
	defer keepBuffer(buf)
	*buf = f.append((*buf)[:0], ev)
	return len(*buf) + len(f.between)
}

// write writes events, and lets go of each as it does, since how long that takes is up to
// the reader. An error means that the client has gone.
func (f format) write(w io.Writer, events []chat.Event) error {
	buf := buffers.Get().(*[]byte)
	defer keepBuffer(buf)
	out := append((*buf)[:0], f.before...)
	for i := range events {
		if i > 0 {
			out = append(out, f.between...)
		}
		out = f.append(out, events[i])
		events[i] = chat.Event{}
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

// appendTranscript appends an event as text to read in a terminal.
func appendTranscript(dst []byte, ev chat.Event) []byte {
	dst = ev.Time.AppendFormat(dst, "2006-01-02 15:04:05Z  ")
	dst = append(dst, ev.From.Name...)
	dst = append(dst, ": "...)
	dst = append(dst, chat.ForTerminal(ev.Text())...)
	return append(dst, '\n')
}
