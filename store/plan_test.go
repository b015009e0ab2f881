package store_test

import (
	"slices"
	"testing"

	"plainchat/store"
)

// No query may become slower as the log grows: each goes by an index, and none
// sorts.
func TestQueryPlans(t *testing.T) {
	log := open(t, t.TempDir())
	room, roomArgs := store.RoomQuery("DESC", "r")
	all, allArgs := store.RoomQuery("ASC")
	several, severalArgs := store.RoomQuery("ASC", "r", "s")
	for _, tt := range []struct {
		query string
		args  []any
		plan  []string
	}{
		{room, roomArgs, []string{"SEARCH log USING INDEX log_room (room=? AND rowid>? AND rowid<?)"}},
		{several, severalArgs, []string{
			"MERGE (UNION ALL)", "LEFT", "SEARCH log USING INDEX log_room (room=? AND rowid>? AND rowid<?)",
			"RIGHT", "SEARCH log USING INDEX log_room (room=? AND rowid>? AND rowid<?)",
		}},
		{store.RoomsQuery, nil, []string{
			"CO-ROUTINE rooms", "SETUP", "SEARCH log USING COVERING INDEX log_room (room>?)", "RECURSIVE STEP", "SCAN rooms",
			"CORRELATED SCALAR SUBQUERY 2", "SEARCH log USING COVERING INDEX log_room (room>?)", "SCAN rooms",
		}},
		{all, allArgs, []string{"SEARCH log USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"}},
		{store.FirstQuery, []any{"r", "me", "k"}, []string{"SEARCH log USING INDEX log_key (room=? AND <expr>=? AND client_id=?)"}},
		{store.CountQuery, []any{`[["r","r",5]]`, 9}, []string{
			"SCAN wanted VIRTUAL TABLE INDEX 1:", "CORRELATED SCALAR SUBQUERY 2", "CO-ROUTINE (subquery-1)",
			"SEARCH log USING INDEX log_room (room=? AND rowid>?)", "SCAN (subquery-1)",
		}},
		{store.AtQuery, []any{"[1]"}, []string{"SEARCH log USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1", "SCAN json_each VIRTUAL TABLE INDEX 1:"}},
		{store.TimeQuery, []any{1, 0}, []string{"SCAN CONSTANT ROW", "SCALAR SUBQUERY 1", "SEARCH log USING INTEGER PRIMARY KEY (rowid>?)"}},
	} {
		rows, err := log.Conn().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+tt.query, tt.args...)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, detail)
		}
		if err := rows.Err(); err != nil || !slices.Equal(plan, tt.plan) {
			t.Errorf("%s\nplan %q, %v\nwant %q", tt.query, plan, err, tt.plan)
		}
		rows.Close()
	}
}
