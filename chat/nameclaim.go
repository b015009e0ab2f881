package chat

var nameKind = &Kind{
	Name: "name", Class: State,
	Decode: decodeName, Sample: NameClaim{Name: "Ann", Owner: "gmq2w7"},
	Doc: "A name belongs to somebody from now on, or to nobody.",
}

// NameClaim gives a name to who has spoken under it.
type NameClaim struct {
	Name  Name
	Owner PersonID // empty for nobody
}

type nameForm struct {
	Name  Name     `json:"name"`
	Owner PersonID `json:"owner"`
}

// Kind implements Body.
func (NameClaim) Kind() *Kind { return nameKind }

// Append implements Body.
func (n NameClaim) Append(dst []byte) []byte {
	dst = AppendQuoted(append(dst, `{"name":`...), string(n.Name))
	return append(appendString(dst, "owner", string(n.Owner)), '}')
}

// Target implements Body.
func (NameClaim) Target() uint64 { return 0 }

func (n NameClaim) appendMembers(dst []byte, _ string) []byte {
	return appendString(dst, "name", string(n.Name))
}

func decodeName(data string) (Body, error) {
	form, err := decode[nameForm](data)
	if err != nil {
		return nil, err
	}
	if name, err := ParseName(string(form.Name)); err != nil || name != form.Name {
		return nil, errBody
	}
	return NameClaim(form), nil
}
