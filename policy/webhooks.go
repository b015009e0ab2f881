package policy

import "plainchat/chat"

// setWebhook lets the operator make and change webhooks, and the server disable one whose receiver
// wants no more. What a webhook's receiver answers is not to look like a person's words.
func setWebhook(c Caller, f Facts, w chat.Webhook) error {
	switch {
	case c.Server && w.Disabled:
		return nil
	case !c.Operator:
		return OperatorOnly
	case w.Removed:
		return nil
	case w.Name.Skeletons().Alike(operator):
		return NameReserved
	case f.NameTaken:
		return NameTaken
	}
	return nil
}

// WebhookCaller is who writes what the receiver of a webhook has answered.
func WebhookCaller(w chat.Webhook) Caller {
	return Caller{Person: w.Person(), Token: &chat.Token{ID: w.ID, Name: w.Name, Room: w.Room, Write: true, Hook: true}}
}
