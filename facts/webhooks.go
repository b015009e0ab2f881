package facts

import (
	"slices"

	"plainchat/chat"
)

// webhooks are those that were not removed, in the order in which they were made.
type webhooks []chat.Webhook

func (w webhooks) index(id string) int {
	return slices.IndexFunc(w, func(each chat.Webhook) bool { return each.ID == id })
}

// put makes a webhook, changes the one with its id, or removes it. While it is there, it owns
// its name.
func (w *webhooks) put(hook chat.Webhook, names *owners) {
	i := w.index(hook.ID)
	if i >= 0 {
		names.remove((*w)[i].Person())
	}
	switch {
	case hook.Removed && i >= 0:
		*w = slices.Delete(*w, i, i+1)
	case hook.Removed:
	case i >= 0:
		(*w)[i] = hook
	default:
		*w = append(*w, hook)
	}
	if !hook.Removed {
		names.add(hook.Person())
	}
}

// Webhooks returns the webhooks that were not removed, in the order in which they were made.
func (f *Facts) Webhooks() []chat.Webhook {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return slices.Clone(f.webhooks)
}

// WebhookByID returns the webhook that is called by an id, unless it was removed.
func (f *Facts) WebhookByID(id string) (chat.Webhook, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	i := f.webhooks.index(id)
	if i < 0 {
		return chat.Webhook{}, false
	}
	return f.webhooks[i], true
}
