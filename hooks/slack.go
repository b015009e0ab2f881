package hooks

import (
	"net/http"
	"strings"
)

// Incoming webhooks of Slack, and those of Mattermost and Rocket.Chat, which take the same JSON.

type slackMessage struct {
	Text        text              `json:"text"`
	Attachments []slackAttachment `json:"attachments"`
	Blocks      []slackBlock      `json:"blocks"`
}

type slackAttachment struct {
	Fallback  text         `json:"fallback"`
	Color     text         `json:"color"`
	Pretext   text         `json:"pretext"`
	Author    text         `json:"author_name"`
	Title     text         `json:"title"`
	TitleLink text         `json:"title_link"`
	Text      text         `json:"text"`
	Fields    []slackField `json:"fields"`
	ImageURL  text         `json:"image_url"`
	Footer    text         `json:"footer"`
	Blocks    []slackBlock `json:"blocks"`
}

type slackField struct {
	Title text `json:"title"`
	Value text `json:"value"`
}

// isSlack takes JSON that cannot be read, too: of all senders of JSON, these alone have a word for it.
// Apprise's own JSON has attachments as well, but they are files.
func isSlack(r *Request) bool {
	switch {
	case r.form != nil && r.form.Has("payload"), !r.isJSON() && mediaType(r) == typeJSON:
		return true
	case r.names("text"), r.names("blocks"):
		return true
	}
	return !r.has("message") && (r.names("attachments") || r.names("channel") || r.names("username"))
}

func slack(r *Request) ([]Post, error) {
	var m slackMessage
	if err := r.decode(&m); err != nil {
		return nil, err
	}
	said := mrkdwn(string(m.Text))
	if shown := slackBlocks(m.Blocks); shown != "" { // the text is for those who cannot show blocks
		said = shown
	}
	parts := []string{said}
	for _, a := range m.Attachments {
		parts = append(parts, a.shown())
	}
	all := joined("\n", parts...)
	if strings.TrimSpace(all) == "" {
		return nil, NoText
	}
	return []Post{{Text: all}}, nil
}

// shown is an attachment as lines.
func (a slackAttachment) shown() string {
	title := linked(strong(mrkdwn(string(a.Title))), string(a.TitleLink))
	said := []string{mrkdwn(string(a.Pretext)), mrkdwn(string(a.Author)), words(colorMark(string(a.Color)), title), mrkdwn(string(a.Text))}
	for _, f := range a.Fields {
		name, value := strong(mrkdwn(string(f.Title))), mrkdwn(string(f.Value))
		if name != "" && value != "" {
			name += ":"
		}
		said = append(said, words(name, value))
	}
	said = append(said, slackBlocks(a.Blocks), imageLink("", string(a.ImageURL)), mrkdwn(string(a.Footer)))
	mark := colorMark(string(a.Color))
	if all := joined("\n", said...); all != mark {
		return all
	}
	return words(mark, mrkdwn(string(a.Fallback)))
}

// imageLink leads to an image, if there is one.
func imageLink(alt, address string) string {
	if address == "" {
		return ""
	}
	return linked(words("🖼", plain(alt)), address)
}

// colorMark is the mark of a color that means something by its name, or is one of those that senders use
// as if it did.
func colorMark(color string) string {
	switch strings.ToLower(strings.TrimPrefix(color, "#")) {
	case "danger", "ff0000", "d63232", "a30200", "dc3545":
		return "🔴"
	case "warning", "daa038", "ffcc00", "ffc107":
		return "🟡"
	case "good", "36a64f", "2eb886", "2eb67d", "28a745":
		return "🟢"
	}
	return ""
}

func acceptSlack(*Request, []Sent) Answer {
	return Answer{Status: http.StatusOK, Type: "text/plain", Body: "ok"}
}

func refuseSlack(why Refusal) Answer {
	body := map[Refusal]string{
		NoText: "no_text", Malformed: "invalid_payload", Unsigned: "invalid_token", TooLarge: "too_large",
		NoHook: "no_service", Denied: "action_prohibited", TooFast: "rate_limited", Busy: "rollup_error",
	}[why]
	return Answer{Status: why.status(), Type: "text/plain", Body: body}
}
