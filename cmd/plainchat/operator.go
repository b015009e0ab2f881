package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"plainchat/locale"
)

// operated is a server that is administered: the one that uses the data folder. Whoever can open
// the folder is its operator.
type operated struct{ folder }

// maxOperatorAnswer is how much is read of an answer, in bytes: more than 100,000 rooms take.
const maxOperatorAnswer = 64 << 20

// ask makes a request, with in as its JSON unless that is nil, and reads the answer's JSON into
// out unless that is nil.
func (o operated) ask(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if in == nil {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://plainchat"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	if language := acceptLanguage(ctx); language != "" {
		req.Header.Set("Accept-Language", language)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := socketClient(o.Data).Do(req)
	if err != nil {
		return describeSocket(o.Data, err)
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		return refused(res)
	}
	if out == nil {
		return nil
	}
	body, err = io.ReadAll(io.LimitReader(res.Body, maxOperatorAnswer))
	if err == nil && len(body) == maxOperatorAnswer {
		err = locale.NewError("cli.answer_too_long")
	}
	if err != nil {
		return describeSocket(o.Data, err)
	}
	return json.Unmarshal(body, out)
}
