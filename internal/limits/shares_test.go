package limits

import (
	"errors"
	"fmt"
	"testing"
)

func TestShares(t *testing.T) {
	s := NewShares(30, 20)
	a, b, nobody := ParseClient("192.0.2.1"), ParseClient("192.0.2.2"), Client{}
	for i, step := range []struct {
		client Client
		n      int64 // negative gives back
		want   error
	}{
		{a, 15, nil},
		{a, 6, ErrClient},
		{a, 5, nil},
		{b, 11, ErrAll},
		{a, 11, ErrClient}, // the nearer reason
		{b, 4, nil},
		{nobody, 6, nil},
		{nobody, 1, ErrAll},
		{a, -10, nil},
		{nobody, -6, nil},
		{a, 10, nil},
		{a, -20, nil},
		{b, -4, nil},
	} {
		var err error
		if step.n < 0 {
			s.Return(step.client, -step.n)
		} else {
			err = s.Take(step.client, step.n)
		}
		if !errors.Is(err, step.want) {
			t.Errorf("step %d: %v, want %v", i, err, step.want)
		}
	}
	if s.Held() != 0 || len(s.clients) != 0 {
		t.Errorf("when all is given back, %d are held: %v", s.Held(), s.clients)
	}
}

func TestSharesWithoutLimits(t *testing.T) {
	s := NewShares(0, 0)
	for range 1000 {
		if err := s.Take(ParseClient("192.0.2.1"), 1); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever has many networks of IPv6 has the allowance of a few clients, and not of as many.
func TestSharesOfNetworks(t *testing.T) {
	for _, test := range []struct {
		most, mostOfClient int64
		pattern            string // of addresses, each in another network
		want               int    // how many of those may take one
	}{
		{1000, 10, "2001:db8:1:2::%x", 10},
		{1000, 10, "2001:db8:1:%x::1", 40},
		{1000, 10, "2001:db8:1:%x00::1", 160},
		{1000, 10, "2001:db8:%x::1", 255},
		{100, 10, "2001:db8:1:%x00::1", 88}, // some are left to others
		{10, 10, "2001:db8:1:%x00::1", 10},  // where one client may take all, its network may
		{0, 10, "2001:db8:1:%x00::1", 160},
	} {
		s, taken := NewShares(test.most, test.mostOfClient), 0
		for i := range 255 {
			if s.Take(ParseClient(fmt.Sprintf(test.pattern, i)), 1) == nil {
				taken++
			}
		}
		if taken != test.want {
			t.Errorf("of %d, %d for a client: %s took %d, want %d", test.most, test.mostOfClient, test.pattern, taken, test.want)
		}
	}
}
