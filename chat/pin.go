package chat

var pinKind = &Kind{
	Name: "pin", Wire: "pin", Class: State,
	Decode: decodePin, Sample: Pin{Of: 1},
	Doc: "A message is pinned in its room, or no longer.",
}

// Pin has a message shown with its room, or takes that back.
type Pin struct {
	Of      uint64 // the position of the message
	Removed bool
}

type pinForm struct {
	Of      uint64 `json:"of"`
	Removed bool   `json:"removed"`
}

// Kind implements Body.
func (Pin) Kind() *Kind { return pinKind }

// Append implements Body.
func (p Pin) Append(dst []byte) []byte {
	return append(appendRemoved(appendOf(dst, p.Of), p.Removed), '}')
}

// Target implements Body.
func (p Pin) Target() uint64 { return p.Of }

func (p Pin) appendMembers(dst []byte, epoch string) []byte {
	return appendRemoved(appendReference(dst, "target", epoch, p.Of), p.Removed)
}

func decodePin(data string) (Body, error) {
	form, err := decode[pinForm](data)
	if err != nil {
		return nil, err
	}
	if form.Of == 0 {
		return nil, errBody
	}
	return Pin(form), nil
}
