package hooks

import (
	"regexp"
	"strings"

	"plainchat/chat"
)

var (
	slackCode  = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")
	slackAngle = regexp.MustCompile(`<([^<>\n]+)>`)
	slackBold  = regexp.MustCompile(`(^|[^*\w\\])\*([^*\s]|[^*\s][^*\n]*[^*\s])\*([^*\w]|$)`)
	heading    = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *#*$`)
	slackTilde = regexp.MustCompile(`(^|[^~\w\\])~([^~\s]|[^~\s][^~\n]*[^~\s])~([^~\w]|$)`)
	entities   = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
)

// mrkdwn translates the marks of Slack's text into ours. Those of Markdown, which Mattermost and
// Rocket.Chat have, stay. In code nothing is a mark but what stands in angle brackets. Of a text that is much
// longer than a message only the beginning is translated: the rest is left out anyway.
func mrkdwn(s string) string {
	const most = 8 * chat.MaxTextLength // the marks take more room than what they mean
	s = cut(s, most)
	var out strings.Builder
	at := 0
	for _, span := range slackCode.FindAllStringIndex(s, -1) {
		out.WriteString(mrkdwnText(s[at:span[0]]))
		out.WriteString(entities.Replace(slackAngle.ReplaceAllStringFunc(s[span[0]:span[1]], angleInCode)))
		at = span[1]
	}
	out.WriteString(mrkdwnText(s[at:]))
	return out.String()
}

func mrkdwnText(s string) string {
	for range 2 { // two of them may share the space between them
		s = slackBold.ReplaceAllString(s, "$1**$2**$3")
		s = slackTilde.ReplaceAllString(s, "$1~~$2~~$3")
	}
	s = headings(s)
	s = slackAngle.ReplaceAllStringFunc(s, angle)
	return withEmoji(entities.Replace(s))
}

// headings puts headings of Markdown in bold type, since a chat has none.
func headings(s string) string {
	return heading.ReplaceAllStringFunc(s, func(line string) string { return strong(strings.Trim(line, "# ")) })
}

// angle translates what stands in angle brackets: an address, somebody, a room, or a word that stands for
// many, who are not called here.
func angle(s string) string {
	target, label, labelled := strings.Cut(s[1:len(s)-1], "|")
	label = entities.Replace(label)
	switch {
	case strings.HasPrefix(target, "@"):
		return `\@` + firstOf(plain(strings.TrimPrefix(label, "@")), plain(target[1:]))
	case strings.HasPrefix(target, "#"):
		return "#" + firstOf(plain(strings.TrimPrefix(label, "#")), plain(target[1:]))
	case strings.HasPrefix(target, "!date^"):
		return plain(label)
	case strings.HasPrefix(target, "!"):
		return `\@` + plain(strings.TrimPrefix(firstOf(label, target[1:]), "@"))
	case strings.HasPrefix(target, "mailto:"):
		return firstOf(plain(label), target[len("mailto:"):])
	case !strings.HasPrefix(target, "http://") && !strings.HasPrefix(target, "https://"):
		return s
	case !labelled:
		return entities.Replace(target)
	}
	if made := linked(strings.Join(strings.Fields(label), " "), entities.Replace(target)); made != label {
		return made
	}
	return words(label, entities.Replace(target))
}

// angleInCode is what stands in angle brackets for those who cannot follow a link.
func angleInCode(s string) string {
	target, label, _ := strings.Cut(s[1:len(s)-1], "|")
	if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") {
		return firstOf(label, target)
	}
	return s
}
