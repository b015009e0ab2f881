//go:build !linux

package main

import "net"

// listenConfig leaves it to the system when to give up a connection whose peer has
// vanished; mostly that takes minutes.
var listenConfig net.ListenConfig
