package main

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"plainchat/chat"
	"plainchat/store"
)

// Figures of a log of some length.
const (
	figStart    = "start_seconds" // from exec to the first 200 of /readyz
	figResume50 = "resume_seconds.p50"
	figResume99 = "resume_seconds.p99"
	figPage50   = "page_seconds.p50"
	figPage99   = "page_seconds.p99"
	figMemory   = "resident_bytes"
	figDisk     = "disk_bytes"
)

const (
	shortLogLength = 10_000 // messages
	logRooms       = 100
	logRequests    = 200
	fillers        = 2_048 // at once: some commits' worth
	startLimit     = time.Minute
)

// longLog returns how many messages the long log has.
func (s scale) longLog() int { return s.pick(10_000_000, 200_000) }

// longLog is a data folder with so many messages.
type longLog struct {
	dir      string
	messages int
}

// filled returns a filled log. It is filled once.
func (l *lab) filled(ctx context.Context, messages int) (*longLog, error) {
	if log := l.longLogs[messages]; log != nil {
		return log, nil
	}
	log := &longLog{filepath.Join(l.dir, fmt.Sprintf("log-%d", messages)), messages}
	began := time.Now()
	if err := log.fill(ctx); err != nil {
		return nil, err
	}
	fmt.Fprintf(l.log, "filled a log of %d messages in %v\n", messages, time.Since(began).Round(time.Second))
	l.longLogs[messages] = log
	return log, nil
}

// fill appends the messages, from many goroutines so that they share commits.
func (log *longLog) fill(ctx context.Context) error {
	to, err := store.Open(ctx, store.Options{Dir: log.dir})
	if err != nil {
		return err
	}
	defer to.Close()
	text := strings.Repeat("what people say ", 6)
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range min(fillers, log.messages) {
		group.Go(func() error {
			for i := next.Add(1); i <= int64(log.messages); i = next.Add(1) {
				m, err := chat.NewMessage(logRoom(int(i)%logRooms), "filler", text, "")
				if err != nil {
					return err
				}
				if _, _, err := to.Append(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return to.Close()
}

func logRoom(i int) chat.Room { return chat.Room(fmt.Sprintf("room-%02d", i)) }

// measureLog kills a server on a log of so many messages, and measures the next.
func measureLog(messages int) func(context.Context, *lab) (Figures, error) {
	return func(ctx context.Context, l *lab) (Figures, error) {
		log, err := l.filled(ctx, messages)
		if err != nil {
			return nil, err
		}
		epoch, err := log.crash(ctx, l)
		if err != nil {
			return nil, err
		}
		return log.measure(ctx, l, epoch)
	}
}

// start starts plainchat on the log and returns how long it took to be ready.
func (log *longLog) start(ctx context.Context, l *lab) (*process, *client, time.Duration, error) {
	port, err := freePort()
	if err != nil {
		return nil, nil, 0, err
	}
	cmd, err := startPlainchat(l, port, log.dir)
	if err != nil {
		return nil, nil, 0, err
	}
	c := newClient("127.0.0.1:" + port)
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	began := time.Now()
	p, err := launch(cmd, c.address, log.dir+".output")
	if err != nil {
		return nil, nil, 0, err
	}
	if err := p.ready(ctx, time.Millisecond, c.isReady); err != nil {
		p.stop()
		return nil, nil, 0, err
	}
	return p, c, time.Since(began), nil
}

// crash runs a server and kills it after the last of some messages was stored. It
// returns the log's epoch.
func (log *longLog) crash(ctx context.Context, l *lab) (epoch string, err error) {
	p, c, _, err := log.start(ctx, l)
	if err != nil {
		return "", err
	}
	defer p.stop()
	defer c.close()
	for range logRequests {
		ev, err := c.post(ctx, logRoom(0), "last words")
		if err != nil {
			return "", err
		}
		epoch = ev.ID.Epoch
	}
	return epoch, nil
}

// measure starts a server and asks it for this and that.
func (log *longLog) measure(ctx context.Context, l *lab, epoch string) (Figures, error) {
	p, c, took, err := log.start(ctx, l)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	defer c.close()
	f := Figures{figStart: took.Seconds()}
	var resumes, pages []float64
	for range logRequests {
		id := chat.ID{Epoch: epoch, Seq: rand.Uint64N(uint64(log.messages - log.messages/10))}
		room := logRoom(rand.IntN(logRooms))
		resumed, err := timed(func() error { return c.firstEvent(ctx, room, id) })
		if err != nil {
			return nil, fmt.Errorf("resuming at %s: %w", id, err)
		}
		read, err := timed(func() error { return c.lastPage(ctx, room) })
		if err != nil {
			return nil, fmt.Errorf("reading the last page: %w", err)
		}
		resumes, pages = append(resumes, resumed), append(pages, read)
	}
	f[figResume50], f[figResume99] = percentile(resumes, 50), percentile(resumes, 99)
	f[figPage50], f[figPage99] = percentile(pages, 50), percentile(pages, 99)
	if f[figMemory], err = c.resident(ctx); err != nil {
		return nil, err
	}
	f[figDisk], err = folderSize(log.dir)
	return f, err
}

// timed returns how many seconds something takes.
func timed(f func() error) (float64, error) {
	began := time.Now()
	err := f()
	return time.Since(began).Seconds(), err
}

func folderSize(dir string) (bytes float64, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += float64(info.Size())
		}
		return err
	})
	return bytes, err
}
