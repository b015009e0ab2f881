package format

import (
	"context"
	"database/sql"
	"encoding/binary"
	"hash/crc32"
)

// Sum stands for the rows of some positions that follow each other: how many there are, and the CRC32C of
// their positions and checksums.
type Sum struct {
	Rows uint32 `json:"n"`
	CRC  uint32 `json:"crc"`
}

// Querier is what rows are read by.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Sums returns a sum for each step of positions from one up to another.
func Sums(ctx context.Context, db Querier, from, upto, step uint64) ([]Sum, error) {
	rows, err := db.QueryContext(ctx, "SELECT seq, ifnull(crc, -1) FROM log WHERE seq BETWEEN ? AND ? ORDER BY seq", int64(from), int64(upto)) // #nosec G115 -- positions have 63 bits
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	sums := make([]Sum, (upto-from)/step+1)
	for rows.Next() {
		var seq uint64
		var crc int64
		if err := rows.Scan(&seq, &crc); err != nil {
			return nil, err
		}
		var buf [16]byte
		binary.LittleEndian.PutUint64(buf[:], seq)
		binary.LittleEndian.PutUint64(buf[8:], uint64(crc)) // #nosec G115 -- its bits
		sum := &sums[(seq-from)/step]
		sum.Rows++
		sum.CRC = crc32.Update(sum.CRC, castagnoli, buf[:])
	}
	return sums, rows.Err()
}
