package hooks

import (
	"strings"
)

// GitHub, and Gitea and Forgejo, whose events have the same members.

func isGitHub(r *Request) bool { return r.Header.Get("X-GitHub-Event") != "" }

func isGitea(r *Request) bool {
	return r.Header.Get("X-Gitea-Event") != "" || r.Header.Get("X-Forgejo-Event") != "" || r.Header.Get("X-Gogs-Event") != ""
}

func gitHub(r *Request) ([]Post, error) {
	return forgePosts(r, r.Header.Get("X-GitHub-Event"), r.Header.Get("X-GitHub-Delivery"), r.Header.Get("X-Hub-Signature-256"))
}

func gitea(r *Request) ([]Post, error) {
	get := func(what string) string {
		return firstOf(r.Header.Get("X-Forgejo-"+what), r.Header.Get("X-Gitea-"+what), r.Header.Get("X-Gogs-"+what))
	}
	return forgePosts(r, get("Event"), get("Delivery"), firstOf(get("Signature"), r.Header.Get("X-Hub-Signature-256")))
}

// forgePosts tells of an event. Without a signature the address suffices, since it is secret.
func forgePosts(r *Request, event, delivery, signature string) ([]Post, error) {
	if signature != "" && !signedBy(r.Secret, r.Body, signature) {
		return nil, Unsigned
	}
	var p hubPayload
	if err := r.decode(&p); err != nil {
		return nil, err
	}
	h, wanted := p.happening(event)
	if !wanted {
		return nil, nil
	}
	h.repo, h.repoURL = string(p.Repository.FullName), string(p.Repository.URL)
	h.actor = firstOf(string(p.Sender.Login), string(p.Pusher.Name), string(p.Pusher.Login))
	post := Post{Text: h.shown(), ID: delivery}
	if run := p.WorkflowRun; run.ID != "" {
		post.Incident = "run\x00" + h.repo + "\x00" + string(run.ID)
	}
	return []Post{post}, nil
}

type hubPayload struct {
	Action     text     `json:"action"`
	Ref        text     `json:"ref"`
	RefType    text     `json:"ref_type"`
	Before     text     `json:"before"`
	After      text     `json:"after"`
	Compare    text     `json:"compare"`
	CompareURL text     `json:"compare_url"`
	Zen        text     `json:"zen"`
	Commits    []commit `json:"commits"`
	Sender     hubUser  `json:"sender"`
	Pusher     struct {
		Name  text `json:"name"`
		Login text `json:"login"`
	} `json:"pusher"`
	Repository struct {
		FullName text `json:"full_name"`
		URL      text `json:"html_url"`
	} `json:"repository"`
	Issue       hubItem `json:"issue"`
	PullRequest hubItem `json:"pull_request"`
	Discussion  hubItem `json:"discussion"`
	Comment     hubSaid `json:"comment"`
	Review      hubSaid `json:"review"`
	Release     struct {
		Tag  text `json:"tag_name"`
		Name text `json:"name"`
		URL  text `json:"html_url"`
		Body text `json:"body"`
	} `json:"release"`
	WorkflowRun hubRun  `json:"workflow_run"`
	Forkee      hubItem `json:"forkee"`
	Deployment  struct {
		Environment text `json:"environment"`
	} `json:"deployment"`
	DeploymentStatus struct {
		State text `json:"state"`
		URL   text `json:"target_url"`
	} `json:"deployment_status"`
}

type hubUser struct {
	Login text `json:"login"`
}

type hubItem struct {
	Number   text    `json:"number"`
	Title    text    `json:"title"`
	FullName text    `json:"full_name"`
	URL      text    `json:"html_url"`
	Body     text    `json:"body"`
	Merged   text    `json:"merged"`
	User     hubUser `json:"user"`
}

func (i hubItem) named() string {
	return numbered("#", string(i.Number), string(i.Title), string(i.URL))
}

type hubSaid struct {
	Body    text `json:"body"`
	Content text `json:"content"` // of Gitea's reviews
	State   text `json:"state"`
	Type    text `json:"type"`
	URL     text `json:"html_url"`
}

type hubRun struct {
	ID         text `json:"id"`
	Name       text `json:"name"`
	Title      text `json:"display_title"`
	Number     text `json:"run_number"`
	Status     text `json:"status"`
	Conclusion text `json:"conclusion"`
	Branch     text `json:"head_branch"`
	URL        text `json:"html_url"`
}

// unwanted are events that only repeat what others tell, or come by the hundred.
var unwanted = map[string]bool{
	"status": true, "check_run": true, "check_suite": true, "workflow_job": true, "deployment": true, "label": true, "page_build": true,
	"pull_request_review_thread": true, "issue_label": true, "issue_milestone": true, "pull_request_label": true, "pull_request_milestone": true,
}

