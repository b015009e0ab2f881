package hooks

import (
	"encoding/json"
	"strings"
)

// slackBlock is a block, an element of one, or one of its parts: each is told by its type, and may have
// others in it.
type slackBlock struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"` // a string, or an object of this form
	Fields   []slackBlock    `json:"fields"`
	Elements []slackBlock    `json:"elements"`
	Style    json.RawMessage `json:"style"`
	Title    json.RawMessage `json:"title"`
	AltText  text            `json:"alt_text"`
	ImageURL text            `json:"image_url"`
	URL      text            `json:"url"`
	Name     text            `json:"name"`    // of an emoji
	UserID   text            `json:"user_id"` // of somebody who is mentioned
	Channel  text            `json:"channel_id"`
	Range    text            `json:"range"` // of those who are mentioned
}

// maxBlockDepth is how deep blocks are in each other; what is deeper is left out.
const maxBlockDepth = 10

func slackBlocks(blocks []slackBlock) string {
	var shown []string
	for _, b := range blocks {
		shown = append(shown, b.shown(0))
	}
	return joined("\n", shown...)
}

// shown is a block as text.
func (b slackBlock) shown(depth int) string {
	if depth > maxBlockDepth {
		return ""
	}
	switch b.Type {
	case "header":
		return strong(b.said(depth))
	case "mrkdwn":
		return mrkdwn(unquoted(b.Text))
	case "image":
		return imageLink(firstOf(blockText(b.Title), string(b.AltText)), string(b.ImageURL))
	case "button":
		return linked(b.said(depth), string(b.URL))
	case "context", "actions":
		return b.inside(" ", depth)
	case "rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list", "rich_text":
		return b.rich(depth)
	case "text", "link", "emoji", "user", "channel", "broadcast":
		return b.span()
	}
	said := []string{b.said(depth)}
	for _, f := range b.Fields {
		said = append(said, f.shown(depth+1))
	}
	return joined("\n", append(said, b.inside("\n", depth))...)
}

// said is the text of a block.
func (b slackBlock) said(depth int) string {
	var inner slackBlock
	switch {
	case len(b.Text) == 0:
		return ""
	case b.Text[0] == '{':
		if decode(b.Text, &inner) != nil {
			return ""
		}
		return inner.shown(depth + 1)
	}
	return withEmoji(unquoted(b.Text))
}

func (b slackBlock) inside(by string, depth int) string {
	var shown []string
	for _, e := range b.Elements {
		shown = append(shown, e.shown(depth+1))
	}
	return joined(by, shown...)
}

// rich is a block of rich text, whose spans follow each other without anything between them.
func (b slackBlock) rich(depth int) string {
	switch b.Type {
	case "rich_text":
		return b.inside("\n", depth)
	case "rich_text_list":
		var items []string
		for _, e := range b.Elements {
			items = append(items, "- "+e.shown(depth+1))
		}
		return strings.Join(items, "\n")
	}
	var all strings.Builder
	for _, e := range b.Elements {
		all.WriteString(e.shown(depth + 1))
	}
	switch b.Type {
	case "rich_text_quote":
		return "> " + strings.ReplaceAll(all.String(), "\n", "\n> ")
	case "rich_text_preformatted":
		return "```\n" + all.String() + "\n```"
	}
	return all.String()
}

// span is a span of rich text.
func (b slackBlock) span() string {
	said := unquoted(b.Text)
	switch b.Type {
	case "link":
		return linked(plain(said), string(b.URL))
	case "emoji":
		return withEmoji(":" + string(b.Name) + ":")
	case "user":
		return `\@` + plain(string(b.UserID))
	case "channel":
		return "#" + plain(string(b.Channel))
	case "broadcast":
		return `\@` + plain(string(b.Range))
	}
	var style struct{ Bold, Code bool }
	_ = decode(b.Style, &style) // without one there is none
	switch trimmed := strings.TrimSpace(said); {
	case trimmed == "" || trimmed != said:
	case style.Code:
		return code(said)
	case style.Bold:
		return strong(said)
	}
	return said
}

// blockText is the text of an object that has one, or a string.
func blockText(data json.RawMessage) string {
	if len(data) == 0 || data[0] != '{' {
		return unquoted(data)
	}
	var inner slackBlock
	_ = decode(data, &inner) // without one there is none
	return unquoted(inner.Text)
}

// unquoted is a string of JSON, or "".
func unquoted(data json.RawMessage) string {
	var s string
	if len(data) > 0 && data[0] == '"' {
		_ = json.Unmarshal(data, &s) // it was read before as a part of what it stands in
	}
	return s
}

// firstOf returns the first that is not empty.
func firstOf(of ...string) string {
	for _, s := range of {
		if s != "" {
			return s
		}
	}
	return ""
}
