// Package bench is the load generator behind `plainchat bench`. It opens event
// streams on a plainchat server, sends messages to their rooms, and reports
// what came of it: how many deliveries and acknowledgements in a second, how
// late they were, what was lost, doubled or out of order on which stream, and
// what it cost the server.
//
// The generator usually shares a machine with the server, so what it spends
// the server lacks. It therefore speaks HTTP/1.1 on bare connections, one goroutine
// for each, and reads an event stream without allocating or decoding JSON: all
// that it has to know of a message stands in a marker at the start of its text
// (see marker), and the position in the `id:` line.
//
// Other servers are measured by the same means, so that they can be compared: any server of event
// streams, and Socket.IO over WebSocket (see Protocol).
//
// # What is counted, and how exactly
//
// Each message of a run has a ticket, a number of its own. A stream
// keeps a bit for each ticket it received and publishers keep a bit for each that
// was acknowledged (2xx, or by Socket.IO). At the end
//
//   - lost is every ticket that was acknowledged and did not arrive on a stream of its room;
//   - duplicated is every further arrival of a ticket on the same stream;
//   - out of order is every first arrival whose position is not above all
//     positions that arrived on this stream before or, where messages have no position, whose
//     ticket is not above all of the same publisher: it waits for each answer;
//   - misrouted is every arrival on a stream of another room.
//
// So a message that was delivered though its sender never got an answer is no
// error, and the counts stay exact however the server fails. To know when
// nothing more can come, the generator sends one more message to each room,
// the fence: streams are in log order, so what a stream lacks when the fence
// arrives is lost. Of other servers it is expected that what is sent after everything else
// was acknowledged arrives after it, too. If a fence fails to arrive, the stream is given
// up after five seconds in which no stream received anything.
//
// Where no hello says that a stream is open, messages that are not counted are sent to each
// room until one has arrived on each stream: some servers answer before they subscribe.
//
// # Runs of other kinds
//
// Idle streams are held open while the server's memory is measured; then one message
// goes to all. Resume cuts all streams at once, sends what they miss, and lets each
// come back with its last event id while sending goes on. Its counts go on over the cut,
// and a stream has caught up when it has everything that was acknowledged before the first
// of them came back. Churn is a crowd with names that comes and goes beside the streams
// that are counted.
package bench
