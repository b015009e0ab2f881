// Package repair looks after the log of a server from outside: it checks it, copies it, restores
// it from a copy, and makes a new one of what is whole in a damaged one.
package repair

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"plainchat/chat"
	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// maxProblems is how many problems are told; further ones are only counted.
const maxProblems = 50

// Findings are what Check found out about a log.
type Findings struct {
	Epoch       string
	First, Last uint64 // as Bounds has them
	Events      uint64 // those that are whole
	Lost        uint64 // positions whose events a rebuild has given up; no problem any more
	Removed     uint64 // positions whose events were removed one by one, as what a newer one replaces is
	Follows     bool   // whether it follows a journal
	Problems    []error
	Untold      int // further problems
}

// Sound reports whether everything is as it was written.
func (f *Findings) Sound() bool { return len(f.Problems) == 0 }

func (f *Findings) add(problem error) {
	if len(f.Problems) == maxProblems {
		f.Untold++
		return
	}
	sqlite.OneLine(&problem)
	f.Problems = append(f.Problems, problem)
}

// Check verifies the log in a folder, also while a server uses it: the checksum of
// every event, that no position is missing, and that the indexes, which histories
// and client ids are looked up in, equal the log. It changes nothing; memory is
// bounded. A damaged log is a finding; an error means that there was nothing to check
// or that ctx has ended.
//
// It cannot notice that the end is missing where the write-ahead log is gone or cut
// off, nor another epoch of the right form: both look like another log.
func Check(ctx context.Context, dir string) (_ *Findings, err error) {
	defer sqlite.OneLine(&err)
	path, err := existingLog(dir)
	if err != nil {
		return nil, err
	}
	return inspect(ctx, path)
}

// lookAdvice is for whoever cannot look.
var lookAdvice = locale.NewError("cli.look_advice")

// existingLog returns the path of the log in a folder, which is not of a newer program's.
// Its errors are sentences.
func existingLog(dir string) (string, error) {
	path := filepath.Join(dir, format.DatabaseFile)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist), err == nil && info.Size() == 0:
		return "", locale.NewError("cli.no_log", "dir", strconv.Quote(dir))
	case err != nil:
		return "", locale.NewError("cli.socket_denied", "file", strconv.Quote(path), "cause", err)
	}
	if _, err := format.ReadHeader(path); format.IsNewer(err) {
		return "", err
	}
	return path, nil
}

// inspect is Check for a database of any name.
func inspect(ctx context.Context, path string) (*Findings, error) {
	f := &Findings{}
	err := inspectFiles(ctx, path, f)
	if err == nil {
		err = inspectDatabase(ctx, path, f)
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case format.IsNewer(err):
		return nil, err
	case sqlite.IsDamage(err):
		f.add(err)
	case err != nil:
		return nil, locale.NewError("cli.cannot_check", "file", strconv.Quote(path), "cause", err, "advice", lookAdvice)
	}
	return f, nil
}

// inspectFiles looks at what SQLite does not tell.
func inspectFiles(ctx context.Context, path string, f *Findings) error {
	foreign, err := format.ReadHeader(path)
	if err != nil {
		return err
	}
	if foreign {
		f.add(locale.NewError("cli.damage.header", "file", filepath.Base(path)))
	}
	err = format.CheckWAL(ctx, path)
	if _, damaged := errors.AsType[*sqlite.DamagedWAL](err); damaged {
		f.add(err)
		return nil
	}
	return err
}

func inspectDatabase(ctx context.Context, path string, f *Findings) error {
	db, err := sqlite.Look(path, "query_only(1)", "cache_size(-8192)")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// One transaction, so that what a server appends meanwhile is not seen by halves.
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	differences, err := format.CompareSchema(ctx, conn)
	if format.IsNewer(err) { // as the write-ahead log says
		return locale.NewError("cli.newer", "file", strconv.Quote(path), "cause", err)
	}
	if err != nil {
		return err
	}
	for _, d := range differences {
		f.add(d)
	}
	if !format.TablesIntact(differences) { // what looks like a table may be a view that never ends
		return nil
	}
	pruned, err := inspectMeta(ctx, conn, f)
	if err == nil {
		err = inspectEvents(ctx, conn, pruned, f)
	}
	if err != nil && !sqlite.IsDamage(err) {
		return err
	}
	if err != nil {
		f.add(err)
	}
	return inspectStructure(ctx, conn, f)
}

// epochForm is what newEpoch makes.
var epochForm = regexp.MustCompile(`^[a-z2-7]{10}$`)

// inspectMeta returns the last position that retention has removed.
func inspectMeta(ctx context.Context, conn *sql.Conn, f *Findings) (pruned uint64, err error) {
	epoch, pruned, err := readMeta(ctx, conn)
	if err != nil {
		return 0, err
	}
	f.Follows = format.Follows(ctx, conn)
	if f.Epoch = epoch; !epochForm.MatchString(epoch) {
		f.add(locale.NewError("cli.damage.epoch", "epoch", strconv.Quote(epoch)))
	}
	if pruned > format.MaxPosition {
		f.add(locale.NewError("cli.damage.pruned"))
		return 0, nil
	}
	return pruned, nil
}

