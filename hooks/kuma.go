package hooks

import ()

// isKuma goes by the three members of Uptime Kuma, two of which may be null.
func isKuma(r *Request) bool {
	r.parse()
	_, monitor := r.object["monitor"]
	_, heartbeat := r.object["heartbeat"]
	return monitor && heartbeat && r.has("msg")
}

// The states of a monitor that change anything.
const (
	kumaDown = "0"
	kumaUp   = "1"
)

func kuma(r *Request) ([]Post, error) {
	var m struct {
		Said      text `json:"msg"`
		Heartbeat struct {
			Status text `json:"status"`
			Said   text `json:"msg"`
			Ping   text `json:"ping"`
		} `json:"heartbeat"`
		Monitor struct {
			ID   text `json:"id"`
			Name text `json:"name"`
			URL  text `json:"url"`
		} `json:"monitor"`
	}
	if err := r.decode(&m); err != nil {
		return nil, err
	}
	p := Post{Text: withEmoji(string(m.Said))}
	status := string(m.Heartbeat.Status)
	if m.Monitor.ID == "" || status != kumaDown && status != kumaUp {
		return []Post{p}, nil
	}
	p.Incident, p.State = string(m.Monitor.ID), Firing
	if status == kumaUp {
		p.State = Resolved
	}
	name := linked(bold(string(m.Monitor.Name)), string(m.Monitor.URL))
	p.Text = words(alertMark(string(p.State)), name, plain(firstOf(string(m.Heartbeat.Said), string(m.Said))))
	return []Post{p}, nil
}
