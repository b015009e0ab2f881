// Package facts holds in memory what rules are decided by: who owns which name, which tokens
// there are, and what is set of each room. It is folded from the state events of the log at
// the start, so that it is there before the first request, and then follows the log.
//
// The log decides. Of two claims to one name the first in the log counts, on every node and
// after every start. Whoever appends a claim awaits its position and then asks who won.
package facts
