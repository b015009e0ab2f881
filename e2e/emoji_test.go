package e2e

import (
	"testing"

	"plainchat/chat"
)

// Each emoji of the list is one that a browser knows and the server takes, is there once, and has
// a name of its own in each language.
func TestEmojiOfTheList(t *testing.T) {
	t.Parallel()
	p := openModules(t)
	listed := eval[[][]string](p, `import("/js/emoji/search.js").then(({ groups }) =>
		groups.flatMap((group) => group.emoji.map(({ emoji, names, korean }) => [emoji, names[0], korean])))`)
	if len(listed) < 300 {
		t.Errorf("there are %d", len(listed))
	}
	seen := make(map[string]bool)
	for _, each := range listed {
		emoji, name, korean := each[0], each[1], each[2]
		if _, err := chat.ParseEmoji(emoji); err != nil {
			t.Errorf("the server refuses %s: %v", emoji, err)
		}
		if seen[emoji] || seen[name] || korean == "" {
			t.Errorf("%s, %s, %q: something is there twice, or is not there", emoji, name, korean)
		}
		seen[emoji], seen[name] = true, true
	}
	unknown := eval[[]string](p, `import("/js/emoji/search.js").then(({ groups }) =>
		groups.flatMap((group) => group.emoji.map(({ emoji }) => emoji)).filter((emoji) => !new RegExp("^\\p{RGI_Emoji}$", "v").test(emoji)))`)
	if len(unknown) > 0 {
		t.Errorf("no emoji, or not as they are written: %q", unknown)
	}
}

func TestEmojiSearch(t *testing.T) {
	t.Parallel()
	p := openModules(t)
	for typed, want := range map[string]string{"tada": "🎉", "thumbs": "👍", "+1": "👍", "축하": "🎉", "ㅊㅎ": "🎉", "ㅋㅋㅋ": "🤣", "rocket": "🚀", "heart": "❤️", "하트": "❤️", "ada": ""} {
		got := eval[string](p, `import("/js/emoji/search.js").then(({ search }) => search(`+quote(typed)+`)[0]?.emoji ?? "")`)
		if got != want {
			t.Errorf("%s finds %s first, want %s", typed, got, want)
		}
	}
}
