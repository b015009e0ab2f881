package webhooks

import (
	"testing"

	"plainchat/chat"
)

func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		on         chat.Trigger
		word, text string
		want       bool
	}{
		{chat.OnAll, "", "anything", true},
		{chat.OnMention, "ci", "@ci build it", true},
		{chat.OnMention, "ci", "ask @CI.", true},
		{chat.OnMention, "ci", "ci, build it", false},
		{chat.OnMention, "ci", "me@ci.example.org", false},
		{chat.OnMention, "Build Bot", `@"Build Bot" go`, true},
		{chat.OnKeyword, "deploy", "please Deploy it", true},
		{chat.OnKeyword, "deploy", "deploy!", true},
		{chat.OnKeyword, "deploy", "redeploy it", false},
		{chat.OnKeyword, "deploy", "deployment, then deploy", true},
		{chat.OnKeyword, "deploy", "deployments", false},
		{chat.OnKeyword, "deploy", "pre_deploy", false},
		{chat.OnKeyword, "deploy", "deploy해 주세요", true},
		{chat.OnKeyword, "deploy", "1deploy", false},
		{chat.OnKeyword, "배포", "배포해 주세요", true},
		{chat.OnKeyword, "배포", "재배포", false},
		{chat.OnKeyword, "部署", "请部署它", true},
		{chat.OnKeyword, "straße", "Die STRASSE", true},
		{chat.OnKeyword, "!go", "now !go", true},
		{chat.OnKeyword, "!go", "now!go", true},
		{chat.OnKeyword, "aa", "aaa aa", true},
		{chat.OnKeyword, "é", "e\u0301", true},
		{"", "x", "x", false},
	} {
		if got := matches(tt.on, tt.word, tt.text); got != tt.want {
			t.Errorf("%s %q in %q: %v", tt.on, tt.word, tt.text, got)
		}
	}
}

func FuzzHasWord(f *testing.F) {
	f.Add("please deploy it", "deploy")
	f.Add("재배포", "배포")
	f.Add("\xff\xfea", "\xff")
	f.Fuzz(func(t *testing.T, text, word string) {
		if word != "" && !hasWord(word, word) || hasWord("", word) {
			t.Errorf("%q does not have itself", word)
		}
		hasWord(text, word)
	})
}
