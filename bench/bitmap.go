package bench

import "math/bits"

// bitmap is a set of small numbers, a bit for each. The zero value is empty.
type bitmap []uint64

// set adds n and reports whether it was not there yet.
func (b *bitmap) set(n int) bool {
	word, bit := n/64, uint64(1)<<(n%64)
	for word >= len(*b) {
		*b = append(*b, 0)
	}
	if (*b)[word]&bit != 0 {
		return false
	}
	(*b)[word] |= bit
	return true
}

// has reports whether n is in the set.
func (b bitmap) has(n int) bool {
	word := n / 64
	return word < len(b) && b[word]&(1<<(n%64)) != 0
}

// len returns how many numbers are in the set.
func (b bitmap) len() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// missing returns how many numbers of b are not in other.
func (b bitmap) missing(other bitmap) int {
	n := 0
	for i, word := range b {
		if i < len(other) {
			word &^= other[i]
		}
		n += bits.OnesCount64(word)
	}
	return n
}
