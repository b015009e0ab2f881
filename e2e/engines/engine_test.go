//go:build linux

package engines

import (
	"context"
	"encoding/json"
	"flag"
	"os/exec"
	"testing"
)

// engine is a browser of one kind.
type engine struct {
	name     string
	programs []string // that it needs, which make browsers installs
	start    func(*testing.T) browser
}

var engines = []engine{
	{"Chromium", []string{"chromium"}, startChromium},
	{"Firefox", append([]string{"firefox-esr"}, desktopPrograms...), startFirefox},
	{"WebKit", append([]string{"WebKitWebDriver", miniBrowser()}, desktopPrograms...), startWebKit},
}

var everyEngine = flag.Bool("every-engine", false, "fail where an engine is not installed, rather than leave it out")

// need leaves the engine out where a program that it needs is not installed.
func (e engine) need(t *testing.T) {
	t.Helper()
	for _, program := range e.programs {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if *everyEngine {
			t.Fatalf("there is no %s; make browsers installs it", program)
		}
		t.Skipf("left out: there is no %s; make browsers installs it", program)
	}
}

// browser makes people, each with cookies and storage of their own.
type browser interface {
	// person returns one, who is gone when the test ends.
	person(*testing.T) person
}

// person opens tabs, which share cookies and storage.
type person interface {
	tab(context.Context) (driver, error)
}

// driver drives a tab. Its methods return once what they do is done or the context is.
type driver interface {
	navigate(ctx context.Context, address string) error
	// eval returns as JSON what the promise that an expression makes is fulfilled with.
	eval(ctx context.Context, expression string) (json.RawMessage, error)
	// front brings the tab to the front, where it is painted and soon has the keyboard.
	front(context.Context) error
	// click clicks the middle of the first element that a selector means.
	click(ctx context.Context, selector string) error
	keyboard
	close(context.Context) error
}

// keyboard has keys with Latin letters, and turns into a Korean one for a word. What it types may
// come to the page later.
type keyboard interface {
	// press presses keys one after another.
	press(ctx context.Context, keys string) error
	// compose types a word, and leaves its last syllable being composed.
	compose(context.Context, word) error
	// endComposition presses Enter on what is being composed.
	endComposition(context.Context) error
}

// Keys without a character.
const (
	keyEnter = "\n"
	keyEnd   = "\uE010" // as in WebDriver (https://www.w3.org/TR/webdriver2/#keyboard-actions)
)

// word is one in Hangul.
type word struct {
	letters   string     // of the keys of a two-set keyboard
	syllables [][]string // each with the states that it goes through
}

// text is what the word reads once all of it is composed.
func (w word) text() string {
	var text string
	for _, states := range w.syllables {
		text += states[len(states)-1]
	}
	return text
}

var annyeong = word{"dkssud", [][]string{{"ㅇ", "아", "안"}, {"ㄴ", "녀", "녕"}}}
