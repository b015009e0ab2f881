package e2e

import "testing"

// What is written in other rooms is counted in the list, whoever it mentions in whatever case, and
// is new no more once it was read in another tab.
func TestRoomCounts(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.Post("lobby", "Bob", "hello")
	s.Post("tea", "Bob", "before")
	p := openPage(t, s.URL, "Ann B.")
	s.Post("tea", "Bob", "hello, @ANN B!")
	s.Post("milk", "Bob", "one")
	const count = `document.querySelector('.room-link[data-room="tea"] .room-count')`
	p.await(count + `.textContent === "@1"`)
	p.await(`document.querySelector('.room-link[data-room="milk"] .room-count').textContent === "1"`)
	if !eval[bool](p, `document.querySelector("#elsewhere").hidden === false`) {
		t.Error("nothing says that there is news in other rooms")
	}
	other := p.another(s.Room("tea"))
	other.awaitText("hello, @ANN B!")
	p.await(count + `.hidden`)
}
