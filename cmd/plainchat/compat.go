package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"

	"plainchat/handlers"
	"plainchat/locale"
)

// compat is a host name, or an address to listen at, whose requests are all in the dialect of another program:
// "ntfy=ntfy.example.org", "gotify=:8080".
type compat struct{ dialect, host, listen string }

// compatDialects are those whose addresses are built into their senders.
var compatDialects = []string{"ntfy", "gotify", "campfire", "slack"}

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *compat) UnmarshalText(text []byte) error {
	dialect, where, found := strings.Cut(strings.TrimSpace(string(text)), "=")
	if !found || where == "" || !slices.Contains(compatDialects, dialect) {
		return locale.NewError("cli.not_compat", "given", quoted(text))
	}
	*c = compat{dialect: dialect, host: strings.ToLower(where)}
	if _, _, err := net.SplitHostPort(where); err == nil {
		*c = compat{dialect: dialect, listen: where}
		return checkListen(where)
	}
	if strings.ContainsAny(where, " /@?#:") {
		return locale.NewError("cli.not_compat", "given", quoted(text))
	}
	return nil
}

// compatHosts returns the dialects by the host names that have one; nil without the flag.
func (c *serveCmd) compatHosts() map[string]string {
	if len(c.Compat) == 0 {
		return nil
	}
	hosts := map[string]string{}
	for _, each := range c.Compat {
		if each.host != "" {
			hosts[each.host] = each.dialect
		}
	}
	return hosts
}

// compatListener is a listener whose requests are all in a dialect.
type compatListener struct {
	net.Listener
	dialect string
}

// listenCompat takes the addresses that the flag names. If one is taken already, it takes none.
func (c *serveCmd) listenCompat() (taken []compatListener, err error) {
	for _, each := range c.Compat {
		if each.listen == "" {
			continue
		}
		listener, err := listenAt(each.listen)
		if err != nil {
			for _, before := range taken {
				before.Close()
			}
			return nil, err
		}
		taken = append(taken, compatListener{listener, each.dialect})
	}
	return taken, nil
}

// serveCompat has a server take the connections of further listeners, which count with those of the first. It
// is to be called before that is served, and ends with the server.
func serveCompat(server *http.Server, first *connections, more []compatListener, logger *slog.Logger) {
	if len(more) == 0 {
		return
	}
	dialects := map[string]string{} // by address, since TLS puts a listener of its own before each
	for _, each := range more {
		dialects[each.Addr().String()] = each.dialect
	}
	server.BaseContext = func(l net.Listener) context.Context {
		return handlers.WithDialect(context.Background(), dialects[l.Addr().String()])
	}
	for _, each := range more {
		logger.Info("listening in a dialect", "dialect", each.dialect, "address", each.Addr().String())
		beside := *first
		beside.Listener = each.Listener
		go func() { _ = beside.serve() }() // of the end, the first one tells
	}
}
