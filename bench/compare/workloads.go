package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Figures of the generator's report that the page shows.
const (
	figCPU         = "cpu.server_seconds_per_delivery"
	figServerCPU   = "cpu.server_seconds"
	figGenerator   = "cpu.generator_seconds"
	figDeliveries  = "deliveries.per_second"
	figReceived    = "deliveries.received"
	figP50         = "deliveries.latency_seconds.p50"
	figP99         = "deliveries.latency_seconds.p99"
	figAcks        = "sending.per_second"
	figAcked       = "sending.acknowledged"
	figAckP50      = "sending.latency_seconds.p50"
	figAckP99      = "sending.latency_seconds.p99"
	figStreams     = "server_memory.streams"
	figPerStream   = "server_memory.per_stream_bytes"
	figGoroutines0 = "server_memory.goroutines_before"
	figGoroutines  = "server_memory.goroutines_after"
	figFirst       = "one_to_all.first_seconds"
	figLast        = "one_to_all.last_seconds"
	figCaughtUp    = "resume.seconds"
	figFirstByte99 = "resume.first_byte_seconds.p99"
	figCaughtUp50  = "resume.caught_up_seconds.p50"
	figOpened      = "churn.opened"
)

// Figures that come of several samples.
const (
	figGained = "goroutines_gained_per_stream"
	figNetCPU = "cpu_per_delivery_without_posts"
)

// Names of entries that are no server's alone.
const (
	allStreams  = "plainchat-all-streams"
	oneRoom     = "plainchat-one-room"
	oneRoomPost = "plainchat-one-room-posts"
	rooms       = "plainchat-rooms"
	roomsPost   = "plainchat-rooms-posts"
	oneSender   = "plainchat-one-sender"
	bareFsync   = "fsync"
	quiet       = "plainchat-quiet"
	shortLog    = "plainchat-short-log"
)

// workloads returns all, in the order of their letters.
func workloads() []*workload {
	return []*workload{
		steady(), saturation(), idleStreams(), manyRooms(), durable(), resuming(), longLogs(), comingAndGoing(),
	}
}

// streaming are the servers that have streams: all but the floor of a POST.
func streaming(args ...string) []entry {
	var entries []entry
	for _, s := range servers() {
		if s.name != "nothing" {
			entries = append(entries, entry{name: s.name, server: s.name, base: plainchat, args: args})
		}
	}
	entries[0].base = "" // plainchat's own
	return entries
}

func steady() *workload {
	cpu := column{head: "CPU for each delivery", figure: figCPU, format: seconds}
	return &workload{
		id: "a", title: "1,000 streams, 20 messages a second",
		about: "All in one room: 20,000 deliveries a second, which each server can do with time to spare, or cannot.",
		entries: func(sc scale) []entry {
			return streaming("-s", "1000", "--rate", "20", "--duration", sc.seconds(10, 3))
		},
		columns: []column{
			cpu, cpu.over("of plainchat's"),
			{head: "p50", figure: figP50, format: seconds}, {head: "p99", figure: figP99, format: seconds},
			{head: "generator's CPU", figure: figGenerator, format: seconds},
		},
		chart: &cpu,
	}
}

func saturation() *workload {
	rate := column{head: "deliveries a second", figure: figDeliveries, format: count}
	return &workload{
		id: "b", title: "1,000 streams, as fast as it goes",
		about: "64 senders, each of which sends again when it has its answer. The generator has the same processors. " +
			"Servers that answer at once and queue without bound are given fewer messages, so that they come to an end.",
		entries: func(sc scale) []entry {
			entries := streaming("-s", "1000", "-p", "64", "--duration", sc.seconds(5, 2))
			for i, e := range entries {
				if findServer(e.server).protocol == "socketio" {
					most := strconv.Itoa(sc.pick(500, 100))
					entries[i].args = append(slices.Clone(e.args), "--messages", most)
				}
			}
			return entries
		},
		columns: []column{
			rate, rate.under("plainchat does"),
			{head: "messages a second", figure: figAcks, format: count},
			{head: "generator's CPU", figure: figGenerator, format: seconds},
		},
		chart: &rate,
	}
}

