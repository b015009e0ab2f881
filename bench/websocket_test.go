package bench

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// socketLog collects what a WebSocket reader finds.
type socketLog struct{ messages, pings []string }

// readSocket feeds a reader with pieces, each of which is overwritten after it was fed.
func readSocket(pieces ...[]byte) (socketLog, error) {
	var found socketLog
	w := webSocket{
		message: func(p []byte) error { found.messages = append(found.messages, string(p)); return nil },
		ping:    func(p []byte) error { found.pings = append(found.pings, string(p)); return nil },
	}
	for _, piece := range pieces {
		p := bytes.Clone(piece)
		if err := w.feed(p); err != nil {
			return found, err
		}
		clear(p)
	}
	return found, nil
}

// The examples of RFC 6455, section 5.7, and what may lie between fragments.
func TestWebSocketFrames(t *testing.T) {
	long := strings.Repeat("x", 256)
	longer := strings.Repeat("y", 1<<16)
	stream := slices.Concat(
		[]byte("\x81\x05Hello"),
		[]byte("\x01\x03Hel\x89\x05Hello\x80\x02lo"), // a ping between two fragments
		[]byte("\x8a\x05Hello"),                      // an unasked pong
		[]byte("\x82\x7e\x01\x00"+long),
		[]byte("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"+longer),
		[]byte("\x81\x00"),
	)
	want := socketLog{messages: []string{"Hello", "Hello", long, longer, ""}, pings: []string{"Hello"}}
	var bytewise [][]byte
	for i := range stream {
		bytewise = append(bytewise, stream[i:i+1])
	}
	for name, pieces := range map[string][][]byte{"whole": {stream}, "byte by byte": bytewise, "in halves": {stream[:300], stream[300:]}} {
		found, err := readSocket(pieces...)
		if err != nil || !slices.Equal(found.messages, want.messages) || !slices.Equal(found.pings, want.pings) {
			t.Errorf("%s: %d messages, %q, %v", name, len(found.messages), found.pings, err)
		}
	}
}

func TestWebSocketBroken(t *testing.T) {
	for name, c := range map[string]struct {
		frames string
		want   error
	}{
		"closed":                   {"\x88\x02\x03\xe8", errSocketClosed},
		"masked":                   {"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", errSocketFrame},
		"compressed":               {"\xc1\x01x", errSocketFrame},
		"continuation of nothing":  {"\x80\x02lo", errSocketFrame},
		"message in a message":     {"\x01\x03Hel\x81\x02lo", errSocketFrame},
		"unknown opcode":           {"\x83\x01x", errSocketFrame},
		"ping in fragments":        {"\x09\x01x", errSocketFrame},
		"ping of 126 bytes":        {"\x89\x7e\x00\x7e" + strings.Repeat("x", 126), errSocketFrame},
		"longer than anything":     {"\x82\x7f\x00\x00\x00\x01\x00\x00\x00\x00", errSocketFrame},
		"length with the sign bit": {"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", errSocketFrame},
	} {
		if _, err := readSocket([]byte(c.frames)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// The example of RFC 6455, section 1.3.
func TestWebSocketAccept(t *testing.T) {
	if got := acceptOf("dGhlIHNhbXBsZSBub25jZQ=="); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Errorf("got %s", got)
	}
	if checkSocket(head{status: 101, socketAccept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}) == nil {
		t.Error("the answer to another key is accepted")
	}
	if err := checkSocket(head{status: 101, socketAccept: socketAccept}); err != nil {
		t.Error(err)
	}
}

// TestClientFrames: lengths take 7, 16 or 64 bits (RFC 6455, section 5.2).
func TestClientFrames(t *testing.T) {
	for n, want := range map[int]string{
		0: "\x81\x80", 125: "\x81\xfd", 126: "\x81\xfe\x00\x7e", 65535: "\x81\xfe\xff\xff",
		65536: "\x81\xff\x00\x00\x00\x00\x00\x01\x00\x00",
	} {
		payload := strings.Repeat("x", n)
		if got := string(appendSocketFrame(nil, opText, []byte(payload))); got != want+"\x00\x00\x00\x00"+payload {
			t.Errorf("%d bytes begin with %q", n, got[:min(len(got), 14)])
		}
	}
}

// However a stream is cut into pieces, it says the same.
func FuzzWebSocket(f *testing.F) {
	f.Add([]byte("\x81\x05Hello\x01\x03Hel\x89\x05Hello\x80\x02lo\x88\x00"), 3, 9)
	f.Add([]byte("\x82\x7e\x01\x00"+strings.Repeat("x", 256)), 2, 4)
	f.Fuzz(func(t *testing.T, stream []byte, a, b int) {
		if a < 0 || a > b || b > len(stream) {
			return
		}
		whole, wholeErr := readSocket(stream)
		cut, cutErr := readSocket(stream[:a], stream[a:b], stream[b:])
		if !errors.Is(cutErr, wholeErr) || !slices.Equal(whole.messages, cut.messages) || !slices.Equal(whole.pings, cut.pings) {
			t.Errorf("whole: %q, %v\ncut:   %q, %v", whole, wholeErr, cut, cutErr)
		}
	})
}
