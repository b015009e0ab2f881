package facts

import (
	"slices"

	"plainchat/chat"
)

// pins are the positions of the pinned messages of each room, in order. Some of them may have
// been deleted, or be gone.
type pins map[chat.Room][]uint64

func (p pins) put(room chat.Room, pin chat.Pin) {
	i, pinned := slices.BinarySearch(p[room], pin.Of)
	switch {
	case pinned && pin.Removed:
		p[room] = slices.Delete(p[room], i, i+1)
	case !pinned && !pin.Removed:
		p[room] = slices.Insert(p[room], i, pin.Of)
	}
}

// Pinned reports whether a message is pinned in a room. Pins count a moment after they are
// appended.
func (f *Facts) Pinned(room chat.Room, of uint64) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	_, pinned := slices.BinarySearch(f.pins[room], of)
	return pinned
}

// Pins returns the positions of the newest messages that are pinned in a room, at most so many,
// in order. Those that were deleted since, or that retention has removed, are among them.
func (f *Facts) Pins(room chat.Room, most int) []uint64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	all := f.pins[room]
	return slices.Clone(all[max(0, len(all)-most):])
}
