package handlers

import (
	"encoding/xml"

	"plainchat/chat"
)

// formatAtom is RFC 4287.
var formatAtom = feedForm{suffix: ".atom", contentType: "application/atom+xml; charset=utf-8", encode: encodeAtom}

type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string        `xml:"id"`
	Title     string        `xml:"title"`
	Updated   string        `xml:"updated"`
	Published string        `xml:"published"`
	Author    string        `xml:"author>name"`
	Category  *atomCategory `xml:"category"`
	Link      atomLink      `xml:"link"`
	Content   atomText      `xml:"content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// encodeAtom writes a feed. Characters that XML cannot have become U+FFFD.
func encodeAtom(f feed) ([]byte, error) {
	doc := atomFeed{
		ID: f.Home, Title: string(f.Room) + " · plainchat", Subtitle: f.Topic, Updated: chat.FormatTime(f.Updated),
		Links: []atomLink{{"self", "application/atom+xml", f.Address}, {"alternate", typeHTML, f.Home}},
	}
	for _, e := range f.Entries {
		entry := atomEntry{
			ID: e.URL, Title: e.Title, Updated: chat.FormatTime(e.Updated), Published: chat.FormatTime(e.Published),
			Author: string(e.Author), Link: atomLink{"alternate", typeHTML, e.URL}, Content: atomText{"html", e.HTML},
		}
		if e.Tag != "" {
			entry.Category = &atomCategory{e.Tag}
		}
		doc.Entries = append(doc.Entries, entry)
	}
	body, err := xml.Marshal(doc)
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}
