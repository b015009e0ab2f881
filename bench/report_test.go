package bench

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// load is the report of a run that saw everything.
var load = Report{
	Address: "http://127.0.0.1:5001", Subscribers: 1000, Publishers: 1, Rooms: 2, Size: 100, Rate: 2000,
	Sending: &Sending{
		Seconds: 10.0123, Acknowledged: 20000, PerSecond: 1997.5,
		Latency:  Percentiles{P50: 0.00123456, P90: 0.0023, P99: 0.0034, P999: 0.0456, Max: 0.5},
		Statuses: map[int]int{201: 20000, 429: 3, 503: 1}, Unanswered: 2,
	},
	Deliveries: &Deliveries{
		Seconds: 10.02, Expected: 10_000_000, Received: 9_999_999, PerSecond: 998003.9,
		Latency: Percentiles{P50: 0.002, P90: 0.003, P99: 0.01, P999: 0.1, Max: 1.25},
		Lost:    1, Duplicated: 2, OutOfOrder: 3, Misrouted: 4,
	},
	CPU:    &CPU{Server: 3.21, PerDelivery: 3.21e-7, Generator: 2.5},
	Faults: []StreamFault{{Stream: 1, Room: "bench-0002", Lost: 1, Duplicated: 2, OutOfOrder: 3, Misrouted: 4}},
	Errors: map[string]int{"read: connection reset by peer": 2},
}

// idle is the report of one that only held streams open.
var idle = Report{
	Address: "http://127.0.0.1:5001", Subscribers: 5000, Rooms: 1, Size: 100,
	Memory: &Memory{
		Streams: 5000, Before: 20 << 20, After: 40 << 20, PerStream: 4194.304, GoroutinesBefore: 12, GoroutinesAfter: 13,
	},
	OneToAll: &OneToAll{Streams: 5000, Received: 4999, First: 0.0012, Last: 0.0345},
}

// cut is the report of one whose streams came back, and of listeners who came and went,
// which no run does both.
var cut = Report{
	Address: "http://127.0.0.1:5001", Subscribers: 10, Publishers: 1, Rooms: 1, Size: 100, Rate: 100,
	Resume: &Resume{
		Streams: 10, Behind: 1000, CaughtUp: 9, Seconds: 0.25,
		FirstByte: Percentiles{P50: 0.01, P90: 0.02, P99: 0.03, P999: 0.03, Max: 0.03},
		Done:      Percentiles{P50: 0.1, P90: 0.2, P99: 0.25, P999: 0.25, Max: 0.25},
		start:     time.Second,
	},
	Churn: &Churn{Listeners: 1, Opened: 1200, Closed: 1198, Errors: 3},
}

func TestText(t *testing.T) {
	const wantLoad = `http://127.0.0.1:5001: 1,000 subscribers, 1 publisher, 2 rooms, messages of 100 bytes, 2,000/s

               count       per second   time
Acknowledged   20,000      1,998        10s
Delivered      9,999,999   998,004      10s

Of 10,000,000 deliveries lost 1, duplicated 2, out of order 3, misrouted 4; faults on 1 stream
Refused with status 429: 3 (the server limits the rate of each client)
Refused with status 503: 1
Sent without getting an answer: 2

Latency           p50      p90     p99     p99.9    max
acknowledgement   1.23ms   2.3ms   3.4ms   45.6ms   500ms
delivery          2ms      3ms     10ms    100ms    1.25s

Processor time   server   each delivery   generator
                 3.21s    321ns           2.5s
Connections failed: read: connection reset by peer (2)
`
	const wantIdle = `http://127.0.0.1:5001: 5,000 streams idle

Server memory   before   after    each stream
                20 MiB   40 MiB   4,194 bytes
The server's memory had not settled when it was read.
Goroutines: 12 before, 13 after

One message to all: 4,999 of 5,000 streams have it, the first after 1.2ms, the last after 34.5ms
`
	const wantCut = `http://127.0.0.1:5001: 10 subscribers, 1 publisher, 1 room, messages of 100 bytes, 100/s


Of 10 streams cut and 1,000 messages behind, 9 caught up, the last after 250ms

Coming back     p50     p90     p99     p99.9   max
first message   10ms    20ms    30ms    30ms    30ms
caught up       100ms   200ms   250ms   250ms   250ms

1 listener came and went 1,200 times; 3 failed
`
	for want, report := range map[string]Report{wantLoad: load, wantIdle: idle, wantCut: cut} {
		var b strings.Builder
		if err := report.WriteText(&b); err != nil || b.String() != want {
			t.Errorf("got %v\n%s\nwant\n%s", err, b.String(), want)
		}
	}
}

