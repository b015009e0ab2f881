package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestEverybodySeesTheSame(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann, bob := openPage(t, s.URL, "Ann"), openPage(t, s.URL, "Bob")
	for i := range 5 {
		ann.say(fmt.Sprintf("ann %d", i))
		bob.say(fmt.Sprintf("bob %d", i))
		s.Post("lobby", "curl", fmt.Sprintf("curl %d", i))
	}
	ann.awaitCount(15)
	bob.awaitCount(15)
	late := openPage(t, s.URL, "Cem")
	s.Post("lobby", "curl", "the last")

	for _, p := range []*page{ann, bob, late} {
		p.awaitText("the last")
		p.wantMessages(s.History("lobby")...)
	}
	if got := len(s.History("lobby")); got != 16 {
		t.Errorf("the room has %d messages, want 16", got)
	}
}

func TestFirstMessageEndsTheEmptyRoom(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.Room("new"), "Ann")
	welcome := eval[string](p, `document.querySelector("#welcome").innerText`)
	want := "No message yet.."
	if heading := eval[string](p, `document.querySelector("#welcome h3").textContent`); heading != want {
		t.Errorf("the heading is %q, want %q", heading, want)
	}
	curl := fmt.Sprintf("curl -d 'hello' '%s/messages?user_name=me'", s.Room("new"))
	if got := eval[string](p, `document.querySelector("#welcome code").textContent`); got != curl {
		t.Errorf("the curl line is %q, want %q\nin %q", got, curl, welcome)
	}

	p.say("hello")
	p.awaitText("hello")
	p.await(`document.querySelector("#welcome").hidden`)
	if p.draft() != "" || eval[string](p, `document.activeElement.id`) != "message" {
		t.Errorf("after sending the field holds %q and the focus is not on it", p.draft())
	}
}

// A page that was there all the time and one that has just been loaded are the
// same: what the script draws is what the server renders.
func TestLiveEqualsReload(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	p := openPage(t, s.URL, "Ines")
	for _, l := range conversation {
		s.Post("lobby", string(l.from), l.text)
	}
	p.say("and one with a client id")
	p.awaitCount(len(conversation) + 1)
	p.await(`!document.querySelector("#outbox > *")`)
	const list = `[...document.querySelectorAll("#messages > *")].map((m) =>
		[m.id, [...m.classList].sort().join(" "), m.innerHTML].join("\n"))`
	live := eval[[]string](p, list)
	p.do(chromedp.Reload())
	p.awaitConnected()
	if loaded := eval[[]string](p, list); !slices.Equal(live, loaded) {
		t.Errorf("live the list is\n%q\nloaded it is\n%q", live, loaded)
	}
}

func TestOnlyOthersAreAnnounced(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Bob", "said before")
	p := openPage(t, s.URL, "Ann")
	p.say("mine")
	p.awaitText("mine")
	const announced = `document.querySelector("#announcer").textContent`
	if got := eval[string](p, announced); got != "" {
		t.Errorf("announced %q, want nothing of history or of one's own", got)
	}
	s.Post("lobby", "Bob", "news")
	p.await(announced + ` === "Bob: news"`)
}

func TestPresence(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	ann := openPage(t, s.URL, "Ann")
	const online = `document.querySelector("#online").textContent`
	ann.await(online + ` === "1"`)
	bob := openPage(t, s.URL, "Bob")
	ann.await(online + ` === "2"`)
	bob.close()
	ann.await(online + ` === "1"`)
}
