package chat

var tokenKind = &Kind{
	Name: "token", Class: State,
	Decode: decodeToken, Sample: Token{ID: "k3v9", Name: "ci", Hash: "9f86d081884c7d65", Room: "builds", Write: true},
	Doc: "A token for a script is made, or revoked. Of its secret the log has a hash.",
}

var hookKind = &Kind{
	Name: "hook", Class: State,
	Decode: decodeHook, Sample: Token{ID: "k3v9", Name: "alertmanager", Hash: "9f86d081884c7d65", Room: "ops", Write: true, Hook: true},
	Doc: "A hook is made, or revoked: an address that takes messages for one room in the forms of other programs.",
}

// Token is what a script shows to speak under a name of its own: the kind "token", or "hook" for one that
// is part of an address.
type Token struct {
	ID      string // names the token where its secret must not be told
	Name    Name
	Hash    string // of its secret
	Room    Room   // the only one it is good for; empty for all
	Read    bool   // it may listen and read
	Write   bool   // it may write
	Revoked bool
	Hook    bool // then it has a room, may write and may not read
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

type hookForm struct {
	ID      string `json:"id"`
	Name    Name   `json:"name"`
	Hash    string `json:"hash"`
	Room    Room   `json:"room"`
	Revoked bool   `json:"revoked"`
}

// Person returns who speaks with the token.
func (t Token) Person() Person {
	if t.Hook {
		return Person{PersonID(hookPrefix + t.ID), t.Name}
	}
	return Person{PersonID(tokenPrefix + t.ID), t.Name}
}

// Kind implements Body.
func (t Token) Kind() *Kind {
	if t.Hook {
		return hookKind
	}
	return tokenKind
}

// Append implements Body.
func (t Token) Append(dst []byte) []byte {
	dst = AppendQuoted(append(dst, `{"id":`...), t.ID)
	dst = appendString(dst, "name", string(t.Name))
	dst = appendString(dst, "hash", t.Hash)
	dst = appendString(dst, "room", string(t.Room))
	if !t.Hook {
		dst = appendBool(dst, "read", t.Read)
		dst = appendBool(dst, "write", t.Write)
	}
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
	t := Token{form.ID, form.Name, form.Hash, form.Room, form.Read, form.Write, form.Revoked, false}
	return t, t.check()
}

func decodeHook(data string) (Body, error) {
	form, err := decode[hookForm](data)
	if err != nil {
		return nil, err
	}
	t := Token{form.ID, form.Name, form.Hash, form.Room, false, true, form.Revoked, true}
	return t, t.check()
}

func (t Token) check() error {
	name, err := ParseName(string(t.Name))
	if err != nil || name != t.Name || t.ID == "" || t.Hash == "" {
		return errBody
	}
	if t.Room == "" && !t.Hook {
		return nil
	}
	if room, err := ParseRoom(string(t.Room)); err != nil || room != t.Room {
		return errBody
	}
	return nil
}
