package views

import "plainchat/chat"

// erases reports whether an event takes text away that views may have.
func erases(ev chat.Event) bool {
	_, is := ev.Body.(chat.Delete)
	return is
}
