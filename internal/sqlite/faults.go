package sqlite

import (
	"errors"
	"regexp"
	"strings"
	"syscall"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// IsFull tells whether an error means that the folder's disk is full. SQLite knows
// that only of files: the index of the write-ahead log is memory, and where that finds
// no space on the disk, it is one of many errors of reading and writing.
func IsFull(err error, dir string) bool {
	if errors.Is(err, syscall.ENOSPC) {
		return true
	}
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_FULL || code == sqlite3.SQLITE_IOERR && errors.Is(FindSpace(dir), syscall.ENOSPC)
}

// IsDamage tells by an error that a database is not what was written: that somebody has
// altered it, SQLite cannot make sense of it, or the disk not give it back.
func IsDamage(err error) bool {
	if _, damaged := errors.AsType[damage](err); damaged {
		return true
	}
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FORMAT:
		return true
	case sqlite3.SQLITE_TOOBIG: // by a length in the file: we write no such thing
		return true
	case sqlite3.SQLITE_ERROR: // the schema is gone, or is one of another format
		return true
	}
	return false
}

// damage is an error that means it, whatever SQLite says.
type damage interface {
	error
	IsDamage()
}

// IsUnfit tells by an error that a database that can be made anew is to be. What passes by
// itself is no reason: a full disk, another process that has the file.
func IsUnfit(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT:
		return false
	}
	return true
}

// IsReadOnly tells by an error that SQLite could not make or change the files that it
// needs beside a database even to read it.
func IsReadOnly(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_CANTOPEN || e.Code()&0xff == sqlite3.SQLITE_READONLY)
}

// IsWriteFault tells by an error that a file did not take what was written.
func IsWriteFault(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return false
	}
	switch e.Code() {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_CLOSE:
		return true
	}
	return false
}

// Lasts tells by an error of an append that nothing but another append can show that
// the fault is gone: there is damage where it was to write.
func Lasts(err error) bool {
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB || code == sqlite3.SQLITE_CONSTRAINT
}

// OneLine has an error fit on a line of a terminal. SQLite quotes what it cannot make sense
// of, and in a damaged file that can be anything.
func OneLine(err *error) {
	if *err == nil {
		return
	}
	if text := Line((*err).Error()); text != (*err).Error() {
		*err = &lineError{*err, text}
	}
}

// lineError is an error in other words.
type lineError struct {
	error
	text string
}

func (e *lineError) Error() string { return e.text }
func (e *lineError) Unwrap() error { return e.error }

// unprintable is what a terminal would not print, or obey, and the space around it.
var unprintable = regexp.MustCompile(`(\s*[\pC\p{Zl}\p{Zp}]\s*)+`)

func Line(s string) string {
	return unprintable.ReplaceAllString(strings.ToValidUTF8(s, "\uFFFD"), " ")
}
