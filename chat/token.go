package chat

var tokenKind = &Kind{
	Name: "token", Class: State,
	Decode: decodeToken, Sample: Token{ID: "k3v9", Name: "ci", Hash: "9f86d081884c7d65", Room: "builds", Write: true},
	Doc: "A token for a script is made, or revoked. Of its secret the log has a hash.",
}

// Token is what a script shows to speak under a name of its own.
type Token struct {
	ID      string // names the token where its secret must not be told
	Name    Name
	Hash    string // of its secret
	Room    Room   // the only one it is good for; empty for all
	Read    bool   // it may listen and read
	Write   bool   // it may write
	Revoked bool
}

type tokenForm struct {
	ID      string `json:"id"`
	Name    Name   `json:"name"`
	Hash    string `json:"hash"`
	Room    Room   `json:"room"`
	Read    bool   `json:"read"`
	Write   bool   `json:"write"`
	Revoked bool   `json:"revoked"`
}

// Person returns who speaks with the token.
func (t Token) Person() Person { return Person{PersonID("t-" + t.ID), t.Name} }

// Kind implements Body.
func (Token) Kind() *Kind { return tokenKind }

// Append implements Body.
func (t Token) Append(dst []byte) []byte {
	dst = AppendQuoted(append(dst, `{"id":`...), t.ID)
	dst = appendString(dst, "name", string(t.Name))
	dst = appendString(dst, "hash", t.Hash)
	dst = appendString(dst, "room", string(t.Room))
	dst = appendBool(dst, "read", t.Read)
	dst = appendBool(dst, "write", t.Write)
	return append(appendBool(dst, "revoked", t.Revoked), '}')
}

// Target implements Body.
func (Token) Target() uint64 { return 0 }

func (t Token) appendMembers(dst []byte, _ string) []byte {
	return appendString(dst, "name", string(t.Name))
}

func decodeToken(data string) (Body, error) {
	form, err := decode[tokenForm](data)
	if err != nil {
		return nil, err
	}
	if name, err := ParseName(string(form.Name)); err != nil || name != form.Name || form.ID == "" || form.Hash == "" {
		return nil, errBody
	}
	if room, err := ParseRoom(string(form.Room)); form.Room != "" && (err != nil || room != form.Room) {
		return nil, errBody
	}
	return Token(form), nil
}