// readMeta returns the epoch and the last position that retention has removed:
// more than format.MaxPosition if that is damaged.
func readMeta(ctx context.Context, conn *sql.Conn) (epoch string, pruned uint64, err error) {
	const query = `SELECT
		coalesce((SELECT CAST(value AS TEXT) FROM meta WHERE name = 'epoch'), ''),
		coalesce((SELECT CAST(value AS TEXT) FROM meta WHERE name = 'pruned' AND typeof(value) = 'integer'), '')`
	var number string
	if err := conn.QueryRowContext(ctx, query).Scan(&epoch, &number); err != nil {
		return "", 0, err
	}
	if pruned, err = strconv.ParseUint(number, 10, 63); err != nil {
		pruned = format.MaxPosition + 1
	}
	return epoch, pruned, nil
}

// inspectEvents goes through all events. Its only errors are of ctx and SQLite.
func inspectEvents(ctx context.Context, conn *sql.Conn, pruned uint64, f *Findings) error {
	last := pruned
	var missing gaps
	for ev, err := range salvage(ctx, conn) {
		damage, damaged := errors.AsType[*format.Damaged](err)
		skipped, unread := errors.AsType[*unreadable](err)
		seq := ev.ID.Seq
		switch {
		case unread:
			f.add(err)
			if skipped.upto < format.MaxPosition {
				last = max(last, skipped.upto)
			}
		case damaged:
			f.add(locale.NewError("cli.damage.event", "position", damage.Seq))
			if seq == last+1 {
				last = seq
			}
		case err != nil:
			return err
		case seq <= pruned && ev.Kind().Class != chat.Content: // which retention leaves
		case seq <= last:
			f.add(locale.NewError("cli.damage.place", "position", seq, "last", last))
		default:
			if err := f.hole(ctx, conn, &missing, last+1, seq-1); err != nil {
				return err
			}
			last = seq
		}
		if err == nil {
			f.Events++
		}
	}
	f.First, f.Last = pruned+1, last
	return f.judge(ctx, conn, missing)
}

// gaps are positions that have no event, and that no rebuild gave up.
type gaps struct {
	count  uint64
	ranges [][2]uint64 // no more than are told
}

// judge looks whether as many positions have no event as were removed one by one.
func (f *Findings) judge(ctx context.Context, conn *sql.Conn, missing gaps) error {
	removed, err := readHoles(ctx, conn)
	if err != nil {
		return err
	}
	if missing.count == removed {
		f.Removed = removed
		return nil
	}
	for _, r := range missing.ranges {
		f.add(locale.NewError("cli.damage.missing", "first", r[0], "last", r[1]))
	}
	if removed > 0 {
		f.add(locale.NewError("cli.damage.holes", "holes", missing.count, "removed", removed))
	}
	return nil
}

// readHoles returns how many positions have no event as that was removed. Logs of the
// first version have none.
func readHoles(ctx context.Context, conn *sql.Conn) (n uint64, err error) {
	const query = "SELECT coalesce((SELECT value FROM meta WHERE name = 'holes' AND typeof(value) = 'integer' AND value >= 0), 0)"
	err = conn.QueryRowContext(ctx, query).Scan(&n)
	return n, err
}

// hole looks at positions that have no event: none if there are no such.
func (f *Findings) hole(ctx context.Context, conn *sql.Conn, missing *gaps, from, upto uint64) error {
	if from > upto {
		return nil
	}
	known, err := givenUp(ctx, conn, from)
	switch {
	case err != nil:
		return err
	case known < upto:
		missing.count += upto - from + 1
		if len(missing.ranges) < maxProblems {
			missing.ranges = append(missing.ranges, [2]uint64{from, upto})
		}
	default:
		f.Lost += upto - from + 1
	}
	return nil
}

// lostPrefix begins the names in meta that say up to which position, from the one
// that the name ends with, a rebuild has given events up.
const lostPrefix = "lost "

// givenUp returns up to which position events are given up from this one on; less
// than that if they are not.
func givenUp(ctx context.Context, conn *sql.Conn, from uint64) (upto uint64, err error) {
	const query = "SELECT value FROM meta WHERE name BETWEEN ? AND ? ORDER BY name DESC LIMIT 1"
	var value any
	err = conn.QueryRowContext(ctx, query, lostPrefix, lostName(from)).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if n, ok := value.(int64); ok && n > 0 {
		upto = uint64(n)
	}
	return upto, err
}

func lostName(from uint64) string { return fmt.Sprintf("%s%019d", lostPrefix, from) }

// inspectStructure has SQLite look at every page, and compare indexes and log.
func inspectStructure(ctx context.Context, conn *sql.Conn, f *Findings) error {
	rows, err := conn.QueryContext(ctx, fmt.Sprintf("PRAGMA integrity_check(%d)", maxProblems))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var problem string
		if err := rows.Scan(&problem); err != nil {
			return err
		}
		if problem != "ok" {
			f.add(locale.NewError("cli.damage.sqlite", "problem", problem))
		}
	}
	return rows.Err()
}
