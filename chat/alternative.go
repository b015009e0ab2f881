package chat

import (
	"strconv"
	"strings"
)

// Alternative returns a name like n that is free: "Ann 2" for "Ann", "Ann 3" for "Ann 2".
// It is valid, at most MaxNameLength characters long, of which a number at the end may
// take the place of some. taken reports whether a name is not free; n itself never is, nor
// what looks like it. After some dozens of taken names Alternative gives up and returns "".
func (n Name) Alternative(taken func(Name) bool) Name {
	const counted, limit = 20, 1_000_000_000 // one by one at first, then in strides
	stem, number := splitNumber(string(n))
	self := n.Skeletons()
	for step := 1; number < limit; step++ {
		number++
		if step > counted {
			number += number / 2
		}
		name := numbered(stem, number)
		if name != "" && !name.Skeletons().Alike(self) && !taken(name) {
			return name
		}
	}
	return ""
}

// splitNumber takes a small number off the end of a name, and returns 1 where there is
// none. A longer one is part of the name, such as a year.
func splitNumber(name string) (stem string, number int) {
	const digits = 3
	i := strings.LastIndexByte(name, ' ')
	if i < 0 || len(name)-i-1 > digits {
		return name, 1
	}
	number, err := strconv.Atoi(name[i+1:])
	if err != nil || number < 1 || name[i+1:] != strconv.Itoa(number) {
		return name, 1
	}
	return name[:i], number
}

// numbered returns a stem with a number behind it, cut where it is too long for both:
// where the cut leaves half of an emoji, more is cut. It returns "" for a stem that no
// valid name begins with.
func numbered(stem string, number int) Name {
	suffix := " " + strconv.Itoa(number)
	runes := []rune(stem)
	for end := min(len(runes), MaxNameLength-len(suffix)); end > 0; end-- {
		candidate := strings.TrimRight(string(runes[:end]), " ") + suffix
		if name, err := ParseName(candidate); err == nil && string(name) == candidate {
			return name
		}
	}
	return ""
}
