package format

// Which kinds the event of a row may be of, as conditions on it. The classes of package chat say which
// kinds are of class State; a test holds the two against each other.
const (
	// IsState is what the index log_state has. The kinds stand in the order in which they came, and as
	// comparisons, for the index to be found by.
	IsState = "(kind = 'room' OR kind = 'pin' OR kind = 'name' OR kind = 'token' OR kind = 'hook' OR kind = 'webhook')"
	// IsKept is what stays though retention has passed it.
	IsKept = "kind IN ('room', 'pin', 'name', 'token', 'hook', 'webhook', 'read')"
	// IsAbout is what goes with the message that it is about.
	IsAbout = "kind IN ('edit', 'delete', 'reaction', 'ask', 'answer', 'update', 'progress', 'delivery')"
	// HasText is what is about a message and has words that somebody wrote: they are erased with it.
	HasText = "kind IN ('edit', 'ask', 'answer', 'update', 'progress')"
)
