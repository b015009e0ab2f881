package handlers

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
)

const (
	// navRooms is how many rooms a page leads to, beside the lobby and its own.
	navRooms = 30
	// navCount is how far unread messages are counted there: more are 99+.
	navCount = 100
)

// roomEntry is a room that a page leads to.
type roomEntry struct {
	Name     chat.Room
	Current  bool // it is the page's own
	Visited  bool // the reader has read messages there
	Archived bool
	Unread   int // at most navCount, as Mentions
	Mentions int
}

// Path is the address of the room.
func (e roomEntry) Path() string { return e.Name.Path() }

// Many reports whether there are more unread messages than are told.
func (e roomEntry) Many() bool { return e.Unread >= navCount }

// BlankRoom is the entry that the script copies and fills.
func (roomView) BlankRoom() roomEntry { return roomEntry{} }

// navigation is the rooms that a page leads to: the lobby, then those that the reader has been in
// and that have the newest messages, and others with new messages, all by their names. It is the
// lobby and the page's own room alone while nobody knows more.
func (s *Server) navigation(ctx context.Context, r *http.Request, c policy.Caller, current chat.Room) []roomEntry {
	nav := navigator{Server: s, caller: c, current: current, entries: make(map[chat.Room]roomEntry)}
	q := views.RoomQuery{Limit: navRooms, Counted: navCount}
	known := asker(c) != ""
	if known {
		q.Person, q.Names, _ = s.listedFor(r, nil, c) // without a query nothing can be wrong with it
		q.Visited = true
		nav.add(s.rooms.Now(ctx, q))
		q.Visited = false
	}
	if len(nav.entries) < navRooms {
		nav.add(s.rooms.Now(ctx, q))
	}
	for _, room := range []chat.Room{chat.Lobby, current} {
		if _, there := nav.entries[room]; !there && known {
			q.Only = room
			nav.add(s.rooms.Now(ctx, q))
		}
		nav.put(views.RoomSummary{Room: room})
	}
	return nav.sorted()
}

// navigator gathers the rooms that a page leads to.
type navigator struct {
	*Server
	caller  policy.Caller
	current chat.Room
	entries map[chat.Room]roomEntry
}

// add adds rooms, if they could be read, as far as there is place.
func (n *navigator) add(rooms []views.RoomSummary, _ bool, err error) {
	if err != nil {
		return
	}
	for _, room := range rooms {
		archived := n.Service.Facts.Room(room.Room).Archived && room.Unread == 0
		if special := room.Room == n.current || room.Room == chat.Lobby; special || !archived && len(n.entries) < navRooms {
			n.put(room)
		}
	}
}

// put adds a room, unless it is there or not for the reader.
func (n *navigator) put(room views.RoomSummary) {
	if _, there := n.entries[room.Room]; there || policy.Listen(n.caller, room.Room) != nil {
		return
	}
	n.entries[room.Room] = roomEntry{
		Name: room.Room, Current: room.Room == n.current, Visited: room.Read > 0,
		Archived: n.Service.Facts.Room(room.Room).Archived, Unread: room.Unread, Mentions: room.Mentions,
	}
}

func (n *navigator) sorted() []roomEntry {
	entries := make([]roomEntry, 0, len(n.entries))
	for _, entry := range n.entries {
		entries = append(entries, entry)
	}
	rank := func(e roomEntry) int {
		if e.Name == chat.Lobby {
			return 0
		}
		return 1
	}
	slices.SortFunc(entries, func(a, b roomEntry) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Name, b.Name))
	})
	return entries
}
