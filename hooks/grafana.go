package hooks

import (
	"strings"
)

// isGrafana goes by what Grafana alone has beside what Alertmanager sends; or by what it sent before
// version 9.
func isGrafana(r *Request) bool {
	return r.has("alerts") && r.has("orgId") || r.has("ruleId") && r.has("state")
}

func grafana(r *Request) ([]Post, error) {
	if !r.has("alerts") {
		return grafanaRule(r)
	}
	posts, err := alertmanager(r)
	if err != nil {
		return nil, err
	}
	var g alertGroup
	if err := r.decode(&g); err != nil {
		return nil, err
	}
	if len(g.Alerts) == 1 && len(g.Alerts[0].Values) > 0 {
		posts[0].Text = lines(posts[0].Text, labelLine(g.Alerts[0].Values, nil))
	}
	return posts, nil
}

// grafanaRule is the form of versions before 9: one rule.
func grafanaRule(r *Request) ([]Post, error) {
	var rule struct {
		ID      text `json:"ruleId"`
		Name    text `json:"ruleName"`
		URL     text `json:"ruleUrl"`
		State   text `json:"state"`
		Title   text `json:"title"`
		Message text `json:"message"`
		Matches []struct {
			Metric text `json:"metric"`
			Value  text `json:"value"`
		} `json:"evalMatches"`
	}
	if err := r.decode(&rule); err != nil {
		return nil, err
	}
	p := Post{Incident: "rule\x00" + string(rule.ID), State: Firing}
	if rule.State == "ok" {
		p.State = Resolved
	}
	var values []string
	for _, m := range rule.Matches[:min(len(rule.Matches), mostAlerts)] {
		values = append(values, code(cut(string(m.Metric)+"="+string(m.Value), 100)))
	}
	title := linked(bold(firstOf(string(rule.Title), string(rule.Name), "alert")), string(rule.URL))
	p.Text = lines(words(alertMark(string(p.State)), title), quote(string(rule.Message), 1000), strings.Join(values, " "))
	return []Post{p}, nil
}
