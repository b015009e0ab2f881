package chat

var deleteKind = &Kind{
	Name: "delete", Wire: "delete", Class: Content,
	Decode: decodeDelete, Sample: Delete{Of: 1},
	Doc: "A message is deleted: its text, and that of its edits, is taken out of the log.",
}

// Delete takes the text of a message away.
type Delete struct {
	Of uint64 // the position of the message
}

type deleteForm struct {
	Of uint64 `json:"of"`
}

// Kind implements Body.
func (Delete) Kind() *Kind { return deleteKind }

// Append implements Body.
func (d Delete) Append(dst []byte) []byte { return append(appendOf(dst, d.Of), '}') }

// Target implements Body.
func (d Delete) Target() uint64 { return d.Of }

func (d Delete) appendMembers(dst []byte, epoch string) []byte {
	return appendReference(dst, "target", epoch, d.Of)
}

func decodeDelete(data string) (Body, error) {
	form, err := decode[deleteForm](data)
	if err != nil {
		return nil, err
	}
	if form.Of == 0 {
		return nil, errBody
	}
	return Delete(form), nil
}
