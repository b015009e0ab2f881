package store

import (
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"plainchat/chat"
)

// With no space left appends are refused at once and store nothing; reading goes
// on, and so does appending as soon as there is space.
func TestDiskFull(t *testing.T) {
	log, err := Open(t.Context(), Options{Dir: t.TempDir(), Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	pages := func(limit string) {
		t.Helper()
		if _, err := log.conn.ExecContext(t.Context(), "PRAGMA max_page_count = "+limit); err != nil {
			t.Fatal(err)
		}
	}
	pages("20")
	message := chat.Message{Room: "r", UserName: "me", Text: strings.Repeat("x", 4000)}
	var stored uint64
	for {
		if _, _, err = log.Append(t.Context(), message); err != nil {
			break
		}
		stored++
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("err = %v, want ErrFull", err)
	}
	n := uint64(0)
	for ev, err := range log.Read(t.Context(), 0, 1000) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; ev.ID.Seq != n {
			t.Errorf("event %d is %s", n, ev.ID)
		}
	}
	if n != stored {
		t.Errorf("%d events can be read, %d were stored", n, stored)
	}
	pages("1000")
	if ev, _, err := log.Append(t.Context(), message); err != nil || ev.ID.Seq != stored+1 {
		t.Errorf("with space again: %s, %v; want %d", ev.ID, err, stored+1)
	}
}
