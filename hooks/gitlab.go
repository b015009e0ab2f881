package hooks

import (
	"crypto/hmac"
	"strings"
)

func isGitLab(r *Request) bool { return r.Header.Get("X-Gitlab-Event") != "" }

// gitLab tells of an event. The token that a sender may show is the hook's secret.
func gitLab(r *Request) ([]Post, error) {
	if token := r.Header.Get("X-Gitlab-Token"); token != "" && !hmac.Equal([]byte(token), []byte(r.Secret)) {
		return nil, Unsigned
	}
	var p labPayload
	if err := r.decode(&p); err != nil {
		return nil, err
	}
	h, wanted := p.happening(r.Header.Get("X-Gitlab-Event"))
	if !wanted {
		return nil, nil
	}
	h.repo, h.repoURL = firstOf(string(p.Project.Path), string(p.ProjectName)), string(p.Project.URL)
	h.actor = firstOf(string(p.Username), string(p.User.Username), string(p.UserName), string(p.User.Name))
	post := Post{Text: h.shown(), ID: firstOf(r.Header.Get("Idempotency-Key"), r.Header.Get("X-Gitlab-Event-UUID"))}
	if p.Kind == "pipeline" && p.Attributes.ID != "" {
		post.Incident, post.ID = "pipeline\x00"+h.repo+"\x00"+string(p.Attributes.ID), ""
	}
	return []Post{post}, nil
}

type labPayload struct {
	Kind     text     `json:"object_kind"`
	Ref      text     `json:"ref"`
	Before   text     `json:"before"`
	After    text     `json:"after"`
	Count    int      `json:"total_commits_count"`
	Commits  []commit `json:"commits"`
	UserName text     `json:"user_name"`
	Username text     `json:"user_username"`
	User     struct {
		Name     text `json:"name"`
		Username text `json:"username"`
	} `json:"user"`
	Project struct {
		Path text `json:"path_with_namespace"`
		URL  text `json:"web_url"`
	} `json:"project"`
	ProjectName  text    `json:"project_name"`
	Attributes   labItem `json:"object_attributes"`
	Issue        labItem `json:"issue"`
	MergeRequest labItem `json:"merge_request"`
	// Of releases and deployments, which have no object of their own.
	Action      text `json:"action"`
	Name        text `json:"name"`
	Tag         text `json:"tag"`
	URL         text `json:"url"`
	Description text `json:"description"`
	Status      text `json:"status"`
	Environment text `json:"environment"`
}

type labItem struct {
	ID          text `json:"id"`
	IID         text `json:"iid"`
	Title       text `json:"title"`
	Description text `json:"description"`
	Note        text `json:"note"`
	NoteOn      text `json:"noteable_type"`
	URL         text `json:"url"`
	Action      text `json:"action"`
	Status      text `json:"status"`
	Ref         text `json:"ref"`
}

// happening tells of an event; wanted is false for one that is not shown.
func (p labPayload) happening(event string) (h happening, wanted bool) {
	of := p.Attributes
	switch kind := string(p.Kind); kind {
	case "push", "tag_push":
		h.did = pushed(string(p.Ref), string(p.Before), string(p.After), "", max(p.Count, len(p.Commits)))
		h.more = commitLines(p.Commits)
	case "issue", "work_item":
		h.did, h.said = words(did(of.Action), "issue", numbered("#", string(of.IID), string(of.Title), string(of.URL))), of.opened()
		return h, of.Action != "update"
	case "merge_request":
		h.did = words(did(of.Action), "merge request", numbered("!", string(of.IID), string(of.Title), string(of.URL)))
		h.said = of.opened()
		return h, of.Action != "update"
	case "note":
		h.did = words(linked("commented", string(of.URL)), "on", p.noted())
		h.said = string(of.Note)
	case "pipeline":
		h.did = words(outcomeMark(string(of.Status)), linked("pipeline #"+plain(string(of.ID)), string(of.URL)), plain(string(of.Status)), "on", code(string(of.Ref)))
	case "release":
		h.did, h.said = words(did(p.Action), "release", link(firstOf(string(p.Name), string(p.Tag)), string(p.URL))), string(p.Description)
	case "deployment":
		h.did = words(outcomeMark(string(p.Status)), "deployment to", code(string(p.Environment))+":", plain(string(p.Status)))
	case "build": // the pipeline tells of its jobs
		return h, false
	case "wiki_page":
		h.did = words(did(of.Action), "wiki page", link(string(of.Title), string(of.URL)))
	default:
		h.did = words(code(firstOf(kind, event)), did(of.Action))
	}
	return h, true
}

// did is an action, which GitLab has in the present, in the past.
func did(action text) string {
	switch s := string(action); {
	case s == "":
		return ""
	case strings.HasSuffix(s, "ed"):
		return plain(s)
	case strings.HasSuffix(s, "e"):
		return plain(s) + "d"
	default:
		return plain(s) + "ed"
	}
}

// opened is the text of what is new.
func (i labItem) opened() string {
	if i.Action == "open" {
		return string(i.Description)
	}
	return ""
}

// noted is what a comment is on.
func (p labPayload) noted() string {
	switch {
	case p.MergeRequest.IID != "":
		return numbered("!", string(p.MergeRequest.IID), string(p.MergeRequest.Title), string(p.MergeRequest.URL))
	case p.Issue.IID != "":
		return numbered("#", string(p.Issue.IID), string(p.Issue.Title), string(p.Issue.URL))
	}
	return "a " + strings.ToLower(plain(string(p.Attributes.NoteOn)))
}
