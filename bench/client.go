package bench

import (
	"context"
	"net"
	"time"

	"plainchat/locale"
)

// answerTimeout bounds the wait for the answer to one request.
const answerTimeout = 30 * time.Second

// errUnreachable marks the errors of requests that were never sent.
var errUnreachable = locale.NewError("cli.bench.unreachable")

// client sends requests, one at a time, on a connection that it keeps open. It is for
// use by one goroutine.
type client struct {
	target *target
	conn   net.Conn // nil until the first request and after a failed one
	in     input
}

// do sends a whole HTTP/1.1 request and returns the status of its answer. After an error the
// outcome of the request is unknown, unless it is errUnreachable.
func (c *client) do(ctx context.Context, request []byte) (status int, err error) {
	if err := c.connect(ctx); err != nil {
		return 0, locale.NewError("cli.bench.connect", "what", errUnreachable, "cause", err)
	}
	h, err := c.exchange(request)
	if err != nil || h.close {
		c.close()
	}
	return h.status, err
}

func (c *client) connect(ctx context.Context) error {
	if c.conn != nil {
		return nil
	}
	conn, err := c.target.dial(ctx)
	if err == nil {
		c.conn, c.in = conn, newInput(conn)
	}
	return err
}

func (c *client) exchange(request []byte) (head, error) {
	if err := c.conn.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return head{}, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return head{}, err
	}
	h, rest, err := c.in.head()
	if err != nil {
		return head{}, err
	}
	return h, c.skipBody(h, rest)
}

// skipBody reads the rest of an answer, so that the connection is ready for the next.
// One that lasts until the connection closes is not waited for.
func (c *client) skipBody(h head, p []byte) error {
	if h.close {
		return nil
	}
	for b := newBody(h); !b.done(); {
		if len(p) == 0 {
			var err error
			if p, err = c.in.next(); err != nil {
				return err
			}
		}
		var err error
		if _, p, err = b.next(p); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}
