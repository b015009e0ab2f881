package chat

import "strconv"

var readKind = &Kind{
	Name: "read", Wire: "read", Class: Latest,
	Decode: decodeRead, Sample: Read{Upto: 1},
	Doc: "Somebody has read a room up to a message.",
}

// Read is how far somebody has read a room.
type Read struct {
	Upto uint64 // the position of the last message that they have seen
}

type readForm struct {
	Upto uint64 `json:"upto"`
}

// Kind implements Body.
func (Read) Kind() *Kind { return readKind }

// Append implements Body.
func (r Read) Append(dst []byte) []byte {
	dst = strconv.AppendUint(append(dst, `{"upto":`...), r.Upto, 10)
	return append(dst, '}')
}

// Target implements Body. A read position outlives the message that it names.
func (Read) Target() uint64 { return 0 }

func (r Read) appendMembers(dst []byte, epoch string) []byte {
	return appendReference(dst, "upto", epoch, r.Upto)
}

func decodeRead(data string) (Body, error) {
	form, err := decode[readForm](data)
	if err != nil {
		return nil, err
	}
	if form.Upto == 0 {
		return nil, errBody
	}
	return Read(form), nil
}
