package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"plainchat/handlers"
	"plainchat/locale"
	"plainchat/mcp"
)

// serveCmd runs the chat.
type serveCmd struct {
	Listen       string    `default:"127.0.0.1:5001" placeholder:"ADDR"`
	Data         string    `default:"./plainchat-data" placeholder:"DIR"`
	PublicURL    *url.URL  `name:"public-url" placeholder:"URL"`
	AllowedHosts []string  `placeholder:"NAME"`
	EmbedOrigins []origin  `placeholder:"ORIGIN"`
	Compat       []compat  `placeholder:"NAME=WHERE"`
	TLSCert      string    `name:"tls-cert" placeholder:"FILE"`
	TLSKey       string    `name:"tls-key" placeholder:"FILE"`
	TrustedProxy []network `placeholder:"NET"`
	RateLimit    int       `default:"20" placeholder:"N" unlimited:""`
	WriteLimit   byteSize  `default:"64KiB" placeholder:"SIZE"`
	ReadLimit    byteSize  `default:"4MiB" placeholder:"SIZE"`
	MaxStreams   int       `default:"10000" placeholder:"N" unlimited:""`
	MaxPerClient int       `name:"max-streams-per-client" default:"500" placeholder:"N" unlimited:""`
	LogLevel     logLevel  `default:"info" placeholder:"LEVEL"`
	LogFormat    string    `default:"text" enum:"text,json" placeholder:"FORMAT"`
	Retention    age       `placeholder:"DURATION"`
	MaxSize      maxSize   `placeholder:"SIZE"`
	Search       bool      `default:"true" negatable:""`
	hookFlags    `embed:""`
	MCP          bool `name:"mcp" default:"true" negatable:""`
	natsFlags    `embed:""`
}

// Validate is called by kong once the flags are set.
func (c *serveCmd) Validate() error {
	if err := checkListen(c.Listen); err != nil {
		return err
	}
	switch u := c.PublicURL; {
	case c.Data == "":
		return errNoFolder
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return locale.NewError("cli.tls_pair")
	case u != nil && u.Path != "" && u.Path != "/":
		return locale.NewError("cli.public_url_path")
	}
	for i, name := range c.AllowedHosts {
		name = strings.TrimSpace(name)
		if name == "" || strings.ContainsAny(name, " /@?#") {
			return locale.NewError("cli.allowed_hosts", "given", quoted(name))
		}
		c.AllowedHosts[i] = name
	}
	if c.PublicURL != nil {
		c.PublicURL.Host = canonicalHost(c.PublicURL)
	}
	return c.check()
}

