package hooks

import (
	"net/http"
	"strings"
)

// isCampfire goes by the address at which its bots post.
func isCampfire(r *Request) bool {
	parts := strings.Split(r.Path, "/")
	return len(parts) == 4 && parts[0] == "rooms" && parts[3] == "messages"
}

// campfire takes the body as the text; of a file, that there was one.
func campfire(r *Request) ([]Post, error) {
	r.parse()
	said := string(r.Body)
	if strings.HasPrefix(mediaType(r), "multipart/") {
		said = firstOf(r.form.Get("body"), r.form.Get("message[body]"), "📎")
	}
	if strings.TrimSpace(said) == "" {
		return nil, NoText
	}
	return []Post{{Text: said, ID: r.Header.Get("Idempotency-Key")}}, nil
}

func acceptCampfire(_ *Request, sent []Sent) Answer {
	answer := Answer{Status: http.StatusCreated}
	if len(sent) > 0 {
		answer.Location = sent[0].Path
	}
	return answer
}

// refuseCampfire has no body. A bot whose key nobody knows is led to sign in, which no program can: it is
// told that it is not known.
func refuseCampfire(why Refusal) Answer {
	switch status := why.status(); {
	case why == NoText:
		return Answer{Status: http.StatusUnprocessableEntity}
	case why == NoHook:
		return Answer{Status: http.StatusUnauthorized}
	default:
		return Answer{Status: status}
	}
}