// unwantedActions are the same for actions at issues and requests.
var unwantedActions = map[string]bool{
	"synchronize": true, "synchronized": true, "labeled": true, "unlabeled": true, "label_updated": true, "label_cleared": true,
	"milestoned": true, "demilestoned": true, "auto_merge_enabled": true, "auto_merge_disabled": true, "edited": true,
}

// happening tells of an event; wanted is false for one that is not shown.
func (p hubPayload) happening(event string) (h happening, wanted bool) {
	action := strings.ReplaceAll(string(p.Action), "_", " ")
	if unwanted[event] || unwantedActions[string(p.Action)] {
		return h, false
	}
	switch event {
	case "ping":
		h.did, h.said = "connected this room", string(p.Zen)
	case "push":
		return p.push()
	case "create", "delete":
		h.did = words(event+"d", plain(string(p.RefType)), code(refName(string(p.Ref))))
		return h, event == "delete" || p.RefType == "tag" // a new branch is told of by its push
	case "issues", "issue_assign":
		h.did, h.said = words(plain(action), "issue", p.Issue.named()), p.opened(p.Issue)
	case "pull_request", "pull_request_assign", "pull_request_review_request", "pull_request_sync":
		return p.pull(action)
	case "issue_comment", "pull_request_comment", "pull_request_review_comment", "commit_comment", "discussion_comment":
		return p.comment()
	case "pull_request_review", "pull_request_approved", "pull_request_rejected":
		return p.review(event)
	case "discussion":
		h.did, h.said = words(plain(action), "discussion", p.Discussion.named()), p.opened(p.Discussion)
	case "release":
		return p.release(action)
	case "workflow_run":
		return p.run()
	case "fork":
		h.did = words("forked it to", link(string(p.Forkee.FullName), string(p.Forkee.URL)))
	case "star", "watch":
		h.did = "starred it"
		return h, p.Action == "created" || p.Action == "started"
	case "deployment_status":
		state := string(p.DeploymentStatus.State)
		h.did = words(outcomeMark(state), "deployment to", code(string(p.Deployment.Environment))+":", link(state, string(p.DeploymentStatus.URL)))
	default:
		h.did = words(code(event), plain(action))
	}
	return h, true
}

func (p hubPayload) push() (h happening, wanted bool) {
	compare := firstOf(string(p.Compare), string(p.CompareURL))
	h.did = pushed(string(p.Ref), string(p.Before), string(p.After), compare, len(p.Commits))
	h.more = commitLines(p.Commits)
	return h, true
}

// opened is the text of an issue that is new.
func (p hubPayload) opened(i hubItem) string {
	if p.Action == "opened" || p.Action == "created" {
		return string(i.Body)
	}
	return ""
}

func (p hubPayload) pull(action string) (h happening, wanted bool) {
	if p.Action == "closed" && p.PullRequest.Merged == "true" {
		action = "merged"
	}
	h.did, h.said = words(plain(action), "pull request", p.PullRequest.named()), p.opened(p.PullRequest)
	return h, true
}

func (p hubPayload) comment() (h happening, wanted bool) {
	item := p.Issue
	for _, other := range []hubItem{p.PullRequest, p.Discussion} {
		if item.Title == "" {
			item = other
		}
	}
	h.did, h.said = words(linked("commented", string(p.Comment.URL)), "on", firstOf(item.named(), "a commit")), string(p.Comment.Body)
	if item.Title == "" {
		h.did = words(linked("commented", string(p.Comment.URL)), "on a commit")
	}
	return h, p.Action != "deleted"
}

func (p hubPayload) review(event string) (h happening, wanted bool) {
	verdict := map[string]string{
		"approved": "approved", "changes_requested": "asked for changes of",
		"pull_request_approved": "approved", "pull_request_rejected": "asked for changes of",
	}
	did := firstOf(verdict[strings.ToLower(string(p.Review.State))], verdict[event], "reviewed")
	h.did = words(linked(did, string(p.Review.URL)), p.PullRequest.named())
	h.said = firstOf(string(p.Review.Body), string(p.Review.Content))
	// GitHub tells of each single comment as a review without a verdict, and of the comment itself too.
	return h, p.Action != "dismissed" && (did != "reviewed" || h.said != "")
}

func (p hubPayload) release(action string) (h happening, wanted bool) {
	name := firstOf(string(p.Release.Name), string(p.Release.Tag))
	h.did = words(plain(action), "release", link(name, string(p.Release.URL)))
	h.said = string(p.Release.Body)
	return h, p.Action == "published" || p.Action == "deleted"
}

func (p hubPayload) run() (h happening, wanted bool) {
	run := p.WorkflowRun
	outcome := firstOf(string(run.Conclusion), string(run.Status), string(p.Action))
	name := linked(words(plain(string(run.Name)), "#"+plain(string(run.Number))), string(run.URL))
	h.did = words(outcomeMark(outcome), name, plain(strings.ReplaceAll(outcome, "_", " ")), "on", code(string(run.Branch)))
	if title := plain(string(run.Title)); title != "" {
		h.did += ": " + cut(title, 200)
	}
	return h, true
}