func idleStreams() *workload {
	size := column{head: "memory for each", figure: figPerStream, format: size}
	return &workload{
		id: "c", title: "Idle streams, then one message to all",
		about: "Resident memory of the server with all its processes, before and after the streams are open; " +
			"then the time from sending one message until the last stream has it.",
		entries: func(sc scale) []entry {
			most := max(1, min(sc.pick(19_000, 4_000), sc.descriptors-1_000))
			entries := streaming("--idle", strconv.Itoa(sc.pick(2_000, 1_000)))
			return append(entries, entry{
				name: allStreams, title: "plainchat, near the limit",
				server: plainchat, args: []string{"--idle", strconv.Itoa(most)},
			})
		},
		complete: goroutinesGained,
		columns: []column{
			{head: "streams", figure: figStreams, format: count},
			size, size.over("of plainchat's"),
			{head: "first has it", figure: figFirst, format: seconds}, {head: "last has it", figure: figLast, format: seconds},
			{head: "goroutines for each", figure: figGained, format: decimal},
		},
		chart: &size,
	}
}

// goroutinesGained works out how many goroutines a stream costs, where that is known.
func goroutinesGained(r *Run) {
	for _, s := range r.Samples {
		after, ok := s.Figures[figGoroutines]
		if ok && s.Figures[figStreams] > 0 {
			s.Figures[figGained] = (after - s.Figures[figGoroutines0]) / s.Figures[figStreams]
		}
	}
}

func manyRooms() *workload {
	all := column{head: "CPU for each delivery, all in all", figure: figCPU, format: seconds}
	net := column{head: "without the POSTs", figure: figNetCPU, format: seconds}
	return &workload{
		id: "d", title: "1,000 rooms of 10 streams, messages spread by Zipf's law",
		about: "20,000 deliveries a second as in the first workload, but by 2,000 messages a second instead of 20. " +
			"So most of the work is taking messages in; what that costs is measured by the same messages without any stream, and subtracted.",
		entries: func(sc scale) []entry {
			one := []string{"--rate", "20", "--duration", sc.seconds(10, 3)}
			many := []string{"--rooms", "1000", "--zipf", "1.1", "-p", "16", "--rate", "2000", "--duration", sc.seconds(10, 3)}
			return []entry{
				{name: oneRoom, title: "1 room of 1,000", server: plainchat, args: append([]string{"-s", "1000"}, one...)},
				{name: oneRoomPost, title: "1 room of none", server: plainchat, args: append([]string{"-s", "0"}, one...)},
				{name: rooms, title: "1,000 rooms of 10", server: plainchat, base: oneRoom, args: append([]string{"-s", "10000"}, many...)},
				{name: roomsPost, title: "1,000 rooms of none", server: plainchat, args: append([]string{"-s", "0"}, many...)},
			}
		},
		complete: func(r *Run) {
			withoutPosts(r, oneRoom, oneRoomPost)
			withoutPosts(r, rooms, roomsPost)
		},
		columns: []column{
			all, all.over("of 1 room's"), net, net.over("of 1 room's"),
			{head: "p99", figure: figP99, format: seconds},
			{head: "messages a second", figure: figAcks, format: count},
		},
		rows: "plainchat with",
	}
}

// withoutPosts works out what a delivery costs beside taking the messages in.
func withoutPosts(r *Run, streams, posts string) {
	for _, s := range r.Samples {
		for _, p := range r.Samples {
			if s.Subject != streams || p.Subject != posts || s.Round != p.Round || p.Figures[figAcked] == 0 || s.Figures[figReceived] == 0 {
				continue
			}
			post := p.Figures[figServerCPU] / p.Figures[figAcked]
			s.Figures[figNetCPU] = (s.Figures[figServerCPU] - post*s.Figures[figAcked]) / s.Figures[figReceived]
		}
	}
}

