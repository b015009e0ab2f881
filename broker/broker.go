package broker

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unique"

	"plainchat/chat"
	"plainchat/store"
)

// ErrClosed is what Serve returns once the broker is closing.
var ErrClosed = errors.New("broker: closed")

// Log is what the broker reads. The methods are as in package store.
type Log interface {
	Epoch() string
	Bounds(ctx context.Context) (first, last uint64, err error)
	Reach(ctx context.Context, seq uint64) (bool, error)
	Since(ctx context.Context, t time.Time) (uint64, error)
	Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error]
	Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error]
}

// Options tune a broker. The zero value of each field stands for its default.
type Options struct {
	Logger *slog.Logger // default slog.Default()
	// StallTimeout is how long a reader may take nothing at all before it is
	// cut. Default 10 s.
	StallTimeout time.Duration
	// TapeFrames and TapeBytes bound the frames kept in memory. Default 4,096
	// and 16 MiB.
	TapeFrames, TapeBytes int
	// Encode appends the data of an event: the JSON of its wire form, in one line. It is called for
	// each event once, in the order of the log, and again for each that is caught up, at the same
	// time. Default chat.Event.AppendJSON.
	Encode func(dst []byte, ev chat.Event) []byte
	// Relay brings to other nodes who listens at this one; nil if there are none.
	Relay Relay
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.StallTimeout == 0 {
		o.StallTimeout = 10 * time.Second
	}
	if o.TapeFrames == 0 {
		o.TapeFrames = 4096
	}
	if o.TapeBytes == 0 {
		o.TapeBytes = 16 << 20
	}
	if o.Encode == nil {
		o.Encode = func(dst []byte, ev chat.Event) []byte { return ev.AppendJSON(dst) }
	}
	return o
}

// Stats counts what the broker does. The fields may be read at any time.
type Stats struct {
	Connections atomic.Int64 // streams open now
	Deliveries  atomic.Int64 // frames written to streams
	Cut         atomic.Int64 // streams ended because their reader stalled
	TapeMisses  atomic.Int64 // times a stream had to read the log
}

// Broker streams a log to any number of listeners. Its methods may be called
// concurrently.
type Broker struct {
	Stats    Stats
	log      Log
	logger   *slog.Logger
	encode   func(dst []byte, ev chat.Event) []byte
	tape     *tape
	stream   *stream
	hub      *hub
	presence *presence
	activity *activity

	stop    context.CancelFunc
	running sync.WaitGroup
}

// New starts a broker that streams what is appended to the log from now on. It
// must be closed before the log is.
//
// The tape begins with the end of the log, so that after a restart those who come
// back all at once find what they missed in memory.
func New(log Log, opts Options) (*Broker, error) {
	opts = opts.withDefaults()
	first, last, err := log.Bounds(context.Background())
	if err != nil {
		return nil, err
	}
	from := max(first-1, last-min(last, uint64(opts.TapeFrames))) // #nosec G115 -- at least 1
	b := &Broker{log: log, logger: opts.Logger, encode: opts.Encode, tape: newTape(opts.TapeFrames, opts.TapeBytes, from)}
	b.presence = newPresence(func(news frame) { b.hub.announce(news) })
	b.activity = newActivity(func(told *bulletin) { b.hub.tell(told) })
	b.hub, err = newHub(b, opts)
	if err != nil {
		return nil, err
	}
	b.stream = newStream(b.record)
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	b.running.Go(func() { b.pump(ctx, from, last) })
	b.running.Go(func() { b.presence.run(ctx) })
	if opts.Relay != nil {
		b.presence.out = newOutbox()
		b.running.Go(func() { b.presence.relay(ctx, opts.Relay) })
	}
	b.running.Go(func() { b.activity.run(ctx) })
	return b, nil
}

// record is the end of the r3labs/sse stream: it puts a frame on the tape.
func (b *Broker) record(l label, chunk []byte) {
	if l.erases != 0 {
		b.tape.erase(l.erases)
		b.hub.pages.forget()
	}
	b.tape.append(l, chunk)
	if l.afresh {
		b.tape.clear()
	}
	b.hub.wake()
	b.hub.followers.woken(l.room)
}

// pump publishes the log's events in order until ctx ends. If some of those up to last,
// which nobody waits for yet, cannot be read, it continues behind them, and the tape
// begins there.
func (b *Broker) pump(ctx context.Context, after, last uint64) {
	for ctx.Err() == nil {
		for ev, err := range b.log.Tail(ctx, after) {
			switch damaged, isDamage := errors.AsType[*store.Damaged](err); {
			case isDamage:
				b.stream.skip(label{seq: damaged.Seq})
				after = damaged.Seq
			case err != nil && after < last:
				b.logger.Error("cannot read the end of the log; streams continue with new messages", "err", err)
				b.stream.skip(label{seq: last, afresh: true})
				after = last
			case err != nil:
				b.logger.Error("cannot read the log; trying again", "err", err)
			default:
				b.publish(ev)
				after = ev.ID.Seq
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second): // a log that fails to read is not asked in a tight loop
		}
	}
}

