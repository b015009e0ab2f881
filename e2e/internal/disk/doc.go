// Package disk makes file systems for tests, on which the power can be cut. It needs Linux, and
// root.
package disk
