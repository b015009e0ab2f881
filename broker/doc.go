// Package broker carries events from the log to every open stream.
//
//	log ─► pump ─► r3labs/sse stream ─► tape ─► shards ─► sockets
//
// The pump reads the log in order and publishes each event to one r3labs/sse
// stream. That stream has one subscriber, the tape: a bounded window of the
// newest frames in memory. A connection is a socket and a cursor on the tape; it
// has no queue, no channel and, while it keeps up, no goroutine.
//
// Connections are spread over shards, one for each processor. A shard writes
// what is new to all its current connections without ever blocking. A connection
// whose socket would block leaves the shard and catches up from a goroutine of
// its own: from the tape, or from the log once the tape has moved on. When it
// has caught up, the shard attaches it again. Opening a stream, resuming one and
// falling behind are all that same catch-up, so there is no moment at which a replay
// is spliced onto something live, and nothing to lose or double there.
package broker
