package handlers

import (
	"github.com/go-json-experiment/json"

	"plainchat/chat"
)

// formatJSONFeed is JSON Feed 1.1 (https://jsonfeed.org/version/1.1).
var formatJSONFeed = feedForm{suffix: ".json", contentType: "application/feed+json", encode: encodeJSONFeed}

type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePageURL string     `json:"home_page_url"`
	FeedURL     string     `json:"feed_url"`
	Description string     `json:"description,omitempty"`
	Items       []jsonItem `json:"items"`
}

type jsonItem struct {
	ID            string       `json:"id"`
	URL           string       `json:"url"`
	Title         string       `json:"title"`
	ContentText   string       `json:"content_text"`
	DatePublished string       `json:"date_published"`
	DateModified  string       `json:"date_modified"`
	Authors       []jsonAuthor `json:"authors"`
	Tags          []string     `json:"tags,omitempty"`
}

type jsonAuthor struct {
	Name chat.Name `json:"name"`
}

func encodeJSONFeed(f feed) ([]byte, error) {
	doc := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: string(f.Room) + " · plainchat",
		HomePageURL: f.Home, FeedURL: f.Address, Description: f.Topic, Items: []jsonItem{},
	}
	for _, e := range f.Entries {
		item := jsonItem{
			ID: e.URL, URL: e.URL, Title: e.Title, ContentText: e.Text,
			DatePublished: chat.FormatTime(e.Published), DateModified: chat.FormatTime(e.Updated), Authors: []jsonAuthor{{e.Author}},
		}
		if e.Tag != "" {
			item.Tags = []string{e.Tag}
		}
		doc.Items = append(doc.Items, item)
	}
	body, err := json.Marshal(doc)
	return append(body, '\n'), err
}
