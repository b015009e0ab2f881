// Package handlers is the chat over HTTP: the addresses, what they accept and
// how they answer. docs/openapi.yaml describes the same for those outside.
package handlers
