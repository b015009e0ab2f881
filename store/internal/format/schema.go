package format

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"plainchat/locale"
)

// object is a table, an index, a view or a trigger, as the schema of a database has it.
type object struct{ kind, name, table, sql string }

func (o object) String() string { return fmt.Sprintf("%s %q", o.kind, o.name) }

// schema is what a database consists of.
type schema []object

// Difference is an object that is there and should not be, or the other way round.
type Difference struct {
	object
	what string // the key of a sentence
}

func (d Difference) Error() string { return d.In(locale.English) }

// In tells it in a language.
func (d Difference) In(c *locale.Catalogue) string { return c.Text(d.what, "object", d.object) }

// alteredSchema is a log that somebody has changed by more than its rows: a trigger could
// remove what was acknowledged, a view tell of what nobody has said.
type alteredSchema struct{ differences []Difference }

// IsDamage marks it for sqlite.IsDamage.
func (*alteredSchema) IsDamage() {}

func (e *alteredSchema) Error() string { return e.In(locale.English) }

// In tells it in a language.
func (e *alteredSchema) In(c *locale.Catalogue) string {
	var text strings.Builder
	const most = 3
	for i, d := range e.differences[:min(most, len(e.differences))] {
		if i > 0 {
			text.WriteString("; ")
		}
		text.WriteString(d.In(c))
	}
	if more := len(e.differences) - most; more > 0 {
		text.WriteString("; " + c.Text("cli.damage.schema_more", "more", more))
	}
	return text.String()
}

// checkSchema returns an *alteredSchema unless a log consists of what the migrations up to
// its version make.
func checkSchema(ctx context.Context, conn *sql.Conn) error {
	differences, err := CompareSchema(ctx, conn)
	if err == nil && len(differences) > 0 {
		err = &alteredSchema{differences}
	}
	return err
}

// CompareSchema returns in which ways a log does not consist of that.
func CompareSchema(ctx context.Context, conn *sql.Conn) (differences []Difference, err error) {
	version, err := ReadVersion(ctx, conn)
	if err != nil {
		return nil, err
	}
	found, err := readSchema(ctx, conn)
	if err != nil {
		return nil, err
	}
	ours, statistics, err := schemaOf(ctx, version)
	if err != nil {
		return nil, err
	}
	for _, o := range found {
		if !ours.take(o) && !statistics.take(o) {
			differences = append(differences, ours.unlike(o))
		}
	}
	for _, o := range ours {
		differences = append(differences, Difference{o, "cli.damage.schema_missing"})
	}
	return differences, nil
}

// TablesIntact reports whether the tables that all is in are not among the differences.
func TablesIntact(differences []Difference) bool {
	return !slices.ContainsFunc(differences, func(d Difference) bool {
		return strings.EqualFold(d.name, "log") || strings.EqualFold(d.name, "meta")
	})
}

// unlike is an object that equals none; it removes the one that it stands for, if any.
func (s *schema) unlike(o object) Difference {
	for _, other := range *s {
		if other.kind == o.kind && other.name == o.name {
			s.take(other)
			return Difference{o, "cli.damage.schema_changed"}
		}
	}
	return Difference{o, "cli.damage.schema_extra"}
}

// take removes an object, if it is there: the next that equals it is one too many.
func (s *schema) take(o object) bool {
	i := slices.Index(*s, o)
	if i >= 0 {
		*s = slices.Delete(*s, i, i+1)
	}
	return i >= 0
}

// schemaOf returns what the migrations up to a version make, and what SQLite itself adds
// where somebody has it gather statistics (ANALYZE).
func schemaOf(ctx context.Context, version int) (ours, statistics schema, err error) {
	steps, err := migrations()
	if err != nil {
		return nil, nil, err
	}
	if version < 0 || version > len(steps) {
		return nil, nil, &newerError{version, len(steps)}
	}
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	conn, err := db.Conn(ctx) // each has a memory of its own
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close()
	for _, step := range steps[:version] {
		if _, err := conn.ExecContext(ctx, step); err != nil {
			return nil, nil, err
		}
	}
	ours, err = readSchema(ctx, conn)
	if err == nil {
		_, err = conn.ExecContext(ctx, "ANALYZE")
	}
	if err == nil {
		statistics, err = readSchema(ctx, conn)
	}
	for _, o := range ours {
		statistics.take(o)
	}
	return ours, statistics, err
}

// readSchema reads sqlite_master, a name that nothing else in a database can have; its
// other one, sqlite_schema, a forged view could.
func readSchema(ctx context.Context, conn *sql.Conn) (s schema, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT coalesce(CAST(type AS TEXT), ''), coalesce(CAST(name AS TEXT), ''),
		coalesce(CAST(tbl_name AS TEXT), ''), coalesce(CAST(sql AS TEXT), '') FROM sqlite_master`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var o object
		if err := rows.Scan(&o.kind, &o.name, &o.table, &o.sql); err != nil {
			return nil, err
		}
		s = append(s, o)
	}
	return s, rows.Err()
}