func (b *Broker) publish(ev chat.Event) {
	wire := ev.Kind().Wire
	if wire == "" { // no stream carries it
		b.stream.skip(label{seq: ev.ID.Seq})
		return
	}
	l := label{room: ev.Room, seq: ev.ID.Seq, edits: chat.Words(ev.Body)}
	switch body := ev.Body.(type) {
	case chat.Message:
		b.presence.posted(ev.Room, ev.From.Name)
	case chat.Delete:
		l.erases = body.Of
	}
	b.activity.happened(ev)
	b.stream.publish(l, ev.ID.Append(nil), wire, b.encode(nil, ev))
}

// Close ends all streams and waits until everything the broker started has ended.
// Their clients come back after a second or a few, each in its own time, which their
// streams began with.
func (b *Broker) Close() {
	b.hub.close()
	b.stop()
	b.running.Wait()
	b.stream.close()
}

// Subscription is what a listener asks for.
type Subscription struct {
	Rooms []chat.Room // at least one; Serve sorts and keeps them
	// Since is where to begin. What cannot be honoured is answered with a gap event, and the
	// stream begins now.
	Since chat.Since
	// UserName, unless empty, is announced in the rooms while the stream is open.
	UserName chat.Name
	// HeartbeatEvents asks for the heartbeat as an event instead of a comment, which a
	// page cannot see.
	HeartbeatEvents bool
	// Unnamed asks for messages without the event's name, for clients that know only
	// those. The other events keep theirs.
	Unnamed bool
	// Activity, unless nil, asks for what is posted in all rooms that the audience may listen to,
	// and for how far Person, unless empty, has read any of them elsewhere.
	Activity *Audience
	Person   chat.PersonID
	// May reports by an error that the stream may not listen to a room, any more or at all: then
	// it ends. It is asked while the stream catches up, and by Recheck; it must be quick, and
	// may be called concurrently. Nil allows all.
	May func(chat.Room) error
	// Client is whose stream it is: clients take turns in reading the log.
	Client netip.Prefix
	// OnEnd must be set. It is called once when the stream has ended, with why, and
	// not if Serve returns an error.
	OnEnd func(reason error)
}

// Serve answers a request with an event stream. It adds to the headers that w
// already has. An error means that nothing was written yet and the caller is to
// answer. Where the connection could be hijacked, Serve returns as soon as the
// stream is current, and the stream lives on. Otherwise it stays until the end, and then
// panics with [http.ErrAbortHandler]: to the client no end is to look like a proper one,
// since some would not come back.
func (b *Broker) Serve(w http.ResponseWriter, r *http.Request, sub Subscription) error {
	slices.Sort(sub.Rooms)
	rooms := slices.Compact(sub.Rooms)
	if b.hub.closed() { // what it waited for would not be published any more
		return ErrClosed
	}
	start, gap, err := b.hub.resolve(r.Context(), sub.Since)
	if errors.Is(err, errBehind) {
		b.hub.sendAway(w, sub.OnEnd)
	}
	if err != nil {
		return err
	}
	c, head, err := b.hub.open(w, r)
	if err != nil {
		return err
	}
	c.userName, c.rooms, c.indices = sub.UserName, rooms, make([]int, len(rooms))
	c.heard = b.presence.join(c.userName, rooms)
	c.may, c.client, c.unnamed, c.beatEvents = sub.May, unique.Make(sub.Client), sub.Unnamed, sub.HeartbeatEvents
	if sub.Activity != nil {
		c.watcher = b.activity.join(*sub.Activity, sub.Person)
	}
	c.onEnd = sub.OnEnd
	position := chat.ID{Epoch: b.log.Epoch(), Seq: start}
	c.shares = c.chunked && !c.unnamed && len(rooms) == 1
	opening := b.appendHello(beginChunk(nil), position, rooms)
	if gap != "" {
		opening = appendGap(opening, gap, position, rooms)
	}
	b.hub.serve(r.Context(), c, append(head, c.encode(endChunk(opening, 0))...), start)
	return nil
}

// helloJSON is the data of a hello event.
type helloJSON struct {
	Rooms []roomJSON `json:"rooms"`
}

type roomJSON struct {
	Room   chat.Room `json:"room"`
	Online int       `json:"online"`
	Here   []Person  `json:"here"` // the first of them
}

// appendHello writes the event that every stream begins with. Its id is the
// position the stream starts from: a client that is cut off before the first
// message has that to resume with. The time to wait before that is part of the event,
// since some clients show a block of its own as an event that is empty.
func (b *Broker) appendHello(dst []byte, position chat.ID, rooms []chat.Room) []byte {
	var hello helloJSON
	for _, room := range rooms {
		online, here := b.presence.people(room, presenceHere)
		hello.Rooms = append(hello.Rooms, roomJSON{room, online, here})
	}
	return appendFrame(appendRetry(dst), position.String(), eventHello, mustJSON(hello))
}
