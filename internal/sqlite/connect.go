// Package sqlite is what plainchat needs of SQLite beside database/sql: the driver, how a
// database is opened, what its errors mean, and the reading of its write-ahead log.
package sqlite

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Connect returns a pool of connections to a database. The mode is "rw", or "ro"
// for one that is only looked at: that leaves the write-ahead log as it is. A reader
// that comes across another connection's recovery waits for it.
func Connect(path, mode string, limit int, pragmas ...string) (*sql.DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	path = "/" + strings.TrimPrefix(filepath.ToSlash(path), "/") // a drive letter needs one
	query := url.Values{
		"mode": {mode}, "_txlock": {"immediate"},
		"_pragma": append(slices.Clone(pragmas), "busy_timeout(5000)", "trusted_schema(0)"),
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+query.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(limit)
	db.SetMaxIdleConns(limit)
	return db, nil
}

// Look returns a connection for one who is not to change anything, also while another
// writes. Where there is no write-ahead log SQLite makes one, which with "ro" it would leave.
func Look(path string, pragmas ...string) (*sql.DB, error) {
	mode := "ro"
	if info, err := os.Stat(path + WALSuffix); err != nil || info.Size() == 0 {
		mode = "rw"
	}
	return Connect(path, mode, 1, pragmas...)
}
