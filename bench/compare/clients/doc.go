// Package clients tries the event stream clients that others wrote on plainchat, through
// a restart, a kill and an outage, and writes what came of it into docs/clients.md. It
// needs minutes, npm, curl and Python, so its test is built with the tag clients alone: it
// is run by make clients.
package clients
