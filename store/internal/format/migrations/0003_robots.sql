-- Hooks and webhooks are state too: never removed, and read when the log is opened.
DROP INDEX log_state;
CREATE INDEX log_state ON log (seq) WHERE kind = 'room' OR kind = 'pin' OR kind = 'name' OR kind = 'token'
    OR kind = 'hook' OR kind = 'webhook';
