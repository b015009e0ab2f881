package store

import (
	"errors"
	"regexp"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// isFull tells whether an error means that the folder's disk is full. SQLite knows
// that only of files: the index of the write-ahead log is memory, and where that finds
// no space on the disk, it is one of many errors of reading and writing.
func isFull(err error, dir string) bool {
	if errors.Is(err, syscall.ENOSPC) {
		return true
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_FULL || code == sqlite3.SQLITE_IOERR && errors.Is(findSpace(dir), syscall.ENOSPC)
}

// isDamage tells by an error that a database is not what was written: that somebody has
// altered it, SQLite cannot make sense of it, or the disk not give it back.
func isDamage(err error) bool {
	if _, damaged := errors.AsType[*damagedWAL](err); damaged {
		return true
	}
	if _, altered := errors.AsType[*alteredSchema](err); altered {
		return true
	}
	e, ok := errors.AsType[*sqlite.Error](err)
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

// isReadOnly tells by an error that SQLite could not make or change the files that it
// needs beside a database even to read it.
func isReadOnly(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_CANTOPEN || e.Code()&0xff == sqlite3.SQLITE_READONLY)
}

// isWriteFault tells by an error that a file did not take what was written.
func isWriteFault(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	switch e.Code() {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_CLOSE:
		return true
	}
	return false
}

// lasts tells by an error of an append that nothing but another append can show that
// the fault is gone: there is damage where it was to write.
func lasts(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	code := e.Code() & 0xff
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB || code == sqlite3.SQLITE_CONSTRAINT
}

// oneLine has an error fit on a line of a terminal. SQLite quotes what it cannot make sense
// of, and in a damaged file that can be anything.
func oneLine(err *error) {
	if *err == nil {
		return
	}
	if text := line((*err).Error()); text != (*err).Error() {
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

func line(s string) string {
	return unprintable.ReplaceAllString(strings.ToValidUTF8(s, "\uFFFD"), " ")
}
