-- Addresses that get no mail, but what they ask for themselves.
CREATE TABLE suppressions (
  to_key TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  -- bounce, complaint, hand
  reason TEXT NOT NULL,
  -- What the other server said, or what the person who did it wrote.
  detail TEXT NOT NULL,
  -- The mail that it came of, if one did.
  email_id TEXT,
  since BIGINT NOT NULL,
  -- When it ends by itself; null for never.
  until_at BIGINT,
  -- Who did it; empty for the server itself.
  by_name TEXT NOT NULL
);
CREATE INDEX suppression_by_time ON suppressions (since, to_key);
CREATE INDEX suppression_until ON suppressions (until_at) WHERE until_at IS NOT NULL;

-- What came back: one row for each mail, so that a report that comes twice counts once.
CREATE TABLE bounces (
  email_id TEXT PRIMARY KEY,
  to_key TEXT NOT NULL,
  -- True if the other server said that it will never take it.
  permanent BOOLEAN NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX bounce_by_address ON bounces (to_key, at);
CREATE INDEX bounce_by_time ON bounces (at);

-- What the server said that took a mail, and by which relay it went.
ALTER TABLE emails ADD COLUMN relay TEXT;
ALTER TABLE emails ADD COLUMN answer TEXT;
-- When it came back, and what was said.
ALTER TABLE emails ADD COLUMN bounced_at BIGINT;
ALTER TABLE emails ADD COLUMN bounced TEXT;

-- Tries that did not end with the mail being taken; the one that did stands in `emails`.
CREATE TABLE email_tries (
  email_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  relay TEXT NOT NULL,
  -- later, refused, unknown, template
  outcome TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (email_id, number)
);

-- A claim walks this and sorts nothing, however much waits.
DROP INDEX email_waiting;
CREATE INDEX email_waiting ON emails (next_at, id) WHERE state = 'waiting';
-- For lists: by state, and by address.
CREATE INDEX email_by_state ON emails (state, created_at, id);
CREATE INDEX email_by_address ON emails (to_key, created_at, id);
DROP INDEX email_by_time;
CREATE INDEX email_by_time ON emails (created_at, id);
