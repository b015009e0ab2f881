package bench

import (
	"bufio"
	"bytes"
	"net/http"
	"testing"
)

func TestParseHead(t *testing.T) {
	for raw, want := range map[string]head{
		"HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n":                               {status: 201, length: 12},
		"HTTP/1.1 200 OK\r\ncontent-type:text/event-stream; charset=utf-8\r\n\r\n":         {status: 200, length: -1, close: true, eventStream: true},
		"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\n":                            {status: 200, length: -1, chunked: true},
		"HTTP/1.1 429 Too Many Requests\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n": {status: 429, close: true},
		"HTTP/1.1 204 No Content\r\n\r\n":                                                  {status: 204},
		"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n":                                     {status: 200, length: 2, close: true},
		"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n":                                       {status: 200, length: 2},
	} {
		got, size, err := parseHead([]byte(raw + "body"))
		if err != nil || got != want || size != len(raw) {
			t.Errorf("%q: got %+v, %d, %v", raw, got, size, err)
		}
		for i := range len(raw) {
			if _, size, err := parseHead([]byte(raw[:i])); size != 0 || err != nil {
				t.Errorf("%q: got %d, %v", raw[:i], size, err)
			}
		}
	}
}

func TestParseHeadRefuses(t *testing.T) {
	for _, raw := range []string{
		"\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
		"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
	} {
		if h, size, err := parseHead([]byte(raw)); err != errBadHead || size != 0 {
			t.Errorf("%q: got %+v, %d, %v", raw, h, size, err)
		}
	}
}

// FuzzParseHead holds it against net/http: what both accept, they read alike.
func FuzzParseHead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 201 Created\r\nContent-Length: 12\r\nX: y\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, size, err := parseHead(raw)
		if err != nil || size == 0 {
			return
		}
		if bytes.Count(raw, []byte("\n")) != bytes.Count(raw, []byte("\r\n")) {
			return // net/http takes a bare LF for a line ending
		}
		res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw[:size])), nil)
		if err != nil {
			return
		}
		if h.status != res.StatusCode || len(res.TransferEncoding) > 0 && !h.chunked {
			t.Errorf("%q: got %+v, net/http has %d, %v", raw, h, res.StatusCode, res.TransferEncoding)
		}
	})
}
