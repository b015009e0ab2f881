package richtext

// Limits of a tree. They are of size and never of time, so that a text is shown the same each time.
const (
	// maxDepth is how deep lists and quotes are in each other, and how deep spans are. What is deeper is
	// as it was typed, or has no mark.
	maxDepth = 8
	// maxNodes is how many nodes a tree has beside its texts and tokens. From the block on with
	// which it would have more, the text is as it was typed.
	maxNodes = 1000
	// maxDelimiters is how many marks of emphasis are looked at, and maxBrackets how many of links.
	maxDelimiters = 400
	maxBrackets   = 100
	// maxSteps is about how many bytes are looked at in search of addresses, some of them more than
	// once.
	maxSteps = 20_000
	// maxMentions is how many mentions are marked, as many as are told to those who are meant.
	maxMentions = 20
	// maxHighlighted is how many bytes of code are highlighted.
	maxHighlighted = 6000
	// maxTokens is how many texts and tokens a block of code has.
	maxTokens = 1500
	// maxAddress is more than the address of a link has, in bytes.
	maxAddress = 2000
	// maxBigEmoji is how many emoji a message has that are shown large.
	maxBigEmoji = 8
)
