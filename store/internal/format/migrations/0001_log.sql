-- The log. A row never changes; retention removes rows from the front.
CREATE TABLE log (
    seq       INTEGER PRIMARY KEY,
    kind      TEXT    NOT NULL,
    room      TEXT    NOT NULL,
    user_name TEXT    NOT NULL,
    client_id TEXT,             -- NULL if the sender gave none
    time      INTEGER NOT NULL, -- milliseconds since 1970-01-01T00:00:00Z
    text      TEXT    NOT NULL,
    crc       INTEGER NOT NULL  -- CRC32C of all of the above
) STRICT;

-- An index ends with the row's key, so this is (room, seq): a room's history in
-- order, from either end.
CREATE INDEX log_room ON log (room);

CREATE UNIQUE INDEX log_client_id ON log (room, user_name, client_id)
    WHERE client_id IS NOT NULL;

-- What is known of the log as a whole: its epoch, and as "pruned" the last
-- position that retention has removed.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
