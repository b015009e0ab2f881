package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"

	"plainchat/chat"
	"plainchat/identity"
	"plainchat/locale"
	"plainchat/webhooks"
)

// Webhooks is who delivers; webhooks.Deliverer has the methods.
type Webhooks interface {
	// Check returns a *webhooks.Forbidden error for a host to which nothing is delivered.
	Check(host string) error
	Standings(ctx context.Context) (map[string]webhooks.Standing, error)
	Test(ctx context.Context, w chat.Webhook) (status int, err error)
}

// webhookRoutes are the operator's for webhooks.
func (s *Server) webhookRoutes(r chi.Router) {
	r.Post("/operator/webhooks", s.handle(s.postWebhook))
	r.Get("/operator/webhooks", s.handle(s.getWebhooks))
	r.Delete("/operator/webhooks/{webhook}", s.handle(s.deleteWebhook))
	r.Post("/operator/webhooks/{webhook}/rotate", s.handle(s.rotateWebhook))
	r.Post("/operator/webhooks/{webhook}/enable", s.handle(s.enableWebhook))
	r.Post("/operator/webhooks/{webhook}/test", s.handle(s.testWebhook))
}

// webhookJSON is a webhook as it is asked for, and told of.
type webhookJSON struct {
	ID     string       `json:"id,omitempty"`
	URL    string       `json:"url"`
	Room   chat.Room    `json:"room,omitempty"`
	On     chat.Trigger `json:"on"`
	Word   string       `json:"word,omitempty"`
	Form   chat.Form    `json:"form"`
	Name   chat.Name    `json:"name"`
	Robots bool         `json:"robots,omitempty"`
}

func newWebhookJSON(w chat.Webhook) webhookJSON {
	return webhookJSON{w.ID, w.URL, w.Room, w.On, w.Word, w.Form, w.Name, w.Robots}
}

// standingJSON is how a webhook gets on.
type standingJSON struct {
	webhookJSON
	Disabled bool         `json:"disabled"`
	Pending  *int         `json:"pending,omitempty"` // nil if it is not known
	Outcome  chat.Outcome `json:"outcome,omitempty"`
	Status   int          `json:"status,omitempty"`
	Time     *time.Time   `json:"time,omitempty"`
}

// secretJSON has the secret where it was made just now.
type secretJSON struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// postWebhook makes a webhook.
func (s *Server) postWebhook(w http.ResponseWriter, r *http.Request) error {
	var wanted webhookJSON
	if err := readJSON(w, r, &wanted, "problem.not_webhook_request"); err != nil {
		return err
	}
	hook, err := chat.NewWebhook(chat.Webhook{
		ID: identity.NewTokenID(), URL: wanted.URL, Room: wanted.Room, On: wanted.On, Word: wanted.Word, Form: wanted.Form, Name: wanted.Name, Robots: wanted.Robots,
	})
	if err != nil {
		return err
	}
	if err := s.checkReceiver(hook); err != nil {
		return err
	}
	hook.Secret = webhooks.NewSecret(hook.Form)
	if err := s.administer(r, hook); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, secretJSON{hook.ID, hook.Secret})
}

// checkReceiver refuses an address to which nothing would be delivered, as far as that can be
// known now.
func (s *Server) checkReceiver(hook chat.Webhook) error {
	u, err := url.Parse(hook.URL)
	if err != nil {
		return err
	}
	if err := s.Webhooks.Check(u.Hostname()); err != nil {
		return badField("url", "not_allowed", "problem.webhook_not_allowed", "address", u.Hostname())
	}
	return nil
}

// getWebhooks lists the webhooks, and how they get on.
func (s *Server) getWebhooks(w http.ResponseWriter, r *http.Request) error {
	list := struct {
		Webhooks []standingJSON `json:"webhooks"`
	}{[]standingJSON{}}
	standings, err := s.Webhooks.Standings(r.Context())
	known := err == nil // else the list is good without
	for _, hook := range s.Service.Facts.Webhooks() {
		told := standingJSON{webhookJSON: newWebhookJSON(hook), Disabled: hook.Disabled}
		if standing := standings[hook.ID]; known {
			told.Pending, told.Outcome, told.Status = &standing.Pending, standing.Outcome, standing.Status
			if !standing.Time.IsZero() {
				told.Time = &standing.Time
			}
		}
		list.Webhooks = append(list.Webhooks, told)
	}
	return writeJSON(w, http.StatusOK, list)
}

// webhookOf returns the webhook that the path names.
func (s *Server) webhookOf(r *http.Request) (chat.Webhook, error) {
	hook, known := s.Service.Facts.WebhookByID(param(r, "webhook"))
	if !known {
		return hook, newProblem(http.StatusNotFound, "not_found", "problem.no_webhook")
	}
	return hook, nil
}

// deleteWebhook removes a webhook.
func (s *Server) deleteWebhook(w http.ResponseWriter, r *http.Request) error {
	return s.changeWebhook(w, r, func(hook *chat.Webhook) { hook.Removed = true })
}

// enableWebhook has a webhook deliver again.
func (s *Server) enableWebhook(w http.ResponseWriter, r *http.Request) error {
	return s.changeWebhook(w, r, func(hook *chat.Webhook) { hook.Disabled = false })
}

func (s *Server) changeWebhook(w http.ResponseWriter, r *http.Request, change func(*chat.Webhook)) error {
	hook, err := s.webhookOf(r)
	if err != nil {
		return err
	}
	before := hook
	if change(&hook); hook != before {
		err = s.administer(r, hook)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// rotateWebhook gives a webhook another secret. It signs with the one before too, until that is
// dropped or there is yet another.
func (s *Server) rotateWebhook(w http.ResponseWriter, r *http.Request) error {
	var wanted struct {
		DropOld bool `json:"drop_old"`
	}
	if err := readJSON(w, r, &wanted, "problem.not_rotation"); err != nil {
		return err
	}
	if wanted.DropOld {
		return s.changeWebhook(w, r, func(hook *chat.Webhook) { hook.Former = "" })
	}
	hook, err := s.webhookOf(r)
	if err != nil {
		return err
	}
	hook.Former, hook.Secret = hook.Secret, webhooks.NewSecret(hook.Form)
	if err := s.administer(r, hook); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, secretJSON{hook.ID, hook.Secret})
}

// testWebhook posts something that nobody has written, and tells how it was answered.
func (s *Server) testWebhook(w http.ResponseWriter, r *http.Request) error {
	hook, err := s.webhookOf(r)
	if err != nil {
		return err
	}
	answer := struct {
		Status int    `json:"status"` // of HTTP; 0 for no answer
		Detail string `json:"detail,omitempty"`
	}{}
	answer.Status, err = s.Webhooks.Test(r.Context(), hook)
	if err != nil {
		said := locale.NewError("problem.webhook_unreachable", "cause", err)
		if forbidden, is := errors.AsType[*webhooks.Forbidden](err); is {
			said = locale.NewError("problem.webhook_not_allowed", "address", forbidden.Addr)
		}
		answer.Detail = said.In(languageOf(r))
	}
	return writeJSON(w, http.StatusOK, answer)
}
