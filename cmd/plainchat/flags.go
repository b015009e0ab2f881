package main

import (
	"errors"
	"log/slog"
	"math"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/dustin/go-humanize"

	"plainchat/chat"
	"plainchat/locale"
)

// These are the flags' types. Their errors are sentences for whoever gave the flag.

// network is a range of addresses: "10.0.0.0/8", or a single address.
type network netip.Prefix

// UnmarshalText implements encoding.TextUnmarshaler.
func (n *network) UnmarshalText(text []byte) error {
	s := string(text)
	prefix, err := netip.ParsePrefix(s)
	if addr, addrErr := netip.ParseAddr(s); addrErr == nil {
		prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	if err != nil {
		return locale.NewError("cli.not_network", "given", quoted(s))
	}
	const mapped = 96 // bits before the IPv4 address in an IPv6 one, which no connection has
	if prefix.Addr().Is4In6() && prefix.Bits() >= mapped {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-mapped)
	}
	*n = network(prefix)
	return nil
}

// origin is a web site as browsers name it (RFC 6454): "https://www.example.org", with a port if
// it has one of its own.
type origin string

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *origin) UnmarshalText(text []byte) error {
	u, err := url.Parse(strings.TrimSpace(string(text)))
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.Trim(u.Path, "/") == "" {
		whole := u.Scheme + "://" + canonicalHost(u)
		if plainOrigin.MatchString(whole) && *u == (url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}) {
			*o = origin(whole)
			return nil
		}
	}
	return locale.NewError("cli.not_origin", "given", quoted(text))
}

// plainOrigin has nothing that would be more than an origin in a header.
var plainOrigin = regexp.MustCompile(`^https?://(\[[0-9a-f:.]+\]|[0-9a-z._-]+)(:[0-9]+)?$`)

// byteSize is how many bytes there may be in a second: "4MiB" or "4MB"; 0 is no limit.
type byteSize int

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *byteSize) UnmarshalText(text []byte) error {
	n, err := humanize.ParseBytes(string(text))
	if err != nil || n > math.MaxInt32 {
		return locale.NewError("cli.not_size_below", "given", quoted(text))
	}
	*b = byteSize(n)
	return nil
}

// maxSize is how large the log may become, in bytes.
type maxSize int64

// minSize is what a log with a few messages takes. What is less is no intention.
const minSize = 64 << 10

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *maxSize) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = 0
		return nil
	}
	n, err := humanize.ParseBytes(string(text))
	switch {
	case err != nil || n > math.MaxInt64:
		return locale.NewError("cli.not_size", "given", quoted(text))
	case n > 0 && n < minSize:
		return locale.NewError("cli.size_too_small", "given", quoted(text), "bytes", n)
	}
	*s = maxSize(n)
	return nil
}

// roomName is a room on the command line.
type roomName chat.Room

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *roomName) UnmarshalText(text []byte) error {
	room, err := chat.ParseRoom(string(text))
	*r = roomName(room)
	return inSentences(err)
}

// inSentences makes what package chat finds wrong with one value a sentence for whoever gave it.
func inSentences(err error) error {
	if invalid, ok := errors.AsType[*chat.Invalid](err); ok {
		f := invalid.Fields[0]
		return locale.OfRule(f.Field, f.Code, f.Limit)
	}
	return err
}

// quoted shows what was given in quotes, and what nobody sees in it.
func quoted[T string | []byte](given T) string { return strconv.Quote(string(given)) }

// logLevel is how much is logged.
type logLevel slog.Level

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *logLevel) UnmarshalText(text []byte) error {
	if (*slog.Level)(l).UnmarshalText(text) != nil {
		return locale.NewError("cli.not_level", "given", quoted(text))
	}
	return nil
}

// age is how old a message may get.
type age time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *age) UnmarshalText(text []byte) error {
	d, err := chat.ParseDuration(string(text))
	if err != nil || d < 0 {
		return locale.NewError("cli.not_age", "given", quoted(text))
	}
	*a = age(d)
	return nil
}

// decodeCount reads a flag that counts something.
func decodeCount(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("number", &text); err != nil {
		return err
	}
	n, err := strconv.Atoi(text)
	if err == nil && n >= 0 {
		target.SetInt(int64(n))
		return nil
	}
	fault, remedy := "cli.not_number", "cli.write_number"
	switch {
	case n < 0:
		fault = "cli.number_negative"
	case errors.Is(err, strconv.ErrRange):
		fault = "cli.number_too_large"
	}
	if ctx.Value.Tag.Has("unlimited") {
		remedy = "cli.write_number_or_none"
	}
	return locale.NewError(fault, "given", quoted(text), "remedy", locale.NewError(remedy))
}
