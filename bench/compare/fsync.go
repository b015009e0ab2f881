package main

import (
	"context"
	"os"
	"slices"
	"time"
)

// recordSize is how many bytes the bare fsync writes: about what an event is.
const recordSize = 256

// fsyncFigures appends records to a file and syncs it after each, for a time. It tells how long
// that takes as if it were the answer to a message.
func fsyncFigures(ctx context.Context, dir string, duration time.Duration) (Figures, error) {
	file, err := os.CreateTemp(dir, "fsync-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	var took []float64
	record := make([]byte, recordSize)
	begin := time.Now()
	for len(took) == 0 || time.Since(begin) < duration && ctx.Err() == nil {
		start := time.Now()
		if _, err := file.Write(record); err != nil {
			return nil, err
		}
		if err := file.Sync(); err != nil {
			return nil, err
		}
		took = append(took, time.Since(start).Seconds())
	}
	total := time.Since(begin).Seconds()
	return Figures{
		figAcks: float64(len(took)) / total, figAckP50: percentile(took, 50), figAckP99: percentile(took, 99),
	}, context.Cause(ctx)
}

// percentile returns the value that p of a hundred do not exceed. It sorts values;
// there has to be one.
func percentile(values []float64, p int) float64 {
	slices.Sort(values)
	return values[(len(values)*p+99)/100-1]
}
