package hooks

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// alertGroup is what Alertmanager sends (version 4), and with more members Grafana.
type alertGroup struct {
	Receiver          text            `json:"receiver"`
	Status            text            `json:"status"`
	GroupKey          text            `json:"groupKey"`
	Truncated         uint64          `json:"truncatedAlerts"`
	Alerts            []alert         `json:"alerts"`
	GroupLabels       map[string]text `json:"groupLabels"`
	CommonLabels      map[string]text `json:"commonLabels"`
	CommonAnnotations map[string]text `json:"commonAnnotations"`
	ExternalURL       text            `json:"externalURL"`
}

type alert struct {
	Status       text            `json:"status"`
	Labels       map[string]text `json:"labels"`
	Annotations  map[string]text `json:"annotations"`
	GeneratorURL text            `json:"generatorURL"`
	Fingerprint  text            `json:"fingerprint"`
	PanelURL     text            `json:"panelURL"` // Grafana's, as the next three
	DashboardURL text            `json:"dashboardURL"`
	SilenceURL   text            `json:"silenceURL"`
	Values       map[string]text `json:"values"`
}

// mostAlerts is how many alerts of a group are shown.
const mostAlerts = 20

func isAlertmanager(r *Request) bool { return r.has("alerts") && r.has("status") }

func alertmanager(r *Request) ([]Post, error) {
	var g alertGroup
	if err := r.decode(&g); err != nil {
		return nil, err
	}
	if !isList(r.object["alerts"]) {
		return nil, Malformed
	}
	return []Post{g.post()}, nil
}

func isList(data json.RawMessage) bool { return len(data) > 0 && data[0] == '[' }

func (g alertGroup) post() Post {
	p := Post{Text: g.shown(), State: Firing}
	if g.Status == "resolved" {
		p.State = Resolved
	}
	if g.GroupKey != "" {
		p.Incident = string(g.Receiver) + "\x00" + string(g.GroupKey)
	} else if len(g.Alerts) == 1 && g.Alerts[0].Fingerprint != "" {
		p.Incident = string(g.Receiver) + "\x00" + string(g.Alerts[0].Fingerprint)
	}
	return p
}

// shown is a group as text: one alert in full, several as a list.
func (g alertGroup) shown() string {
	if len(g.Alerts) == 1 {
		a := g.Alerts[0]
		head := words(alertMark(string(g.Status)), bold(firstOf(string(a.Labels["alertname"]), string(g.Receiver), "alert")))
		return lines(words(head, a.about()), a.description(), a.labels(map[string]text{"alertname": ""}), a.links())
	}
	name := firstOf(string(g.CommonLabels["alertname"]), string(g.GroupLabels["alertname"]), string(g.Receiver), "alert")
	head := words(alertMark(string(g.Status)), bold(name))
	slices.SortStableFunc(g.Alerts, func(a, b alert) int { // what fires goes first
		return strings.Compare(string(a.Status), string(b.Status))
	})
	said := []string{words(head, g.counted(), plain(string(g.CommonAnnotations["summary"]))), labelLine(g.CommonLabels, map[string]text{"alertname": ""})}
	for _, a := range g.Alerts[:min(len(g.Alerts), mostAlerts)] {
		said = append(said, "- "+a.item(g))
	}
	if more := uint64(max(0, len(g.Alerts)-mostAlerts)) + g.Truncated; more > 0 { // #nosec G115 -- not negative
		said = append(said, fmt.Sprintf("- … +%d", more))
	}
	return lines(said...)
}

// counted tells how many of the alerts fire.
func (g alertGroup) counted() string {
	firing := 0
	for _, a := range g.Alerts {
		if a.Status == "firing" {
			firing++
		}
	}
	return fmt.Sprintf("(%d/%d)", firing, len(g.Alerts))
}

func alertMark(status string) string {
	if status == "resolved" {
		return "🟢"
	}
	return "🔴"
}

// item is an alert in a list: what it has that is not common to all.
func (a alert) item(g alertGroup) string {
	about := plain(firstOf(string(a.Annotations["summary"]), string(a.Annotations["message"]), string(a.Annotations["description"])))
	if string(a.Annotations["summary"]) != "" && a.Annotations["summary"] == g.CommonAnnotations["summary"] {
		about = plain(string(a.Annotations["description"]))
	}
	name := ""
	if g.CommonLabels["alertname"] == "" {
		name = bold(string(a.Labels["alertname"]))
	}
	return words(alertMark(string(a.Status)), name, cut(about, 300), a.labels(g.CommonLabels), a.links())
}

func (a alert) about() string {
	return plain(firstOf(string(a.Annotations["summary"]), string(a.Annotations["message"])))
}

func (a alert) description() string {
	return quote(string(a.Annotations["description"]), 1000)
}

// labels are those that are not in others, by name.
func (a alert) labels(but map[string]text) string {
	own := maps.Clone(a.Labels)
	delete(own, "alertname")
	return labelLine(own, but)
}

func labelLine(labels, but map[string]text) string {
	const most = 12
	var shown []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if _, common := but[name]; common || strings.HasPrefix(name, "__") {
			continue
		}
		shown = append(shown, code(cut(name+"="+string(labels[name]), 100)))
	}
	if len(shown) > most {
		shown = append(shown[:most], "…")
	}
	return strings.Join(shown, " ")
}

// links lead to where the alert comes from, and to what its rule names.
func (a alert) links() string {
	var made []string
	for _, each := range []struct{ label, address string }{
		{"source", string(a.GeneratorURL)}, {"panel", string(a.PanelURL)}, {"dashboard", string(a.DashboardURL)},
		{"silence", string(a.SilenceURL)}, {"runbook", string(a.Annotations["runbook_url"])},
	} {
		if l := link(each.label, each.address); l != each.label {
			made = append(made, l)
		}
	}
	return strings.Join(made, " · ")
}
