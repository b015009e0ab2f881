package views

import (
	"strconv"

	"plainchat/chat"
	"plainchat/richtext"
)

// MarshalJSON implements json.Marshaler with the wire form.
func (m Message) MarshalJSON() ([]byte, error) { return m.AppendJSON(nil), nil }

// AppendJSON appends the wire form: that of the event with the tree of its text, and after it what has
// become of the message. Of a plain message it is that of the event.
func (m *Message) AppendJSON(dst []byte) []byte {
	dst = richtext.AppendBody(m.Event.AppendJSON(dst), m.Tree())
	dst = dst[:len(dst)-len("}")]
	if !m.Edited.IsZero() {
		dst = chat.AppendTime(append(dst, `,"edited":"`...), m.Edited)
		dst = append(dst, '"')
	}
	if m.Status.State != "" {
		dst = m.Status.AppendJSON(append(dst, `,"status":`...))
	}
	if m.Versions > 0 {
		dst = strconv.AppendInt(append(dst, `,"versions":`...), int64(m.Versions), 10)
	}
	if m.Pinned {
		dst = append(dst, `,"pinned":true`...)
	}
	if m.Ask != nil {
		dst = m.Ask.AppendJSON(append(dst, `,"ask":`...))
	}
	if m.Replies > 0 {
		dst = strconv.AppendInt(append(dst, `,"replies":`...), int64(m.Replies), 10)
	}
	dst = appendReactions(dst, m.Reactions)
	if m.Quote != nil {
		dst = m.Quote.append(dst)
	}
	return append(dst, '}')
}

func appendReactions(dst []byte, reactions []Reaction) []byte {
	if len(reactions) == 0 {
		return dst
	}
	dst = append(dst, `,"reactions":`...)
	for i := range reactions {
		dst = append(dst, "[,"[min(i, 1)])
		dst = reactions[i].append(dst)
	}
	return append(dst, ']')
}

func (r *Reaction) append(dst []byte) []byte {
	dst = chat.AppendQuoted(append(dst, `{"emoji":`...), r.Emoji)
	dst = strconv.AppendInt(append(dst, `,"count":`...), int64(r.Count), 10)
	dst = append(dst, `,"names":[`...)
	for i, name := range r.Names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = chat.AppendQuoted(dst, name)
	}
	dst = append(dst, ']')
	if r.Mine {
		dst = chat.AppendQuoted(append(dst, `,"mine":true,"mine_as":`...), r.MineAs)
	}
	return append(dst, '}')
}

func (q *Quote) append(dst []byte) []byte {
	dst = q.ID.Append(append(dst, `,"quote":{"id":"`...))
	dst = chat.AppendQuoted(append(dst, `","user_name":`...), string(q.From))
	dst = chat.AppendQuoted(append(dst, `,"message":`...), q.Text)
	if q.Deleted {
		dst = append(dst, `,"deleted":true`...)
	}
	return append(dst, '}')
}
