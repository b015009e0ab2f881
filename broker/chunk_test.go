package broker

import (
	"bytes"
	"io"
	"net/http/httputil"
	"strings"
	"testing"
)

func TestChunkBytes(t *testing.T) {
	for data, want := range map[string]string{
		":\n":                   "000002\r\n:\n\r\n",
		strings.Repeat("x", 26): "00001a\r\n" + strings.Repeat("x", 26) + "\r\n",
		"":                      "", // it would be the last chunk
	} {
		chunk := asChunk([]byte(data))
		if string(chunk) != want {
			t.Errorf("%q is %q, want %q", data, chunk, want)
		}
		if got := string(bare(chunk)); got != data {
			t.Errorf("%q holds %q, want %q", chunk, got, data)
		}
	}
}

// Chunks one after the other are what any reader of the coding takes them for, and what
// they hold is found in the same bytes.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("a"), []byte("bc"))
	f.Add([]byte(""), []byte("\r\n0\r\n\r\n"))
	f.Add(bytes.Repeat([]byte("x"), 70000), []byte("0"))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		wire := append(asChunk(first), asChunk(second)...)
		got, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(wire)))
		if err != io.ErrUnexpectedEOF && len(wire) > 0 { // since there is no last one
			t.Errorf("reading ends with %v", err)
		}
		if want := append(bytes.Clone(first), second...); !bytes.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
