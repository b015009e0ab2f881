// Package program tests the whole program, over HTTP and by its commands, as processes of
// its own: what it promises, and what it does when it is killed, starved or attacked. It
// holds tests only. Run them with -count 1: go test does not know what the program is made
// of, and would take a result from its cache.
package program