// Run serves until ctx ends, and then drains. The address is taken first, so that
// a second start by mistake fails before it touches the data.
func (c *serveCmd) Run(ctx context.Context, std stdio) error {
	certificate, err := c.certificate()
	if err != nil {
		return err
	}
	listener, err := listenAt(c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	more, err := c.listenCompat()
	if err != nil {
		return err
	}
	for _, each := range more {
		defer each.Close()
	}
	std, records, release := c.detach(std)
	defer release()
	logger := c.logger(std)
	certificate.logTo(logger)
	ctx, stop := onHangup(ctx, certificate.reload)
	defer stop()
	var assets sync.WaitGroup
	assets.Go(handlers.JoinAssets) // beside the log, which is opened meanwhile
	defer assets.Wait()
	metrics := handlers.NewMetrics()
	metrics.Records(&records.Dropped)
	house, err := c.build(ctx, metrics, logger)
	if err != nil {
		return err
	}
	defer house.close()
	maxStreams := c.maxStreams(logger)
	chat, err := handlers.New(handlers.Options{
		Store: house.log, Views: house.views, Search: house.index, Service: house.people, Webhooks: house.webhooks, Guests: house.guests, Broker: house.streams, Metrics: metrics, Logger: logger, Shared: house.others != nil,
		PublicURL: c.PublicURL, Address: c.address(listener.Addr()), AllowHost: c.hosts(listener.Addr(), certificate, machineNames).allow, Origins: c.origins(), Compat: c.compatHosts(), EmbedOrigins: c.embedOrigins(),
		TrustedProxies: c.trustedProxies(), RateLimit: c.RateLimit, WriteLimit: c.writeLimit(), ReadLimit: int(c.ReadLimit),
		MaxStreams: maxStreams, MaxStreamsPerClient: c.MaxPerClient, MCP: c.mcp(),
	})
	if err != nil {
		house.streams.Close()
		return err
	}
	// What the start took is several times what an idle server needs. What joins the scripts holds its
	// part for a quarter of a second.
	defer time.AfterFunc(time.Second, debug.FreeOSMemory).Stop()
	metrics.Server(chat)
	c.announce(std, listener.Addr())
	server := newHTTPServer(chat, certificate.config(), logger)
	most := connectionCapacity(maxDescriptors(), maxStreams)
	counted := newConnections(listener, server, c.trustedProxies(), most, clientConnections(most, c.MaxPerClient))
	if server.TLSConfig != nil {
		counted.negotiate(server.TLSConfig)
	}
	serveCompat(server, counted, more, logger)
	defer c.serveSocket(ctx, chat.Operator(), logger.Warn)()
	return serve(ctx, server, counted, chat, house.streams, c.leaveTime(), logger)
}

// mcp makes what serves the Model Context Protocol, unless that is not wanted.
func (c *serveCmd) mcp() func(http.Handler) http.Handler {
	if !c.MCP {
		return nil
	}
	return func(api http.Handler) http.Handler { return mcp.New(api, cmp.Or(version, builtVersion(), "devel")) }
}

// leaveTime is none where nobody else serves the chat.
func (c *serveCmd) leaveTime() time.Duration {
	if len(c.NATS) == 0 {
		return 0
	}
	return leaveTime
}

// certificate returns nil for a server without TLS.
func (c *serveCmd) certificate() (*certificate, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	return openCertificate(c.TLSCert, c.TLSKey)
}

func listenAt(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, locale.NewError("cli.address_in_use", "address", address)
	case err != nil:
		return nil, locale.NewError("cli.cannot_listen", "address", address, "cause", err)
	}
	return listener, nil
}

func (c *serveCmd) trustedProxies() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, n := range c.TrustedProxy {
		prefixes = append(prefixes, netip.Prefix(n))
	}
	return prefixes
}

func (c *serveCmd) embedOrigins() []string {
	var origins []string
	for _, o := range c.EmbedOrigins {
		origins = append(origins, string(o))
	}
	return origins
}

// maxStreams returns how many streams there may be: no more than the system has
// descriptors for, whatever the flag says.
func (c *serveCmd) maxStreams(logger *slog.Logger) int {
	descriptors := maxDescriptors()
	capacity := streamCapacity(descriptors)
	if c.MaxStreams > capacity {
		logger.Warn("fewer event streams than --max-streams can be open: raise the limit of open files", "streams", capacity, "max_streams", c.MaxStreams, "open_files", descriptors)
	}
	if c.MaxStreams == 0 {
		return capacity
	}
	return min(c.MaxStreams, capacity)
}

// writeLimit returns how many bytes of messages a client may send in a second: as many as
// it wants where it may send as many messages.
func (c *serveCmd) writeLimit() int {
	if c.RateLimit == 0 {
		return 0
	}
	return int(c.WriteLimit)
}

// announce prints where the chat is and how to talk to it.
func (c *serveCmd) announce(std stdio, addr net.Addr) {
	base := c.address(addr)
	data, err := filepath.Abs(c.Data)
	if err != nil {
		data = c.Data
	}
	fmt.Fprintln(std.out, std.words.Text("cli.announce", "url", base, "data", data))
}

// address returns the URL to print: one that can be opened on this machine.
func (c *serveCmd) address(addr net.Addr) string {
	if c.PublicURL != nil {
		return c.PublicURL.Scheme + "://" + c.PublicURL.Host
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return scheme + "://" + addr.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