func durable() *workload {
	rate := column{head: "answers a second", figure: figAcks, format: count}
	p50 := column{head: "p50", figure: figAckP50, format: seconds}
	p99 := column{head: "p99", figure: figAckP99, format: seconds}
	return &workload{
		id: "e", title: "Durable messages",
		about: fmt.Sprintf("No streams. 64 senders beside a server that only reads and answers; "+
			"one sender beside a bare loop of write(2) of %d bytes and fsync(2) to a file on the same disk.", recordSize),
		entries: func(sc scale) []entry {
			crowd := []string{"-s", "0", "-p", "64", "--duration", sc.seconds(5, 2)}
			one := []string{"-s", "0", "-p", "1", "--duration", sc.seconds(5, 2)}
			return []entry{
				{name: plainchat, title: "plainchat, 64 senders", server: plainchat, base: "nothing", args: crowd},
				{name: "nothing", title: "POST and nothing, 64 senders", server: "nothing", args: crowd},
				{name: oneSender, title: "plainchat, one sender", server: plainchat, base: bareFsync, args: one},
				{name: bareFsync, title: "write(2) and fsync(2)", measure: func(ctx context.Context, l *lab) (Figures, error) {
					return fsyncFigures(ctx, l.dir, time.Duration(sc.pick(5, 2))*time.Second)
				}},
			}
		},
		columns: []column{
			rate, rate.over("of the floor's"),
			p50, p50.over("of the floor's"), p99, p99.over("of the floor's"),
		},
		chart: &rate,
	}
}

func resuming() *workload {
	return &workload{
		id: "f", title: "5,000 streams cut at once, resuming 1,000 messages back",
		about: "All come back with the Last-Event-ID they had, while sending goes on, 20 messages a second: " +
			"5 million deliveries from the log beside 100,000 a second that are new.",
		entries: func(sc scale) []entry {
			args := []string{"-s", strconv.Itoa(sc.pick(5_000, 1_000)), "--resume", strconv.Itoa(sc.pick(1_000, 200)), "--rate", "20"}
			return []entry{{name: plainchat, server: plainchat, args: args}}
		},
		columns: []column{
			{head: "streams", figure: "resume.streams", format: count},
			{head: "behind", figure: "resume.behind", format: count},
			{head: "first byte, p99", figure: figFirstByte99, format: seconds},
			{head: "caught up, p50", figure: figCaughtUp50, format: seconds},
			{head: "all caught up", figure: figCaughtUp, format: seconds},
		},
	}
}

func longLogs() *workload {
	memory := column{head: "memory", figure: figMemory, format: size}
	return &workload{
		id: "g", title: "A long log",
		about: "Filled beforehand, in 100 rooms. Then, each time: killed with SIGKILL right after a message was stored; " +
			"started, until /readyz answers 200; 200 resumes at random places, until the first event is there; " +
			"200 pages of the last 50 messages of a room; and what the process holds in memory after that.",
		entries: func(sc scale) []entry {
			entryOf := func(name, base string, messages int) entry {
				return entry{name: name, title: count(float64(messages)) + " messages", server: plainchat, base: base, measure: measureLog(messages)}
			}
			return []entry{entryOf(plainchat, shortLog, sc.longLog()), entryOf(shortLog, "", shortLogLength)}
		},
		columns: []column{
			{head: "start", figure: figStart, format: seconds},
			{head: "first event, p50", figure: figResume50, format: seconds}, {head: "p99", figure: figResume99, format: seconds},
			{head: "last page, p50", figure: figPage50, format: seconds}, {head: "p99", figure: figPage99, format: seconds},
			memory, memory.over("of the short log's"),
			{head: "on disk", figure: figDisk, format: size},
		},
		rows: "log",
	}
}

func comingAndGoing() *workload {
	cpu := column{head: "CPU for each delivery", figure: figCPU, format: seconds}
	p99 := column{head: "p99", figure: figP99, format: seconds}
	return &workload{
		id: "h", title: "1,000 named listeners coming and going",
		about: "In the room of 100 steady streams that get 20 messages a second, so that presence is always news; beside the same without them.",
		entries: func(sc scale) []entry {
			args := []string{"-s", "100", "--rate", "20", "--duration", sc.seconds(10, 3)}
			return []entry{
				{name: plainchat, title: "1,000 come and go", server: plainchat, base: quiet, args: append([]string{"--churn", "1000"}, args...)},
				{name: quiet, title: "nobody does", server: plainchat, args: args},
			}
		},
		columns: []column{
			{head: "came", figure: figOpened, format: count},
			{head: "server's CPU", figure: figServerCPU, format: seconds},
			cpu, {head: "p50", figure: figP50, format: seconds}, p99, p99.over("of the quiet room's"),
		},
		rows: "while",
	}
}
