// Package chat is the language of the domain: rooms, user names, messages and
// the events that record them, with their validation and their limits.
//
// Every value that crosses the edge of the program is made by a Parse or New
// function of this package; code further in relies on what it promises and
// does not check again. The package knows nothing of requests, storage or streams.
package chat
