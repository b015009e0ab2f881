package broker

import (
	"container/list"
	"slices"
	"time"

	"plainchat/chat"
)

const (
	// typingTime is for how long somebody types who said so, unless they say so again.
	typingTime = 5 * time.Second
	// typingNames is how many names one event lists at the most: those who began first.
	typingNames = 5
)

// typingJSON is the data of a typing event.
type typingJSON struct {
	Room  chat.Room   `json:"room"`
	Names []chat.Name `json:"names"`
	More  bool        `json:"more,omitempty"` // more are typing than it names
}

// typing is who types in one room; nil where nobody has. It is guarded by presence.mu.
type typing struct {
	typists map[string]*typist // by the Key of their names
	began   list.List          // the same, in the order in which they began
	told    typingJSON         // what the room knows
	latest  frame              // the newest announcement
}

type typist struct {
	in          *attendance
	name        chat.Name
	key         string
	until       time.Time
	began, last *list.Element // their places in typing.began and presence.typists
}

// settle makes who types the room's news, if it is another than the room knows. It takes as
// long however many type.
func (t *typing) settle(room chat.Room) (event typingJSON, changed bool) {
	event = typingJSON{Room: room, Names: make([]chat.Name, 0, min(typingNames, t.began.Len())), More: t.began.Len() > typingNames}
	for e := t.began.Front(); e != nil && len(event.Names) < typingNames; e = e.Next() {
		event.Names = append(event.Names, e.Value.(*typist).name)
	}
	if event.More == t.told.More && slices.Equal(event.Names, t.told.Names) {
		return event, false
	}
	t.told = event
	return event, true
}

func newTyping() *typing { return &typing{typists: make(map[string]*typist)} }

func (t *typing) nobody() bool { return t == nil || len(t.typists) == 0 }

// of returns whoever types under the Key of a name; nil if nobody does.
func (t *typing) of(key string) *typist {
	if t == nil {
		return nil
	}
	return t.typists[key]
}

func (t *typing) add(who *typist) {
	t.typists[who.key] = who
	who.began = t.began.PushBack(who)
}

func (t *typing) remove(who *typist) {
	delete(t.typists, who.key)
	t.began.Remove(who.began)
}