// TestTextWithoutSubscribers: what was not measured is not shown as 0.
func TestTextWithoutSubscribers(t *testing.T) {
	r := load
	r.Subscribers, r.Deliveries, r.CPU = 0, nil, &CPU{Generator: 1}
	var b strings.Builder
	r.WriteText(&b)
	for _, word := range []string{"Delivered", "deliveries", "\ndelivery", " 0s"} {
		if strings.Contains(b.String(), word) {
			t.Errorf("%q is in\n%s", word, b.String())
		}
	}
}

// TestJSON pins the names that scripts rely on.
func TestJSON(t *testing.T) {
	const wantLoad = `{"address":"http://127.0.0.1:5001","subscribers":1000,"publishers":1,"rooms":2,"size_bytes":100,"rate":2000,` +
		`"sending":{"seconds":10.0123,"acknowledged":20000,"per_second":1997.5,` +
		`"latency_seconds":{"p50":0.00123456,"p90":0.0023,"p99":0.0034,"p99_9":0.0456,"max":0.5},` +
		`"statuses":{"201":20000,"429":3,"503":1},"unanswered":2},` +
		`"deliveries":{"seconds":10.02,"expected":10000000,"received":9999999,"per_second":998003.9,` +
		`"latency_seconds":{"p50":0.002,"p90":0.003,"p99":0.01,"p99_9":0.1,"max":1.25},` +
		`"lost":1,"duplicated":2,"out_of_order":3,"misrouted":4},` +
		`"cpu":{"server_seconds":3.21,"server_seconds_per_delivery":3.21e-7,"generator_seconds":2.5},` +
		`"faults":[{"stream":1,"room":"bench-0002","lost":1,"duplicated":2,"out_of_order":3,"misrouted":4}],` +
		`"errors":{"read: connection reset by peer":2}}`
	const wantIdle = `{"address":"http://127.0.0.1:5001","subscribers":5000,"publishers":0,"rooms":1,"size_bytes":100,"rate":0,` +
		`"server_memory":{"streams":5000,"before_bytes":20971520,"after_bytes":41943040,"per_stream_bytes":4194.304,"settled":false,` +
		`"goroutines_before":12,"goroutines_after":13},` +
		`"one_to_all":{"streams":5000,"received":4999,"first_seconds":0.0012,"last_seconds":0.0345}}`
	const wantCut = `{"address":"http://127.0.0.1:5001","subscribers":10,"publishers":1,"rooms":1,"size_bytes":100,"rate":100,` +
		`"resume":{"streams":10,"behind":1000,"caught_up":9,"seconds":0.25,` +
		`"first_byte_seconds":{"p50":0.01,"p90":0.02,"p99":0.03,"p99_9":0.03,"max":0.03},` +
		`"caught_up_seconds":{"p50":0.1,"p90":0.2,"p99":0.25,"p99_9":0.25,"max":0.25}},` +
		`"churn":{"listeners":1,"opened":1200,"closed":1198,"errors":3}}`
	for want, report := range map[string]Report{wantLoad: load, wantIdle: idle, wantCut: cut} {
		if got, err := json.Marshal(report); err != nil || string(got) != want {
			t.Errorf("got %v\n%s\nwant\n%s", err, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0s", 1.9e-8: "19ns", 3.9551e-7: "396ns", 0.00012349: "123µs", 0.99951: "1s", 12.345: "12.3s", 754: "12m34s",
	} {
		if got := span(seconds); got != want {
			t.Errorf("%v: got %s, want %s", seconds, got, want)
		}
	}
}
