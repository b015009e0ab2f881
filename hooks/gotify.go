package hooks

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type gotifyMessage struct {
	Title    text `json:"title"`
	Message  text `json:"message"`
	Priority text `json:"priority"`
	Extras   struct {
		Notification struct {
			Click struct {
				URL text `json:"url"`
			} `json:"click"`
		} `json:"client::notification"`
	} `json:"extras"`
}

// isGotify goes by the address, which all senders have built in.
func isGotify(r *Request) bool {
	return r.Path == "message" && r.Method == http.MethodPost && (r.isJSON() || r.form != nil || r.Query.Has("message"))
}

func gotify(r *Request) ([]Post, error) {
	m, err := gotifyRead(r)
	if err != nil {
		return nil, err
	}
	said := titled(string(m.Title), string(m.Extras.Notification.Click.URL), string(m.Message))
	if strings.TrimSpace(said) == "" {
		return nil, NoText
	}
	return []Post{{Text: words(gotifyMark(string(m.Priority)), said), ID: r.Header.Get("Idempotency-Key")}}, nil
}

func gotifyRead(r *Request) (m gotifyMessage, err error) {
	switch {
	case r.isJSON():
		err = r.decode(&m)
	case r.form != nil || r.Query.Has("message"):
		get := func(name string) text { return text(firstOf(r.form.Get(name), r.Query.Get(name))) }
		m.Title, m.Message, m.Priority = get("title"), get("message"), get("priority")
	default:
		err = Malformed
	}
	return m, err
}

// gotifyMark is the mark of a priority that makes a telephone ring.
func gotifyMark(priority string) string {
	switch priority {
	case "8", "9":
		return "❗"
	case "10":
		return "🚨"
	}
	return ""
}

func acceptGotify(r *Request, sent []Sent) Answer {
	m, _ := gotifyRead(r) // it could be read before
	answer := struct {
		ID       uint64    `json:"id"`
		App      int       `json:"appid"`
		Message  string    `json:"message"`
		Title    string    `json:"title"`
		Priority int       `json:"priority,omitempty"`
		Date     time.Time `json:"date"`
	}{App: 1, Message: clean(string(m.Message)), Title: clean(string(m.Title))}
	answer.Priority, _ = strconv.Atoi(string(m.Priority)) // 0 for none
	if len(sent) > 0 {
		answer.ID, answer.Date = sent[0].Seq, sent[0].Time.UTC()
	}
	body, _ := json.Marshal(answer) // strings, a number and a time
	return Answer{Status: http.StatusOK, Type: typeJSON, Body: string(body) + "\n"}
}

func refuseGotify(why Refusal) Answer {
	status := why.status()
	if why == NoHook || why == Unsigned {
		status = http.StatusUnauthorized // what Gotify says to a token that it does not know
	}
	body, _ := json.Marshal(struct {
		Error       string `json:"error"`
		Code        int    `json:"errorCode"`
		Description string `json:"errorDescription"`
	}{http.StatusText(status), status, strings.TrimPrefix(string(why), "hooks: ")})
	return Answer{Status: status, Type: typeJSON, Body: string(body) + "\n"}
}
