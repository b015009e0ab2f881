package chat

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a question.
const (
	MinChoices      = 2
	MaxChoices      = 10
	MaxChoiceLength = 80 // characters (Unicode code points)
	MaxAsked        = 20 // names that may answer
	MaxAskTime      = 366 * 24 * time.Hour
)

var askKind = &Kind{
	Name: "ask", Wire: "ask", Class: Content,
	Decode: decodeAsk, Sample: Ask{Of: 1, Choices: "yes\nno", From: "Ann", Until: 1_800_000_000_000, Default: "no"},
	Doc: "A message becomes a question: what can be answered, by whom, and until when.",
}

// Ask makes a message a question. Its lists are joined with LF, so that it can be compared.
type Ask struct {
	Of      uint64 // the position of the message
	Choices string // what can be answered; see List
	From    string // the names of those who may answer; empty for all who may write in the room
	Until   int64  // when the time is over, in ms since 1970; 0 for never
	Default string // what counts as the answer when the time is over: one of the choices, or empty for nothing
	Poll    bool   // everybody answers, and the answers are counted
}

type askForm struct {
	Of      uint64   `json:"of"`
	Choices []string `json:"choices"`
	From    []string `json:"from"`
	Until   int64    `json:"until"`
	Default string   `json:"default"`
	Poll    bool     `json:"poll"`
}

// List returns the choices.
func (a Ask) List() []string { return strings.Split(a.Choices, "\n") }

// Names returns the names of those who may answer; none for all.
func (a Ask) Names() []Name {
	var names []Name
	if a.From != "" {
		for name := range strings.SplitSeq(a.From, "\n") {
			names = append(names, Name(name))
		}
	}
	return names
}

// Has reports whether something is one of the choices.
func (a Ask) Has(choice string) bool { return choice != "" && slices.Contains(a.List(), choice) }

// Choose returns the choice that somebody means who has typed it, whatever the case.
func (a Ask) Choose(typed string) (choice string, found bool) {
	typed = strings.TrimSpace(typed)
	if a.Has(typed) {
		return typed, true
	}
	list := a.List()
	i := slices.IndexFunc(list, func(c string) bool { return strings.EqualFold(c, typed) })
	if i < 0 {
		return "", false
	}
	return list[i], true
}

// Asks reports whether somebody of a name may answer.
func (a Ask) Asks(name Name) bool {
	names := a.Names()
	return len(names) == 0 || slices.ContainsFunc(names, func(n Name) bool { return n.Key() == name.Key() })
}

// Kind implements Body.
func (Ask) Kind() *Kind { return askKind }

// Append implements Body.
func (a Ask) Append(dst []byte) []byte {
	dst = a.appendLists(appendOf(dst, a.Of))
	dst = strconv.AppendInt(appendMember(dst, "until"), a.Until, 10)
	dst = appendString(dst, "default", a.Default)
	return append(appendBool(dst, "poll", a.Poll), '}')
}

// Target implements Body.
func (a Ask) Target() uint64 { return a.Of }

func (a Ask) appendMembers(dst []byte, epoch string) []byte {
	return a.appendTerms(a.appendLists(appendReference(dst, "target", epoch, a.Of)))
}

// AppendTerms appends the members of the wire form that say what is asked, without a comma before the first.
func (a Ask) AppendTerms(dst []byte) []byte {
	at := len(dst)
	return slices.Delete(a.appendTerms(a.appendLists(dst)), at, at+1)
}

func (a Ask) appendLists(dst []byte) []byte {
	dst = appendList(dst, "choices", a.List())
	return appendList(dst, "from", a.Names())
}

// appendTerms appends what may be left out.
func (a Ask) appendTerms(dst []byte) []byte {
	if a.Until != 0 {
		dst = AppendTime(append(appendMember(dst, "until"), '"'), a.Time())
		dst = append(dst, '"')
	}
	if a.Default != "" {
		dst = appendString(dst, "default", a.Default)
	}
	if a.Poll {
		dst = appendBool(dst, "poll", true)
	}
	return dst
}

// Time is Until as a time; the zero time for never.
func (a Ask) Time() time.Time {
	if a.Until == 0 {
		return time.Time{}
	}
	return time.UnixMilli(a.Until).UTC()
}

func appendList[T ~string](dst []byte, name string, values []T) []byte {
	dst = append(appendMember(dst, name), '[')
	for i, value := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendQuoted(dst, string(value))
	}
	return append(dst, ']')
}

func decodeAsk(data string) (Body, error) {
	form, err := decode[askForm](data)
	if err != nil {
		return nil, err
	}
	ask, err := NewAsk(form.Choices, form.From, form.Default)
	if err != nil || form.Of == 0 || form.Until < 0 || form.Choices == nil || form.From == nil {
		return nil, errBody
	}
	ask.Of, ask.Until, ask.Poll = form.Of, form.Until, form.Poll
	if !slices.Equal(ask.List(), form.Choices) || string(ask.Append(nil)) != data {
		return nil, errBody
	}
	return ask, nil
}

// NewAsk checks what is asked; the rest of the Ask is up to the caller. Its error, always an *Invalid,
// names every field that is wrong.
func NewAsk(choices, from []string, byDefault string) (Ask, error) {
	list, listErr := parseChoices(choices)
	names, namesErr := parseAsked(from)
	ask := Ask{Choices: strings.Join(list, "\n"), From: strings.Join(names, "\n")}
	var defaultErr error
	if byDefault != "" && listErr == nil {
		if ask.Default = strings.TrimSpace(byDefault); !ask.Has(ask.Default) {
			defaultErr = invalid("default", "not_a_choice")
		}
	}
	if err := join(listErr, namesErr, defaultErr); err != nil {
		return Ask{}, err
	}
	return ask, nil
}

func parseChoices(given []string) (list []string, err error) {
	switch {
	case len(given) < MinChoices:
		return nil, outside("choices", "too_few", MinChoices)
	case len(given) > MaxChoices:
		return nil, outside("choices", "too_many", MaxChoices)
	}
	for _, choice := range given {
		choice = strings.TrimSpace(choice)
		switch {
		case !utf8.ValidString(choice):
			return nil, invalid("choices", "not_utf8")
		case isBlank(choice):
			return nil, invalid("choices", "empty")
		case utf8.RuneCountInString(choice) > MaxChoiceLength:
			return nil, outside("choices", "too_long", MaxChoiceLength)
		case strings.ContainsFunc(choice, isLineBreaking): // among them all controls
			return nil, invalid("choices", "bad_character")
		case slices.ContainsFunc(list, func(c string) bool { return strings.EqualFold(c, choice) }):
			return nil, invalid("choices", "twice")
		}
		list = append(list, choice)
	}
	return list, nil
}

func parseAsked(given []string) (names []string, err error) {
	if len(given) > MaxAsked {
		return nil, outside("from", "too_many", MaxAsked)
	}
	for _, s := range given {
		name, err := ParseName(s)
		if err != nil {
			return nil, invalid("from", "not_a_name")
		}
		names = append(names, string(name))
	}
	return names, nil
}
