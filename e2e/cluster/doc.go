// Package cluster tests a chat on several machines as it is used: three NATS servers and three
// nodes of the program, each a process of its own.
package cluster
