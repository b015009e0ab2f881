package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"plainchat/broker"
	"plainchat/identity"
	"plainchat/internal/limits"
	"plainchat/service"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/search"
)

// Store is what the handlers need of the store.
type Store interface {
	store.Log
	store.History
}

// Options say what a Server serves and whom.
type Options struct {
	Store    Store
	Views    *views.Projector // keeps a views.Timeline; nil: all messages are as they were written
	Search   *views.Projector // keeps a search.View; nil: nothing can be searched
	Service  *service.Service
	Webhooks Webhooks         // the operator has them; nil where nobody is the operator
	Guests   *identity.Guests // knows browsers again; nil if none is to be known
	Broker   *broker.Broker
	Metrics  http.Handler // serves /metrics
	// MCP makes of the server what serves the Model Context Protocol to programs with a token; nil for nothing.
	MCP func(api http.Handler) http.Handler
	// Shared is that the log is one of several that hold the same: clients carry what they know from one to another.
	Shared bool
	Logger *slog.Logger
	// PublicURL is the address that people use, if that differs from the one that
	// requests arrive at; nil otherwise.
	PublicURL *url.URL
	// Address is how the server itself would be reached where PublicURL is nil, as far as that is known.
	Address string
	// AllowHost reports whether a request may ask for a host name, which is in lower case and
	// without a port; nil allows any.
	AllowHost func(name string) bool
	// Origins are those of pages that may send, besides the pages that come from the host
	// that a request asks for; like "https://chat.example.org".
	Origins []string
	// EmbedOrigins are those of sites that may show a room's live page in a frame.
	EmbedOrigins []string
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Compat are the dialects of package hooks that the requests to a host name are in, all of them; WithDialect
	// has the same for a listener. Without any of both it is nil.
	Compat map[string]string
	// RateLimit is how many messages a client may send in a second, and how many a hook; 0 is no limit.
	RateLimit int
	// WriteLimit is how many bytes of messages a client may send in a second, and ReadLimit
	// how many of the log it may be answered, in the long run; 0 is no limit.
	WriteLimit, ReadLimit int
	// MaxStreams is how many event streams may be open at a time, and
	// MaxStreamsPerClient how many of them by one client; 0 is no limit.
	MaxStreams, MaxStreamsPerClient int
}

// Server answers the requests. It is an http.Handler.
type Server struct {
	http.Handler
	Options
	messages  *views.Messages
	index     *search.Index // over Search
	rooms     *views.RoomList
	readList  *views.ReadList
	asks      *views.AskList
	askIdle   time.Duration // emptyLines, but in tests
	operated  http.Handler  // the same for the operator
	assets    *assets
	pages     *pages
	streams   *streamLimiter
	sum       *streamSum
	sends     *limits.Rates // of messages
	hookRates *hookRates
	signals   *limits.Rates  // of what is told beside them: who types, is idle, has read
	writes    *limits.Rates  // of their bytes
	reads     *limits.Rates  // of bytes of answers from the log
	unread    *limits.Shares // of bytes of answers that are under way
	received  *limits.Shares // of bytes of bodies that are under way
	origins   *http.CrossOriginProtection
	links     *identity.Links
	linking   *limits.Rates // of links that are made
	lives     *lives

	assistants http.Handler   // what MCP returned
	calls      *limits.Shares // of it that are under way

	// sending is held for reading by each message on its way to the log, and for
	// writing forever by Drain. Whatever waits, and is neither a message nor a stream, stops
	// waiting when ending ends.
	sending sync.RWMutex
	ending  context.Context
	end     context.CancelFunc
	leaving atomic.Bool // Leave was called
}

// New returns a server for the options.
func New(opts Options) (*Server, error) {
	s := &Server{
		Options: opts, messages: views.NewMessages(opts.Store, opts.Views), rooms: views.NewRoomList(opts.Store, opts.Views),
		readList: views.NewReadList(opts.Store, opts.Views), asks: views.NewAskList(opts.Store, opts.Views), askIdle: emptyLines,
		streams:   newStreamLimiter(opts.MaxStreams, opts.MaxStreamsPerClient),
		sends:     limits.NewRates(float64(opts.RateLimit), opts.RateLimit),
		hookRates: newHookRates(opts.RateLimit),
		signals:   limits.NewRates(float64(opts.RateLimit), opts.RateLimit),
		writes:    newByteRates(opts.WriteLimit),
		reads:     newByteRates(opts.ReadLimit),
		unread:    limits.NewShares(unreadBytes, unreadBytesOfClient),
		received:  limits.NewShares(receivedBytes, receivedBytesOfClient),
		sum:       newStreamSum(opts.Logger),
		links:     identity.NewLinks(maxLinks),
		linking:   newLinking(),
		calls:     limits.NewShares(mcpCalls, mcpCallsOfClient),
		lives:     newLives(),
	}
	if opts.Search != nil {
		s.index = search.New(opts.Search)
	}
	s.ending, s.end = context.WithCancel(context.Background())
	var err error
	if s.assets, err = theAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = newPages(s.assets); err != nil {
		return nil, err
	}
	s.origins = s.newOrigins()
	if opts.MCP != nil {
		s.assistants = opts.MCP(s)
	}
	s.Handler, s.operated = s.routes(nil), s.routes(s.operatorRoutes)
	return s, nil
}

// storeTimeout is how long a request waits for the store: no longer than its answer would
// be waited for.
const storeTimeout = 60 * time.Second

// steady returns a context for the store. The request's own ends too when a client has only
// closed its side of the connection, as some do after what they send, and then reads on.
func steady(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), storeTimeout)
}

// Leave makes the server say that it is not ready, while it serves on: proxies bring people to other
// nodes of the chat before it drains.
func (s *Server) Leave() { s.leaving.Store(true) }

// Drain makes the server refuse new messages and streams with 503, and returns
// when the messages under way have been answered for. It must be called once.
func (s *Server) Drain() {
	s.lives.close()
	s.end()
	s.lives.wait() // for each to be marked as lost
	s.sending.Lock()
}

// Close records the streams that came and went since the last such record. It is to be
// called once the broker is closed.
func (s *Server) Close() { s.sum.tell() }

// draining reports whether Drain was called.
func (s *Server) draining() bool {
	if !s.sending.TryRLock() {
		return true
	}
	s.sending.RUnlock()
	return false
}
