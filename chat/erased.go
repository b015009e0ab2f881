package chat

// Erased is what is left of an event whose text was deleted: who, when and where. The log has
// it with an empty body.
type Erased struct {
	Was *Kind
}

// Kind implements Body with the kind that the event had.
func (e Erased) Kind() *Kind { return e.Was }

// Append implements Body; it alone appends nothing.
func (Erased) Append(dst []byte) []byte { return dst }

// Target implements Body.
func (Erased) Target() uint64 { return 0 }

func (Erased) appendMembers(dst []byte, _ string) []byte {
	return appendBool(appendString(dst, "message", ""), "deleted", true)
}
