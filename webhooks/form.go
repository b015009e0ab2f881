package webhooks

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"plainchat/chat"
)

// message is what is posted.
type message struct {
	id    string // the same for every try
	event chat.Event
	test  bool // nobody has written it
}

// idOf names a delivery for good: it follows from the webhook and the message.
func idOf(w chat.Webhook, id chat.ID) string { return "msg_" + w.ID + "_" + id.String() }

// encode writes a message in the form that the webhook's receiver reads, and its headers.
func encode(w chat.Webhook, m message, now time.Time) (body []byte, header http.Header, err error) {
	header = http.Header{"User-Agent": {"plainchat"}, "Webhook-Id": {m.id}}
	if w.Form == chat.FormSlack {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		return []byte(slackForm(w, m.event).Encode()), header, nil
	}
	header.Set("Content-Type", "application/json")
	header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	body = standardForm(m)
	secrets := []string{w.Secret}
	if w.Former != "" {
		secrets = append(secrets, w.Former)
	}
	signature, err := sign(m.id, now, body, secrets...)
	header.Set("Webhook-Signature", signature)
	return body, header, err
}

// standardForm is the JSON that Standard Webhooks recommends: a type, the time of the event, and
// as its data the message as event streams have it.
func standardForm(m message) []byte {
	kind := "message"
	if m.test {
		kind = "test"
	}
	body := append([]byte(`{"type":"`), kind...)
	body = append(body, `","timestamp":"`...)
	body = chat.AppendTime(body, m.event.Time)
	body = append(body, `","data":`...)
	return append(m.event.AppendJSON(body), '}')
}

// slackForm are the fields of Slack's outgoing webhooks. Ids that only Slack has are names.
func slackForm(w chat.Webhook, ev chat.Event) url.Values {
	const micros = 1_000
	form := url.Values{
		"token": {w.Secret}, "team_id": {"plainchat"}, "team_domain": {"plainchat"},
		"channel_id": {string(ev.Room)}, "channel_name": {string(ev.Room)},
		"timestamp": {fmt.Sprintf("%d.%06d", ev.Time.Unix(), ev.Time.Nanosecond()/micros)},
		"user_id":   {string(ev.From.Name)}, "user_name": {string(ev.From.Name)},
		"text": {ev.Text()},
	}
	switch w.On {
	case chat.OnKeyword:
		form.Set("trigger_word", w.Word)
	case chat.OnMention:
		form.Set("trigger_word", "@"+w.Word)
	}
	return form
}
