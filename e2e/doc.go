// Package e2e tests the whole program from where people sit: the real binary on a
// real port, in front of a real Chromium. It holds tests only.
package e2e
