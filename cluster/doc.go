// Package cluster lets several plainchats serve one chat, by NATS JetStream: a stream of it is the
// order that their logs share. It is the only package that knows of NATS.
package cluster
