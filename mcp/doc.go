// Package mcp lets assistants take part in the chat, by the Model Context Protocol
// (https://modelcontextprotocol.io) over Streamable HTTP: it offers tools to send, to read, to search and to ask.
//
// Each call of a tool is a request of the HTTP API, made with the caller's token and from the caller's
// address. So it has the same rights and limits, is checked by the same rules, and fails with the
// same sentences. There are no sessions: each request has all that it needs, so that any node of a chat may answer it.
//
// It alone knows the SDK.
package mcp
