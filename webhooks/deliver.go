package webhooks

import (
	"context"
	"crypto/rand"
	"errors"
	"math"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
)

// errGone is a message that is to be delivered no more.
var errGone = errors.New("webhooks: the message is gone")

// deliver makes one try. It returns once the view has what has come of it, or flights ends, and
// reports whether the receiver has failed.
func (d *Deliverer) deliver(flights context.Context, w chat.Webhook, j job) (failed bool) {
	m, err := d.message(flights, w, j.seq)
	switch {
	case errors.Is(err, errGone):
		_ = d.opts.Views.Await(flights, math.MaxUint64) // it does not ask for it then
		rest(flights, troublePause)                     // or it is damaged
		return false
	case err != nil:
		d.opts.Logger.Error("a message that a webhook is to deliver cannot be read", "webhook", w.ID, "seq", j.seq, "err", err, "again_in", troublePause)
		rest(flights, troublePause)
		return false
	}
	a, err := d.client.post(flights, w, m)
	if flights.Err() != nil {
		return false // the next start tries it again
	}
	if err == nil && a.text != "" {
		d.reply(flights, w, m, a.text)
	}
	result := outcome(w, j, a, err, time.Now(), mathrand.Float64()) // #nosec G404 -- it spreads tries, and guards nothing
	d.tell(w, result, err)
	if result.Outcome == chat.DeliveryRefused {
		d.disable(flights, w)
	}
	ev, err := d.append(flights, server, chat.Draft{Room: m.event.Room, From: server.Person, Body: result})
	if err == nil {
		_ = d.opts.Views.Await(flights, ev.ID.Seq)
	} else {
		_ = d.opts.Views.Await(flights, math.MaxUint64) // it was deleted meanwhile
	}
	return !a.ok()
}

// message reads a message as it stands now.
func (d *Deliverer) message(ctx context.Context, w chat.Webhook, seq uint64) (message, error) {
	found, err := d.opts.Messages.At(ctx, seq)
	if err == nil && (len(found) == 0 || found[0].Deleted) {
		err = errGone
	}
	if err != nil {
		return message{}, err
	}
	return message{id: idOf(w, found[0].ID), event: found[0].Event}, nil
}

// outcome is what has come of a try.
func outcome(w chat.Webhook, j job, a answer, err error, now time.Time, chance float64) chat.Delivery {
	d := chat.Delivery{Of: j.seq, Webhook: w.ID, Tries: j.tries + 1, Status: a.status}
	delay, again := pause(d.Tries, a.retryAfter, chance)
	switch {
	case err == nil && a.ok():
		d.Outcome = chat.DeliveryDone
	case a.status == http.StatusGone:
		d.Outcome = chat.DeliveryRefused
	case again:
		d.Outcome, d.Next = chat.DeliveryRetry, now.Add(delay).UTC().Truncate(time.Millisecond)
	default:
		d.Outcome = chat.DeliveryGaveUp
	}
	return d
}

// server is who does what comes of a delivery.
var server = policy.Caller{Person: chat.Person{Name: chat.Operator}, Server: true}

// reply writes what a receiver has answered. It is written once, though the message may be
// delivered twice.
func (d *Deliverer) reply(ctx context.Context, w chat.Webhook, m message, text string) {
	_, err := d.append(ctx, policy.WebhookCaller(w), chat.Draft{
		Room: m.event.Room, From: w.Person(), Key: m.id, Body: chat.Message{Text: text, ReplyTo: m.event.ID.Seq},
	})
	if err != nil && ctx.Err() == nil {
		d.opts.Logger.Debug("what a webhook's receiver answered is not written", "webhook", w.ID, "err", err)
	}
}

// disable disables a webhook whose receiver wants no more.
func (d *Deliverer) disable(ctx context.Context, w chat.Webhook) {
	now, known := d.opts.Service.Facts.WebhookByID(w.ID)
	if !known || now.Disabled || now.URL != w.URL {
		return
	}
	now.Disabled = true
	if _, err := d.append(ctx, server, chat.Draft{From: server.Person, Body: now}); err == nil {
		d.opts.Logger.Warn("a webhook was disabled, since its receiver answered 410 Gone; plainchat webhook enable makes it deliver again", "webhook", w.ID, "to", origin(w))
	}
}

// append appends an event. What goes wrong here it tries again until ctx ends: to deliver again
// would not mend it.
func (d *Deliverer) append(ctx context.Context, c policy.Caller, draft chat.Draft) (chat.Event, error) {
	const longest = time.Minute
	for pause := troublePause; ; pause = min(2*pause, longest) {
		ev, _, err := d.opts.Service.Send(ctx, c, draft)
		if err == nil || ctx.Err() != nil || isFinal(err) {
			return ev, err
		}
		d.opts.Logger.Error("what has come of a delivery cannot be stored", "err", err, "again_in", pause)
		rest(ctx, pause)
	}
}

// isFinal reports whether an event would be refused again.
func isFinal(err error) bool {
	_, refused := errors.AsType[policy.Code](err)
	_, reused := errors.AsType[*store.KeyReused](err)
	_, deleted := errors.AsType[*store.Deleted](err)
	return refused || reused || deleted || errors.Is(err, service.ErrUnchanged)
}

// tell counts and logs what has come of a try.
func (d *Deliverer) tell(w chat.Webhook, result chat.Delivery, err error) {
	record := []any{"webhook", w.ID, "to", origin(w), "seq", result.Of, "tries", result.Tries, "status", result.Status}
	if err != nil {
		record = append(record, "err", err)
	}
	switch result.Outcome {
	case chat.DeliveryDone:
		d.Counts.Done.Add(1)
		d.opts.Logger.Debug("a message was delivered", record...)
	case chat.DeliveryRetry:
		d.Counts.Retry.Add(1)
		d.opts.Logger.Info("a message could not be delivered, and is tried again", append(record, "at", result.Next)...)
	case chat.DeliveryGaveUp:
		d.Counts.GaveUp.Add(1)
		d.opts.Logger.Warn("a message could not be delivered, and is tried no more", record...)
	case chat.DeliveryRefused:
		d.Counts.Refused.Add(1)
	}
}

// origin is what records tell of an address: the rest may be a secret.
func origin(w chat.Webhook) string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Test posts something that nobody has written, and returns the status of the answer. It is no
// delivery: nothing is stored of it, and an answer is not written. Its errors do not have the
// address.
func (d *Deliverer) Test(ctx context.Context, w chat.Webhook) (status int, err error) {
	id := chat.ID{Epoch: "test"}
	room := w.Room
	if room == "" {
		room = chat.Lobby
	}
	a, err := d.client.post(ctx, w, message{
		id: idOf(w, id) + "-" + rand.Text(), test: true,
		event: chat.Event{ID: id, Time: time.Now(), Room: room, From: chat.Person{Name: chat.Operator}, Body: chat.Message{Text: "This is a test."}},
	})
	return a.status, err
}

// rest waits, unless ctx ends before.
func rest(ctx context.Context, pause time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
}
