package handlers

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"plainchat/chat"
)

// input is a message as a client sends it: decoded, and not yet checked.
type input struct {
	userName  string
	text      string
	clientID  string
	replyTo   string
	form      bool // from a form with fields, so perhaps from a page without JavaScript
	bare      bool // nothing but the text
	anonymous bool // no name was given, and none is needed
}

// decodeMessage reads a message in any of the encodings that POST takes, from a body of at
// most longest bytes. One of more than maxBody is refused, and returned with the error.
func decodeMessage(w http.ResponseWriter, r *http.Request, longest int64) (input, error) {
	q, err := parseQuery(r)
	if err != nil {
		return input{}, err
	}
	buf := bodies.Get().(*bytes.Buffer)
	defer keepBody(buf)
	buf.Reset()
	if _, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, longest)); err != nil {
		return input{}, unreadable(err)
	}
	body := buf.Bytes() // nothing of it may be kept
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return input{}, errMediaType
	}
	contentType, err := header(r, "Content-Type")
	if err != nil {
		return input{}, err
	}
	in, err := decodeBody(contentType, body)
	if err != nil {
		return input{}, err
	}
	if len(body) > maxBody {
		return in, errTooLarge
	}
	return in, in.complete(r, q)
}

// unreadable is the failure to receive a body.
func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	p := malformed("problem.cut_short")
	p.cause = err
	return p
}

// decodeBody chooses the encoding by the Content-Type header.
func decodeBody(contentType string, body []byte) (input, error) {
	mediaType := contentType
	if contentType != "" && contentType != "application/json" { // which most clients send, and nothing else
		var params map[string]string
		var err error
		if mediaType, params, err = mime.ParseMediaType(contentType); err != nil {
			return input{}, errMediaType
		}
		if charset, given := params["charset"]; given {
			if err = checkCharset(charset, body); err != nil {
				return input{}, err
			}
		}
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff")) // with which Windows begins its UTF-8
	if err := checkUTF8(body); err != nil {
		return input{}, err
	}
	switch mediaType {
	case "application/json":
		return decodeJSON(body)
	case typeForm:
		return decodeForm(string(body))
	case "text/plain", "application/octet-stream", "":
		return bareText(string(body)), nil
	}
	return input{}, errMediaType
}

// decodeJSON reads an object of strings, strictly: a repeated or unknown member,
// another type, or anything after the object is an error, since each is a
// mistake that its sender would want to hear of.
func decodeJSON(body []byte) (input, error) {
	var in input
	reader := jsonReaders.Get().(*jsonReader)
	defer jsonReaders.Put(reader)
	dec := reader.reset(body)
	if dec.PeekKind() != '{' {
		return in, malformed("problem.not_json_object")
	}
	if _, err := dec.ReadToken(); err != nil {
		return in, badJSON(err)
	}
	for dec.PeekKind() == '"' {
		if err := in.readMember(dec); err != nil {
			return in, err
		}
	}
	if _, err := dec.ReadToken(); err != nil { // the closing brace
		return in, badJSON(err)
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return in, malformed("problem.after_json")
	}
	return in, nil
}

// jsonReader is a decoder with its input. It is pooled because a decoder's tables are
// larger than most messages.
type jsonReader struct {
	in  bytes.Buffer
	dec jsontext.Decoder
}

var jsonReaders = sync.Pool{New: func() any { return new(jsonReader) }}

// reset returns the decoder at the start of body.
func (r *jsonReader) reset(body []byte) *jsontext.Decoder {
	r.in = *bytes.NewBuffer(body)
	r.dec.Reset(&r.in)
	return &r.dec
}

func (in *input) readMember(dec *jsontext.Decoder) error {
	token, err := dec.ReadToken()
	if err != nil {
		return badJSON(err)
	}
	name, field := in.field(token.String())
	if field == nil {
		return unknownField(token.String())
	}
	switch dec.PeekKind() {
	case '{', '[':
		return malformed("problem.field_nested", "name", name)
	case '"':
	case 0: // an error, which ReadToken tells
	default:
		return badField(name, "not_a_string", "problem.field_not_string", "name", name)
	}
	if token, err = dec.ReadToken(); err != nil {
		return badJSON(err)
	}
	*field = token.String()
	return nil
}

// field returns a field of the wire, its name (which unlike the one given stays valid)
// and where its value goes; nil for one unknown.
func (in *input) field(name string) (string, *string) {
	switch name {
	case "user_name":
		return "user_name", &in.userName
	case "message":
		return "message", &in.text
	case "client_id":
		return "client_id", &in.clientID
	case "reply_to":
		return "reply_to", &in.replyTo
	}
	return "", nil
}

func unknownField(name string) error {
	return badField(clip(name), "unknown", "problem.field_unknown")
}

func badJSON(err error) error {
	key := "problem.not_json"
	if errors.Is(err, jsontext.ErrDuplicateName) {
		key = "problem.json_twice"
	}
	p := malformed(key)
	p.cause = err
	return p
}

// clip makes of what a client sent what an answer or a record may repeat: short, and
// without what would steer the terminal in which it is read.
func clip(s string) string {
	const most = 64
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}

// bareText is a message from a client that sends nothing but the text, like
// `echo hello | curl --data-binary @-`, whose last line ending is the shell's.
// It may come without a name.
func bareText(body string) input {
	text := strings.TrimSuffix(strings.TrimSuffix(body, "\n"), "\r")
	return input{text: text, bare: true}
}

// complete takes from the request's headers and address what the body did not
// say. Only bare text may come without a name.
func (in *input) complete(r *http.Request, q query) error {
	inQuery, err := q.userName()
	if err != nil {
		return err
	}
	inHeader, err := userNameHeader(r)
	if err != nil {
		return err
	}
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	in.userName = cmp.Or(in.userName, inHeader, inQuery)
	if in.userName == "" && in.bare {
		in.userName, in.anonymous = string(chat.Anonymous), true
	}
	in.replyTo = cmp.Or(in.replyTo, q.get("reply_to"))

	if key != "" && in.clientID != "" && key != in.clientID {
		return badField("client_id", "conflict", "problem.key_conflict")
	}
	in.clientID = cmp.Or(in.clientID, key)
	return nil
}

// idempotencyKey returns what the header of that name holds: a quoted string in its draft
// standard, and bare from most clients.
func idempotencyKey(r *http.Request) (string, error) {
	key, err := header(r, "Idempotency-Key")
	return strings.Trim(key, `"`), err
}
