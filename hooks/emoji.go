package hooks

import (
	"regexp"
	"sync"

	"github.com/yuin/goldmark-emoji/definition"
)

// emojiTable has the emoji by the names that Slack, GitHub and ntfy know them by. It is large, and made
// when the first one is asked for.
var emojiTable = sync.OnceValue(func() definition.Emojis { return definition.Github() })

// emojiOf returns the emoji of a name without colons; "" if there is none.
func emojiOf(name string) string {
	e, ok := emojiTable().Get(name)
	if !ok || !e.IsUnicode() {
		return ""
	}
	return string(e.Unicode)
}

var shortName = regexp.MustCompile(`:[a-z0-9_+-]{1,40}:`)

// withEmoji puts emoji in the place of their names between colons.
func withEmoji(s string) string {
	return shortName.ReplaceAllStringFunc(s, func(name string) string {
		if e := emojiOf(name[1 : len(name)-1]); e != "" {
			return e
		}
		return name
	})
}
