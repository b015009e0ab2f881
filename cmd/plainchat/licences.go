package main

import (
	"context"
	"io"

	"plainchat/internal/licences"
)

type licencesCmd struct{}

// Run prints the licences of all that the program is made of.
func (licencesCmd) Run(_ context.Context, std stdio) error {
	_, err := io.WriteString(std.out, licences.Text)
	return err
}
