package bench

import (
	"strings"
	"testing"
	"time"
)

func TestValidate(t *testing.T) {
	good := Options{Address: "https://chat.example.org", Subscribers: 10, Publishers: 1, Rooms: 2, Size: MinSize}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for want, change := range map[string]func(*Options){
		`the address "" is not of the form http://host:port`:             func(o *Options) { o.Address = "" },
		`the address "http://u:p@h" is not of`:                           func(o *Options) { o.Address = "http://u:p@h" },
		`the address "http://h:x" is not of`:                             func(o *Options) { o.Address = "http://h:x" },
		`the address "ftp://h" is neither http nor https`:                func(o *Options) { o.Address = "ftp://h" },
		"the number of subscribers must be between 0 and 50000; it is":   func(o *Options) { o.Subscribers = -1 },
		"the number of publishers must be between 0 and 10000; it is":    func(o *Options) { o.Publishers = 10_001 },
		"there must be a publisher":                                      func(o *Options) { o.Publishers = 0 },
		"the number of rooms must be between 1 and 9999; it is 0":        func(o *Options) { o.Rooms = 0 },
		"the size of a message must be between 45 and 8000; it is 44":    func(o *Options) { o.Size = 44 },
		"the rate must be between 0 and 1000000; it is -5":               func(o *Options) { o.Rate = -5 },
		"the number of messages must be between 0 and 10000000; it is":   func(o *Options) { o.Messages = 10_000_001 },
		"the duration must be between 0 and 1h0m0s; it is 2h0m0s":        func(o *Options) { o.Duration = 2 * time.Hour },
		"the number of idle streams must be between 0 and 50000; it is ": func(o *Options) { o.Idle = 50_001 },
		"the protocol \"gopher\" is none of sse, eventsource and":        func(o *Options) { o.Protocol = "gopher" },
		"the exponent of Zipf's law must be above 1 and no more than 10": func(o *Options) { o.Zipf = 1 },
		"only streams of plainchat resume":                               func(o *Options) { o.Resume, o.Protocol = 1, EventSource },
		"there must be a subscriber to resume":                           func(o *Options) { o.Resume, o.Subscribers = 1, 0 },
		"idle, resume and churn are runs of their own":                   func(o *Options) { o.Idle, o.Churn = 1, 1 },
		"the number of messages to resume must be between":               func(o *Options) { o.Resume = MaxMessages },
		"the id of the server's process must be between 0 and":           func(o *Options) { o.Process = -1 },
	} {
		o := good
		change(&o)
		err := o.Validate()
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %s", err, want)
		}
		if report, runErr := Run(t.Context(), o); report != nil || runErr == nil {
			t.Errorf("ran in spite of %v", err)
		}
	}
}

func TestDefaults(t *testing.T) {
	for _, c := range []struct{ given, want Options }{
		{Options{}, Options{Protocol: SSE, Messages: MaxMessages, Duration: DefaultDuration}},
		{Options{Messages: 5}, Options{Protocol: SSE, Messages: 5, Duration: MaxDuration}},
		{Options{Duration: time.Second}, Options{Protocol: SSE, Messages: MaxMessages, Duration: time.Second}},
		{Options{Messages: 5, Duration: time.Second}, Options{Protocol: SSE, Messages: 5, Duration: time.Second}},
		{Options{Idle: 7, Subscribers: 1, Publishers: 3, Messages: 1}, Options{Protocol: SSE, Idle: 7, Subscribers: 7, Publishers: 1, Messages: 1, Duration: MaxDuration}},
		{Options{Resume: 7}, Options{Protocol: SSE, Resume: 7, Messages: 7, Duration: MaxDuration, Rate: DefaultResumeRate}},
	} {
		if got := c.given.withDefaults(); got != c.want {
			t.Errorf("%+v: got %+v", c.given, got)
		}
	}
}

func TestParseTarget(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1:5001":             "127.0.0.1:5001",
		"http://[::1]:5001/":         "[::1]:5001",
		"http://chat.example.org":    "chat.example.org:80",
		"https://chat.example.org/x": "chat.example.org:443",
	} {
		target, err := parseTarget(address)
		if err != nil || target.addr != want || (target.tls != nil) != strings.HasPrefix(address, "https") {
			t.Errorf("%s: got %+v, %v", address, target, err)
		}
	}
}
