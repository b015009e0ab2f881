package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"plainchat/chat"
)

// LinkLifetime is how long a link can be used.
const LinkLifetime = 5 * time.Minute

// ErrLinks is returned while as many links wait to be used as may.
var ErrLinks = errors.New("identity: too many links wait to be used")

// Linked is what a link leads to.
type Linked struct {
	Person  chat.PersonID // a guest
	Name    chat.Name     // under which the guest writes
	Room    chat.Room     // where to go on
	Expires time.Time
}

// Links are how guests become known on another device: each is good once, for LinkLifetime, and
// for whoever has its code. They are in memory alone, and end with the process. The methods may
// be called concurrently.
type Links struct {
	most int

	mu     sync.Mutex
	byHash map[codeHash]Linked
	of     map[chat.PersonID]codeHash
}

// codeHash is what is kept of a code, so that nobody who sees the memory can use the link. A
// code is looked up by it, so that the time of a look-up tells nothing of the codes.
type codeHash [sha256.Size]byte

// NewLinks returns no links yet. At most so many may wait to be used.
func NewLinks(most int) *Links {
	return &Links{most: most, byHash: make(map[codeHash]Linked), of: make(map[chat.PersonID]codeHash)}
}

// codeSize is how many random bytes a code has.
const codeSize = 16

// New makes a link and returns its code, 26 small letters and digits. The one that the person
// had before ends. It fails with ErrLinks.
func (l *Links) New(person chat.PersonID, name chat.Name, room chat.Room) (code string, to Linked, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forget(l.of[person])
	if len(l.byHash) >= l.most {
		l.sweep()
	}
	if len(l.byHash) >= l.most {
		return "", Linked{}, ErrLinks
	}
	var random [codeSize]byte
	rand.Read(random[:]) // it never fails
	code = idEncoding.EncodeToString(random[:])
	to = Linked{Person: person, Name: name, Room: room, Expires: time.Now().Add(LinkLifetime)}
	hash := hashOf(code)
	l.byHash[hash], l.of[person] = to, hash
	return code, to, nil
}

// Look returns what a link leads to; false if its code is not known, or not any more.
func (l *Links) Look(code string) (Linked, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to, ok := l.byHash[hashOf(code)]
	return to, ok && time.Now().Before(to.Expires)
}

// Use is Look, and ends the link: of all who use it, one gets true.
func (l *Links) Use(code string) (Linked, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	hash := hashOf(code)
	to, ok := l.byHash[hash]
	l.forget(hash)
	return to, ok && time.Now().Before(to.Expires)
}

func (l *Links) forget(hash codeHash) {
	if to, ok := l.byHash[hash]; ok {
		delete(l.byHash, hash)
		delete(l.of, to.Person)
	}
}

// sweep forgets the links that are over.
func (l *Links) sweep() {
	now := time.Now()
	for hash, to := range l.byHash {
		if !now.Before(to.Expires) {
			l.forget(hash)
		}
	}
}

func hashOf(code string) codeHash { return sha256.Sum256([]byte(code)) }
