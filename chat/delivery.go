package chat

import (
	"strconv"
	"time"
)

var deliveryKind = &Kind{
	Name: "delivery", Class: Content,
	Decode: decodeDelivery, Sample: Delivery{Of: 1, Webhook: "w5x2", Tries: 2, Outcome: DeliveryRetry, Status: 503, Next: time.UnixMilli(1_767_323_045_000).UTC()},
	Doc: "A webhook has tried to deliver a message.",
}

// Outcome is what has come of a try to deliver a message.
type Outcome string

// The outcomes. After all but DeliveryRetry there is no other try.
const (
	DeliveryDone    Outcome = "done"
	DeliveryRetry   Outcome = "retry"
	DeliveryGaveUp  Outcome = "gave_up"
	DeliveryRefused Outcome = "refused" // for good: the receiver wants no more
)

// Delivery says what has come of a try to deliver a message.
type Delivery struct {
	Of      uint64 // the position of the message
	Webhook string // its id
	Tries   int    // how many there were, this one among them
	Outcome Outcome
	Status  int       // of HTTP; 0 if there was no answer
	Next    time.Time // when the next try is, with DeliveryRetry: UTC, whole milliseconds; zero otherwise
}

type deliveryForm struct {
	Of      uint64  `json:"of"`
	Webhook string  `json:"webhook"`
	Tries   int     `json:"tries"`
	Outcome Outcome `json:"outcome"`
	Status  int     `json:"status"`
	Next    int64   `json:"next"` // ms since 1970; 0 for none
}

// Kind implements Body.
func (Delivery) Kind() *Kind { return deliveryKind }

// Append implements Body.
func (d Delivery) Append(dst []byte) []byte {
	dst = appendString(appendOf(dst, d.Of), "webhook", d.Webhook)
	dst = strconv.AppendInt(appendMember(dst, "tries"), int64(d.Tries), 10)
	dst = appendString(dst, "outcome", string(d.Outcome))
	dst = strconv.AppendInt(appendMember(dst, "status"), int64(d.Status), 10)
	next := int64(0)
	if !d.Next.IsZero() {
		next = d.Next.UnixMilli()
	}
	return append(strconv.AppendInt(appendMember(dst, "next"), next, 10), '}')
}

// Target implements Body.
func (d Delivery) Target() uint64 { return d.Of }

func (d Delivery) appendMembers(dst []byte, epoch string) []byte {
	return appendReference(dst, "target", epoch, d.Of)
}

func decodeDelivery(data string) (Body, error) {
	form, err := decode[deliveryForm](data)
	if err != nil {
		return nil, err
	}
	switch form.Outcome {
	case DeliveryDone, DeliveryGaveUp, DeliveryRefused, DeliveryRetry:
	default:
		return nil, errBody
	}
	if form.Of == 0 || form.Webhook == "" || form.Tries < 1 || form.Status < 0 || (form.Next > 0) != (form.Outcome == DeliveryRetry) || form.Next < 0 {
		return nil, errBody
	}
	d := Delivery{Of: form.Of, Webhook: form.Webhook, Tries: form.Tries, Outcome: form.Outcome, Status: form.Status}
	if form.Next > 0 {
		d.Next = time.UnixMilli(form.Next).UTC()
	}
	return d, nil
}
