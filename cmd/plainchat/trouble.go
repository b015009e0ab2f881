package main

import (
	"fmt"
	"regexp"
	"strings"

	"plainchat/chat"
)

// troubles tells a person what keeps a command from going on, once for each that is
// new, since it may last for days.
type troubles struct {
	std  stdio
	then string // what the command does about it
	last string
}

func (t *troubles) tell(err error) {
	if said := sentence(t.std.words.Say(err)); said != t.last {
		fmt.Fprintf(t.std.err, "plainchat: %s (%s)\n", said, t.then)
		t.last = said
	}
}

// say tells what nothing is done about.
func (t troubles) say(err error) {
	fmt.Fprintf(t.std.err, "plainchat: %s\n", sentence(t.std.words.Say(err)))
}

// over has the next trouble told, even if it is the same again.
func (t *troubles) over() { t.last = "" }

// maxSentence is how long an error is printed, in characters: parts of it may come from
// a server.
const maxSentence = 1000

// password is one in a URL, wherever an error has it from.
var password = regexp.MustCompile(`(//[^/\s:@]*):[^/\s]*@`)

// sentence is what is told of an error, as one line for a terminal.
func sentence(text string) string {
	line := []rune(chat.LineForTerminal(password.ReplaceAllString(text, "$1:xxxxx@")))
	if len(line) > maxSentence {
		line = append(line[:maxSentence], '…')
	}
	return strings.TrimSpace(string(line))
}
