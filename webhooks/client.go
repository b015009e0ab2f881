package webhooks

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"plainchat/chat"
)

const (
	tryTimeout     = 15 * time.Second // from the connection to the end of the answer
	idleTimeout    = 30 * time.Second
	maxHeaderBytes = 16 << 10
)

// client posts messages. Redirects are answers like others, since what they lead to is nothing
// that the operator has named.
type client struct{ http http.Client }

func newClient(guard *Guard) *client {
	return &client{http.Client{
		Transport: &http.Transport{
			DialContext: guard.dial, ForceAttemptHTTP2: true, DisableCompression: true, // Proxy is none: it would connect for us
			TLSHandshakeTimeout: connectTimeout, IdleConnTimeout: idleTimeout, MaxIdleConnsPerHost: 1,
			MaxResponseHeaderBytes: maxHeaderBytes,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// post makes one try. Its errors do not have the address, which may be a secret.
func (c *client) post(ctx context.Context, w chat.Webhook, m message) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	body, header, err := encode(w, m, time.Now())
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return answer{}, withoutURL(err)
	}
	req.Header = header
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, withoutURL(err)
	}
	defer res.Body.Close()
	return readAnswer(res, time.Now())
}

func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
