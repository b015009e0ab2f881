//go:build !linux

package bench

import (
	"plainchat/locale"
)

// processUsage needs /proc.
func processUsage(int) (usage, error) {
	return usage{}, locale.NewError("cli.bench.process_other")
}
