package chat

import "strconv"

var editKind = &Kind{
	Name: "edit", Wire: "edit", Class: Content,
	Decode: decodeEdit, Sample: Edit{Of: 1, Text: "Is there green tea?"},
	Doc: "The text of a message becomes another.",
}

// Edit gives a message another text.
type Edit struct {
	Of   uint64 // the position of the message
	Text string // its lines end with LF
}

type editForm struct {
	Of   uint64 `json:"of"`
	Text string `json:"text"`
}

// Kind implements Body.
func (Edit) Kind() *Kind { return editKind }

// Append implements Body.
func (e Edit) Append(dst []byte) []byte {
	return append(appendString(appendOf(dst, e.Of), "text", e.Text), '}')
}

// Target implements Body.
func (e Edit) Target() uint64 { return e.Of }

func (e Edit) appendMembers(dst []byte, epoch string) []byte {
	return appendString(appendReference(dst, "target", epoch, e.Of), "message", e.Text)
}

func decodeEdit(data string) (Body, error) {
	form, err := decode[editForm](data)
	if err != nil {
		return nil, err
	}
	if form.Of == 0 || checkText(form.Text) != nil {
		return nil, errBody
	}
	return Edit(form), nil
}

// Revision returns which message a body gives which text; revises is false for a body that gives none
// another text.
func Revision(body Body) (of uint64, text string, revises bool) {
	switch b := body.(type) {
	case Edit:
		return b.Of, b.Text, true
	case Update:
		return b.Of, b.Text, true
	}
	return 0, "", false
}

// Words returns the position of the message that a body is about and whose words go with it when that is deleted;
// 0 for a body that has none, or is a message itself.
func Words(body Body) (of uint64) {
	switch b := body.(type) {
	case Edit:
		return b.Of
	case Update:
		return b.Of
	case Ask:
		return b.Of
	case Answer:
		return b.Of
	}
	return 0
}

// appendOf begins the object of a body that is about a message.
func appendOf(dst []byte, seq uint64) []byte {
	return strconv.AppendUint(append(dst, `{"of":`...), seq, 10)
}
