package main

import (
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"plainchat/locale"
)

var urlType = reflect.TypeFor[*url.URL]()

// decodeURL reads a flag that is a URL. Its errors do not repeat it, since it may hold a
// password.
func decodeURL(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("URL", &text); err != nil {
		return err
	}
	if host, port, err := net.SplitHostPort(text); err == nil && ctx.Value.Name == "url" && !strings.Contains(text, "/") {
		text = "http://" + net.JoinHostPort(reachable(host), port)
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return locale.NewError("cli.not_url")
	}
	target.Set(reflect.ValueOf(u))
	return nil
}

// reachable is a host at which this machine reaches what listens on a host.
func reachable(host string) string {
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return host
}

// listening is the address of a server that was started with this environment; "" if it
// does not say. Its error begins with the flag that the environment sets.
func listening(getenv func(string) string) (string, error) {
	listen := getenv(variable("listen"))
	if listen == "" {
		return "", nil
	}
	if err := checkListen(listen); err != nil {
		return "", err
	}
	host, service, _ := net.SplitHostPort(listen) // checkListen has
	port, _ := net.LookupPort("tcp", service)     // and this too
	if port == 0 {
		return "", locale.NewError("cli.listen_any_port", "address", listen)
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(reachable(host), strconv.Itoa(port))}
	if getenv(variable("tls-cert")) != "" {
		u.Scheme = "https"
	}
	return u.String(), nil
}

// checkListen returns a sentence about what is no address to listen on.
func checkListen(address string) error {
	_, service, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", service)
	}
	if err == nil {
		return nil
	}
	if _, err := strconv.Atoi(address); err == nil {
		return locale.NewError("cli.listen_port_alone", "port", address)
	}
	return locale.NewError("cli.listen_bad", "given", quoted(address))
}
