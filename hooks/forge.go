package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// What the forges have in common: events about a repository, each of which becomes a line, under which
// may stand what somebody wrote.

// signedBy reports whether a body has the signature that stands in hexadecimal in a header.
func signedBy(secret string, body []byte, signature string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	want, err := hex.DecodeString(strings.TrimPrefix(strings.TrimSpace(signature), "sha256="))
	return err == nil && hmac.Equal(mac.Sum(nil), want)
}

// happening is an event of a forge as it is shown.
type happening struct {
	repo, repoURL string
	actor         string
	did           string // what the actor did, with marks
	said          string // what somebody wrote
	more          string // further lines, with marks
}

// mostSaid is how many characters are shown of what somebody wrote.
const mostSaid = 600

func (h happening) shown() string {
	var where string
	if h.repo != "" {
		where = "[" + whole(plain(h.repo)) + "]"
		if made := linked(plain(h.repo), h.repoURL); made != plain(h.repo) {
			where = made
		}
	}
	return lines(words(where, bold(h.actor), h.did), quote(h.said, mostSaid), h.more)
}

// commit is a commit of a push, as all of the forges tell of it.
type commit struct {
	ID      text `json:"id"`
	Message text `json:"message"`
	URL     text `json:"url"`
}

// mostCommits is how many commits of a push are shown: the last ones.
const mostCommits = 5

func commitLines(commits []commit) string {
	var shown []string
	if hidden := len(commits) - mostCommits; hidden > 0 {
		commits = commits[hidden:]
		shown = append(shown, fmt.Sprintf("- … +%d", hidden))
	}
	for _, c := range commits {
		shown = append(shown, words("-", linked(code(short(string(c.ID))), string(c.URL)), cut(plain(subject(string(c.Message))), 200)))
	}
	return strings.Join(shown, "\n")
}

// short is the beginning of a commit's hash.
func short(hash string) string {
	if len(hash) > 8 && isHex(hash) {
		return hash[:8]
	}
	return hash
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// subject is the first line of a text.
func subject(s string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return first
}

// isNothing reports whether a hash stands for no commit: the branch is new, or is no more.
func isNothing(hash string) bool { return strings.Trim(hash, "0") == "" }

// refName is a branch or a tag without what all of them begin with.
func refName(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
}

// pushed tells of a push.
func pushed(ref, before, after, compare string, n int) string {
	kind := "branch"
	if strings.HasPrefix(ref, "refs/tags/") {
		kind = "tag"
	}
	name := code(refName(ref))
	switch {
	case isNothing(after):
		return "deleted " + kind + " " + name
	case kind == "tag":
		return "pushed tag " + linked(name, compare)
	case isNothing(before) && n == 0:
		return "created branch " + linked(name, compare)
	case n == 1:
		return linked("pushed 1 commit", compare) + " to " + name
	}
	return linked(fmt.Sprintf("pushed %d commits", n), compare) + " to " + name
}

// numbered is what an issue or a request is called.
func numbered(sign, number, title, address string) string {
	return linked(words(sign+plain(number), cut(plain(title), 200)), address)
}

// outcomeMark is the mark of how a run ended, or stands.
func outcomeMark(outcome string) string {
	switch outcome {
	case "success", "passed", "completed":
		return "🟢"
	case "failure", "failed", "timed_out", "startup_failure", "error":
		return "🔴"
	case "cancelled", "canceled", "skipped", "neutral", "stale", "manual", "action_required":
		return "⚪"
	}
	return "🟡"
}
