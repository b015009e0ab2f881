// Package hooks understands what other programs send to a chat, each in its own form: Slack's, ntfy's,
// Gotify's, that of a monitoring system or of a forge. A dialect tells its requests from others,
// makes posts of them, and knows the answer that its senders need, word for word.
//
// The package is pure: it reads requests that were received, and writes nothing. Nothing of a request
// is ever lost for a reason of form: what is too long is cut, with a mark, and what a dialect does not
// know of is left out.
//
// What operators write for their senders is taken with its marks and mentions, as if they had posted it.
// What strangers write, like the title of an issue, is shown as it is: it mentions nobody, and its marks
// are none.
package hooks
