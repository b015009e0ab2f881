// Package console makes text of what a program writes to a terminal, as much of it as a message
// holds: the beginning and the end.
package console
