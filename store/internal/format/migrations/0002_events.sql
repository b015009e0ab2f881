-- What happens is of many kinds now: the text of a message is the body of an event.
ALTER TABLE log RENAME COLUMN text TO body;       -- empty once it is erased
ALTER TABLE log ADD COLUMN actor  TEXT;           -- who it is; NULL where nobody owns the name
ALTER TABLE log ADD COLUMN target INTEGER;        -- the message it is about, as the body has it

-- The same key of the same person, or of the same name where nobody owns it. No person's
-- id begins with a colon.
DROP INDEX log_client_id;
CREATE UNIQUE INDEX log_key ON log (room, ifnull(actor, ':' || user_name), client_id)
    WHERE client_id IS NOT NULL;

-- Edits, reactions and what else is about a message.
CREATE INDEX log_target ON log (target) WHERE target IS NOT NULL;

-- What is never removed, and is read when the log is opened. (Four comparisons, as a list would
-- make a table of its own for each event that is added.)
CREATE INDEX log_state ON log (seq) WHERE kind = 'room' OR kind = 'pin' OR kind = 'name' OR kind = 'token';

-- The latest of each person in each room.
CREATE INDEX log_latest ON log (room, ifnull(actor, ':' || user_name)) WHERE kind = 'read';

-- How many positions after "pruned" have no event, beside those that a rebuild gave up.
INSERT INTO meta (name, value) VALUES ('holes', 0);
