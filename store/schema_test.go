package store_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/store"
	"plainchat/store/repair"
)

const endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"

// alterations change what a log consists of; want is what is told of it.
var alterations = map[string]struct{ change, want string }{
	"trigger":           {"CREATE TRIGGER gone AFTER INSERT ON log BEGIN DELETE FROM log WHERE seq = new.seq; END", `trigger "gone"`},
	"trigger of meta":   {"CREATE TRIGGER gone AFTER UPDATE ON meta BEGIN DELETE FROM log; END", `trigger "gone"`},
	"view":              {"CREATE VIEW texts AS SELECT body FROM log", `view "texts"`},
	"table":             {"CREATE TABLE notes (text)", `table "notes"`},
	"virtual table":     {"CREATE VIRTUAL TABLE search USING fts5 (text)", `table "search"`},
	"index":             {"CREATE INDEX log_time ON log (time)", `index "log_time"`},
	"index missing":     {"DROP INDEX log_room", `index "log_room" is missing`},
	"index not unique":  {"DROP INDEX log_key; CREATE INDEX log_key ON log (room, ifnull(actor, user_name), client_id) WHERE client_id IS NOT NULL", `index "log_key" is not as`},
	"column":            {"ALTER TABLE log ADD COLUMN edited INTEGER", `table "log" is not as`},
	"generated column":  {"ALTER TABLE log ADD COLUMN shout TEXT AS (upper(body))", `table "log" is not as`},
	"column renamed":    {"ALTER TABLE log RENAME COLUMN body TO message", `table "log" is not as`},
	"check":             {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'crc       INTEGER NOT NULL', 'crc INTEGER NOT NULL CHECK (seq < 9)') WHERE name = 'log'", `table "log" is not as`},
	"default":           {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'value ANY NOT NULL', 'value ANY NOT NULL DEFAULT 7') WHERE name = 'meta'", `table "meta" is not as`},
	"endless log":       {"ALTER TABLE log RENAME TO old; CREATE VIEW log AS " + endless + " SELECT x AS seq, '' AS kind, '' AS room, '' AS user_name, '' AS client_id, 1 AS time, '' AS body, 1 AS crc FROM n", `table "log" is missing`},
	"endless meta":      {"ALTER TABLE meta RENAME TO old; CREATE VIEW meta AS " + endless + " SELECT 'epoch' AS name, x AS value FROM n WHERE x < 0", `table "meta" is missing`},
	"forged catalogue":  {"PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('view', 'sqlite_schema', 'sqlite_schema', 0, 'CREATE VIEW sqlite_schema AS SELECT 1')", `sqlite_schema already exists`},
	"forged statistics": {"PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('view', 'sqlite_stat1', 'sqlite_stat1', 0, 'CREATE VIEW sqlite_stat1 AS SELECT 1 AS tbl, 2 AS idx, 3 AS stat')", `view "sqlite_stat1"`},
	"many":              {"CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x); CREATE TABLE d (x); CREATE TABLE e (x)", `table "c"`},
}

// A log that somebody has added to is neither sound nor opened, copied or restored; what was
// said in it can be saved.
func TestAlteredSchema(t *testing.T) {
	if testing.Short() {
		t.Skip("it has one goroutine")
	}
	for name, tt := range alterations {
		t.Run(name, func(t *testing.T) {
			dir := spoken(t, 5)
			tamper(t, dir, tt.change)
			found, err := repair.Check(t.Context(), dir)
			if err != nil || found.Sound() || !strings.Contains(fmt.Sprint(errors.Join(found.Problems...)), tt.want) {
				t.Errorf("Check finds %+v, %v; want %s", found, err, tt.want)
			}
			backup := filepath.Join(t.TempDir(), "backup")
			_, copying := repair.Backup(t.Context(), dir, backup)
			_, restoring := repair.Restore(t.Context(), filepath.Join(dir, "log.db"), t.TempDir())
			_, opening := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
			for what, err := range map[string]error{"Backup": copying, "Restore": restoring, "Open": opening} {
				if err == nil {
					t.Errorf("%s takes it", what)
				}
			}
			done, err := repair.Rebuild(t.Context(), dir)
			if err != nil || done.Saved != 5 || done.Lost != 0 {
				t.Fatalf("Rebuild: %+v, %v", done, err)
			}
			if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() {
				t.Errorf("rebuilt, Check finds %+v, %v", found, err)
			}
			say(t, open(t, dir), "r", "goes on")
		})
	}
}

// What is known of a log is checked before its format is brought up to date, by what that
// consists of.
func TestAlteredOlderFormat(t *testing.T) {
	for change, sound := range map[string]bool{
		"DROP TABLE log; DROP TABLE meta":       true,  // as before the first step
		"DROP TABLE log":                        false, // which nothing ever made
		"CREATE TABLE notes (text)":             false,
		"CREATE VIEW log2 AS SELECT * FROM log": false,
	} {
		dir := spoken(t, 1)
		tamper(t, dir, change+"; PRAGMA user_version = 0")
		log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
		if (err == nil) != sound {
			t.Errorf("%s: Open = %v", change, err)
		}
		if err == nil {
			log.Close()
		}
	}
}

// Statistics, which SQLite keeps in tables of its own, change nothing.
func TestStatisticsAreNoAlteration(t *testing.T) {
	dir := spoken(t, 5)
	tamper(t, dir, "ANALYZE")
	if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() {
		t.Errorf("Check finds %+v, %v", found, err)
	}
	say(t, open(t, dir), "r", "goes on")
}

// A migration makes the same forever, comments included: logs are compared with it.
func TestMigrationsStayAsTheyAre(t *testing.T) {
	const want = "8f4a54c8675a78077440d0559d632255fb951a6790dfbb69c9ec9953321647c3"
	log := open(t, t.TempDir())
	var made string
	if err := log.Conn().QueryRowContext(t.Context(), "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)").Scan(&made); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(made))); got != want {
		t.Errorf("the migrations make\n%s\nwhose SHA-256 is %s, want %s; add a migration instead of changing one", made, got, want)
	}
}

// No connection calls a function that a schema names and that has effects.
func TestSchemaIsNotTrusted(t *testing.T) {
	log := open(t, t.TempDir())
	var trusted int
	if err := log.Conn().QueryRowContext(t.Context(), "PRAGMA trusted_schema").Scan(&trusted); err != nil || trusted != 0 {
		t.Errorf("trusted_schema is %d, %v", trusted, err)
	}
}
