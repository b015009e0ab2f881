package main

import (
	"net/http"

	"plainchat/chat"
)

// nothing reads a message and answers for it, and that is all: the floor of a POST.
type nothing struct{}

func newNothing() peer { return nothing{} }

func (nothing) listen(w http.ResponseWriter, _ *http.Request, _ string) {
	http.Error(w, "nothing is ever said here", http.StatusNotFound)
}

func (nothing) publish(*chat.Event) {}
