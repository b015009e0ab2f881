package console

import (
	"regexp"
	"strings"

	"plainchat/chat"
)

// maxTitle is how long a title is, in characters.
const maxTitle = 200

// Title returns a text of a person as the title of a message: one line that cannot take what is below it
// for a part of its own. It is empty if there is nothing to see in it.
func Title(text string) string {
	text = clip(text)
	if _, err := chat.ParseText(text); err != nil {
		return ""
	}
	if strings.Contains(text, "```") || strings.Contains(text, "~~~") {
		return code(text)
	}
	return text
}

// Command returns the title for a command: as it would be typed, as code.
func Command(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = quote(arg)
	}
	return code(clip("$ " + strings.Join(words, " ")))
}

// clip makes a short line of a text.
func clip(text string) string {
	line := []rune(strings.TrimSpace(chat.LineForTerminal(strings.ToValidUTF8(text, "\ufffd"))))
	if len(line) > maxTitle {
		line = append(line[:maxTitle-1], '…')
	}
	return string(line)
}

// bare is what needs no quotes in a shell.
var bare = regexp.MustCompile(`^[\pL\pN@%+=:,./_-]+$`)

func quote(arg string) string {
	if bare.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

var backticks = regexp.MustCompile("`+")

// code returns a line as a span of code.
func code(line string) string {
	longest := 0
	for _, run := range backticks.FindAllString(line, -1) {
		longest = max(longest, len(run))
	}
	mark, space := strings.Repeat("`", longest+1), ""
	if strings.HasPrefix(line, "`") || strings.HasSuffix(line, "`") {
		space = " "
	}
	return mark + space + line + space + mark
}
