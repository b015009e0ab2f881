//go:build !unix

package main

import "os"

// passedOn are the signals that a command gets from the program that runs it.
var passedOn = []os.Signal{os.Interrupt}

// fromTerminal reports whether the command has a signal anyway: a console sends it to all of its programs.
func fromTerminal(os.Signal) bool { return true }
