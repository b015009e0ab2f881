// Package identity tells who a request comes from: a guest by a signed cookie, or a script
// by a token. What they may do is not its concern; nor has it routes, or a log.
package identity
