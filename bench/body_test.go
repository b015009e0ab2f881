package bench

import (
	"bytes"
	"fmt"
	"net/http/httputil"
	"strings"
	"testing"
)

// decode returns the data of a body that arrives in the given pieces, and what came
// after its end.
func decode(b body, pieces ...string) (data, rest string, err error) {
	for _, piece := range pieces {
		p := []byte(piece)
		for len(p) > 0 && !b.done() {
			var d []byte
			if d, p, err = b.next(p); err != nil {
				return "", "", err
			}
			data += string(d)
		}
		rest += string(p)
	}
	if !b.done() && b.coding != untilClose {
		return data, rest, fmt.Errorf("not done after %q", pieces)
	}
	return data, rest, nil
}

// chunks returns a chunked body, written by the standard library, in chunks of the given sizes.
func chunks(data string, sizes ...int) string {
	var b bytes.Buffer
	w := httputil.NewChunkedWriter(&b)
	for _, n := range sizes {
		fmt.Fprint(w, data[:n])
		data = data[n:]
	}
	w.Close()
	return b.String() + "\r\n"
}

func TestBodySplitAnywhere(t *testing.T) {
	data := strings.Repeat("0123456789abcdef", 3)
	for name, c := range map[string]struct {
		head head
		raw  string
	}{
		"chunked":                {head{chunked: true, length: -1}, chunks(data, 1, 30, 17)},
		"extensions and trailer": {head{chunked: true, length: -1}, "30;a=b\r\n" + data + "\r\n0;c\r\nX: y\r\nZ: 0\r\n\r\n"},
		"upper case, bare LF":    {head{chunked: true, length: -1}, "1F\n" + data[:31] + "\n11\n" + data[31:] + "\n0\n\n"},
		"known length":           {head{length: len(data)}, data},
	} {
		t.Run(name, func(t *testing.T) {
			raw := c.raw + "next"
			for i := range len(raw) {
				got, rest, err := decode(newBody(c.head), raw[:i], raw[i:])
				if err != nil || got != data || rest != "next" {
					t.Fatalf("split at %d: got %q, rest %q, %v", i, got, rest, err)
				}
			}
			got, rest, err := decode(newBody(c.head), strings.Split(raw, "")...)
			if err != nil || got != data || rest != "next" {
				t.Errorf("byte by byte: got %q, rest %q, %v", got, rest, err)
			}
		})
	}
}

func TestBodyUntilClose(t *testing.T) {
	got, _, err := decode(newBody(head{length: -1}), "some", "thing")
	if got != "something" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestBrokenChunks(t *testing.T) {
	for _, raw := range []string{"\r\n", "x\r\n", "-1\r\n", "fffffffff\r\n", ";\r\n"} {
		if data, _, err := decode(newBody(head{chunked: true}), raw); err != errBadChunk {
			t.Errorf("%q: got %q, %v", raw, data, err)
		}
	}
}

// FuzzBody checks that it makes no difference where a chunked body is split.
func FuzzBody(f *testing.F) {
	f.Add(chunks("some data in chunks", 4, 5, 10), uint(7))
	f.Add("5;x\r\nabcde\r\n0\r\nA: b\r\n\r\nrest", uint(9))
	f.Add("zz", uint(1))
	f.Fuzz(func(t *testing.T, raw string, at uint) {
		i := int(at % uint(len(raw)+1))
		data, rest, err := decode(newBody(head{chunked: true}), raw)
		data2, rest2, err2 := decode(newBody(head{chunked: true}), raw[:i], raw[i:])
		if data != data2 || rest != rest2 || (err == nil) != (err2 == nil) {
			t.Errorf("whole: %q, %q, %v; split at %d: %q, %q, %v", data, rest, err, i, data2, rest2, err2)
		}
	})
}
