package hooks

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Post is one message of a sender.
type Post struct {
	Text string // with the marks of package richtext, as chat.ParseText has it
	// Incident names what the post is about, if that goes on: later posts of the same incident change
	// the message. It is empty for a message of its own.
	Incident string
	// State is how it stands with an incident that ends; empty for one that does not.
	State State
	// ID names the delivery, so that one that is made again is not a message again; empty if the
	// sender does not tell.
	ID string
}

// State is how it stands with an incident.
type State string

// The states.
const (
	Firing   State = "firing"
	Resolved State = "resolved"
)

// Sent is what became of a post.
type Sent struct {
	ID   string // of the message
	Seq  uint64 // its position in the log
	Time time.Time
	Path string // of the message's address
	Room string
}

// Answer is what a sender is told.
type Answer struct {
	Status   int
	Type     string // of the body; empty for none
	Location string
	Body     string
}

// Refusal is why a request makes no message. It is an error.
type Refusal string

// The refusals. The first four are errors of Dialect.Posts.
const (
	NoText    Refusal = "hooks: there is no text in it"
	Malformed Refusal = "hooks: it cannot be read"
	Unsigned  Refusal = "hooks: its signature is not the hook's"
	TooLarge  Refusal = "hooks: it is too large"
	NoHook    Refusal = "hooks: there is no such hook"
	Denied    Refusal = "hooks: the hook may not write there"
	TooFast   Refusal = "hooks: the hook sends too much"
	Busy      Refusal = "hooks: it cannot be stored now"
)

func (r Refusal) Error() string { return string(r) }

// status is the refusal as HTTP has it.
func (r Refusal) status() int {
	switch r {
	case NoHook:
		return 404
	case Denied, Unsigned:
		return 403
	case TooLarge:
		return 413
	case TooFast:
		return 429
	case Busy:
		return 503
	}
	return 400
}

// Dialect is how the programs of one sort send. Its functions may be called concurrently.
type Dialect struct {
	Name string
	// Is reports whether a request is in the dialect.
	Is func(*Request) bool
	// Posts makes posts of a request; none if it is of no interest. Its errors are Refusals.
	Posts func(*Request) ([]Post, error)
	// Accept is the answer to a request of which something was made, if there were posts.
	Accept func(*Request, []Sent) Answer
	// Refuse is the answer to any other.
	Refuse func(Refusal) Answer
}

// Read makes posts of a request that are fit for the log. Its errors are Refusals.
func (d *Dialect) Read(r *Request) ([]Post, error) {
	posts, err := d.Posts(r)
	if err != nil {
		return nil, err
	}
	for i := range posts {
		if posts[i].Text = fit(posts[i].Text); posts[i].Text == "" {
			return nil, NoText
		}
		posts[i].ID = d.key(posts[i].ID)
		posts[i].Incident = d.key(posts[i].Incident)
	}
	return posts, nil
}

// key makes an idempotency key of what a sender names something by, which may be as long as it likes
// and has any characters.
func (d *Dialect) key(name string) string {
	if name == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(d.Name + "\x00" + name))
	return d.Name + "-" + hex.EncodeToString(sum[:20])
}

// Dialects are all that there are, in the order in which they are looked for: those that a header tells
// go before those that a body tells, and the last one takes everything. Gitea sends the headers of
// GitHub beside its own, and Grafana what Alertmanager does with more to it.
var Dialects = []*Dialect{
	{"gitea", isGitea, gitea, acceptPlain, refusePlain},
	{"gitlab", isGitLab, gitLab, acceptPlain, refusePlain},
	{"github", isGitHub, gitHub, acceptPlain, refusePlain},
	{"gotify", isGotify, gotify, acceptGotify, refuseGotify},
	{"campfire", isCampfire, campfire, acceptCampfire, refuseCampfire},
	{"grafana", isGrafana, grafana, acceptPlain, refuseLater},
	{"alertmanager", isAlertmanager, alertmanager, acceptPlain, refuseLater},
	{"kuma", isKuma, kuma, acceptPlain, refusePlain},
	{"ntfy", isNtfy, ntfy, acceptNtfy, refuseNtfy},
	{"slack", isSlack, slack, acceptSlack, refuseSlack},
	{"generic", isAny, generic, acceptGeneric, refusePlain},
}

// Of returns the dialect of a request.
func Of(r *Request) *Dialect {
	for _, d := range Dialects {
		if d.Is(r) {
			return d
		}
	}
	return Dialects[len(Dialects)-1]
}

// Named returns the dialect of a name; nil if there is none.
func Named(name string) *Dialect {
	for _, d := range Dialects {
		if d.Name == name {
			return d
		}
	}
	return nil
}

const (
	typeText = "text/plain; charset=utf-8"
	typeJSON = "application/json"
)

// acceptPlain is for those who look at the status alone.
func acceptPlain(*Request, []Sent) Answer { return Answer{Status: 200, Type: typeText, Body: "ok\n"} }

func refusePlain(why Refusal) Answer {
	return Answer{Status: why.status(), Type: typeText, Body: strings.TrimPrefix(string(why), "hooks: ") + "\n"}
}

// refuseLater is for those who send again only what a server cannot take now.
func refuseLater(why Refusal) Answer {
	answer := refusePlain(why)
	if why == TooFast {
		answer.Status = 503
	}
	return answer
}
