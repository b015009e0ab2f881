package bench

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
)

// WriteText writes the report for a person: aligned, in units that fit.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	r.writeTitle(&b)
	if r.Memory != nil {
		r.Memory.write(&b)
	}
	if r.OneToAll != nil {
		fmt.Fprintf(&b, "\nOne message to all: %s of %s have it, the first after %s, the last after %s\n",
			count(r.OneToAll.Received), plural(r.OneToAll.Streams, "stream"), span(r.OneToAll.First), span(r.OneToAll.Last))
	}
	if r.Sending != nil {
		r.writeCounts(&b)
		r.writeLatencies(&b)
	}
	if r.Resume != nil {
		r.Resume.write(&b)
	}
	if c := r.Churn; c != nil {
		fmt.Fprintf(&b, "\n%s came and went %s times; %s failed\n", plural(c.Listeners, "listener"), count(c.Opened), count(c.Errors))
	}
	if r.CPU != nil {
		r.CPU.write(&b)
	}
	for _, what := range slices.Sorted(maps.Keys(r.Errors)) {
		fmt.Fprintf(&b, "Connections failed: %s (%s)\n", what, count(r.Errors[what]))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) writeTitle(b *strings.Builder) {
	fmt.Fprintf(b, "%s: ", r.Address)
	if r.Memory != nil {
		fmt.Fprintf(b, "%s idle\n\n", plural(r.Subscribers, "stream"))
		return
	}
	pace := "as fast as they are acknowledged"
	if r.Rate > 0 {
		pace = count(r.Rate) + "/s"
	}
	fmt.Fprintf(b, "%s, %s, %s, messages of %s bytes, %s\n\n",
		plural(r.Subscribers, "subscriber"), plural(r.Publishers, "publisher"), plural(r.Rooms, "room"), count(r.Size), pace)
}

func (m *Memory) write(b *strings.Builder) {
	t := newTable(b)
	fmt.Fprintf(t, "Server memory\tbefore\tafter\teach stream\n")
	fmt.Fprintf(t, "\t%s\t%s\t%s bytes\n", bytesText(m.Before), bytesText(m.After), humanize.Comma(int64(math.Round(m.PerStream))))
	t.Flush()
	if !m.Settled {
		fmt.Fprintln(b, "The server's memory had not settled when it was read.")
	}
	if m.GoroutinesAfter > 0 {
		fmt.Fprintf(b, "Goroutines: %s before, %s after\n", count(m.GoroutinesBefore), count(m.GoroutinesAfter))
	}
}

func (r *Resume) write(b *strings.Builder) {
	fmt.Fprintf(b, "\nOf %s cut and %s messages behind, %s caught up, the last after %s\n\n",
		plural(r.Streams, "stream"), count(r.Behind), count(r.CaughtUp), span(r.Seconds))
	t := newTable(b)
	fmt.Fprintf(t, "Coming back\tp50\tp90\tp99\tp99.9\tmax\n")
	r.FirstByte.write(t, "first message")
	r.Done.write(t, "caught up")
	t.Flush()
}

func (r *Report) writeCounts(b *strings.Builder) {
	s, d := r.Sending, r.Deliveries
	t := newTable(b)
	fmt.Fprintf(t, "\tcount\tper second\ttime\n")
	fmt.Fprintf(t, "Acknowledged\t%s\t%s\t%s\n", count(s.Acknowledged), perSecond(s.PerSecond), span(s.Seconds))
	if d != nil {
		fmt.Fprintf(t, "Delivered\t%s\t%s\t%s\n", count(d.Received), perSecond(d.PerSecond), span(d.Seconds))
	}
	t.Flush()
	if d != nil {
		d.writeFaults(b, len(r.Faults))
	}
	s.writeRefusals(b)
}

func (d *Deliveries) writeFaults(b *strings.Builder, streams int) {
	fmt.Fprintf(b, "\nOf %s deliveries lost %s, duplicated %s, out of order %s, misrouted %s", count(d.Expected),
		count(d.Lost), count(d.Duplicated), count(d.OutOfOrder), count(d.Misrouted))
	if streams > 0 {
		fmt.Fprintf(b, "; faults on %s", plural(streams, "stream"))
	}
	b.WriteString("\n")
}

// writeRefusals says which answers were not acknowledgements.
func (s *Sending) writeRefusals(b *strings.Builder) {
	for _, status := range slices.Sorted(maps.Keys(s.Statuses)) {
		switch n := count(s.Statuses[status]); {
		case acknowledges(status):
		case status == 429:
			fmt.Fprintf(b, "Refused with status 429: %s (the server limits the rate of each client)\n", n)
		default:
			fmt.Fprintf(b, "Refused with status %d: %s\n", status, n)
		}
	}
	if s.Unanswered > 0 {
		fmt.Fprintf(b, "Sent without getting an answer: %s\n", count(s.Unanswered))
	}
}

func (r *Report) writeLatencies(b *strings.Builder) {
	b.WriteString("\n")
	t := newTable(b)
	fmt.Fprintf(t, "Latency\tp50\tp90\tp99\tp99.9\tmax\n")
	r.Sending.Latency.write(t, "acknowledgement")
	if r.Deliveries != nil {
		r.Deliveries.Latency.write(t, "delivery")
	}
	t.Flush()
}

func (p Percentiles) write(w io.Writer, name string) {
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", name, span(p.P50), span(p.P90), span(p.P99), span(p.P999), span(p.Max))
}

func (c *CPU) write(b *strings.Builder) {
	b.WriteString("\n")
	t := newTable(b)
	fmt.Fprintf(t, "Processor time\tserver\teach delivery\tgenerator\n")
	fmt.Fprintf(t, "\t%s\t%s\t%s\n", known(c.Server), known(c.PerDelivery), span(c.Generator))
	t.Flush()
}

func newTable(b *strings.Builder) *tabwriter.Writer {
	return tabwriter.NewWriter(b, 0, 0, 3, ' ', 0)
}

func count(n int) string { return humanize.Comma(int64(n)) }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

func perSecond(rate float64) string { return humanize.Comma(int64(math.Round(rate))) }

func bytesText(n float64) string { return humanize.IBytes(uint64(max(n, 0))) }

// known words seconds that may not have been measured.
func known(seconds float64) string {
	if seconds == 0 {
		return "unknown"
	}
	return span(seconds)
}

// span words seconds with three digits.
func span(seconds float64) string {
	d := time.Duration(math.Round(seconds * float64(time.Second)))
	unit := time.Nanosecond
	for unit*1000 <= d {
		unit *= 10
	}
	return d.Round(unit).String()
}
