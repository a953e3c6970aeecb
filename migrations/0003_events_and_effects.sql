-- The outbox. A stream is the account, else the ticket, else the user; events of one stream are
-- worked in the order of seq, which is the order of their commits.
CREATE TABLE events (
  seq {{serial}},
  id TEXT NOT NULL UNIQUE,
  stream TEXT NOT NULL,
  name TEXT NOT NULL,
  at BIGINT NOT NULL,
  account_id TEXT,
  actor TEXT NOT NULL,
  -- The account's snapshot, stored once by hash; null if the event has no account.
  snapshot_hash TEXT,
  correlation TEXT NOT NULL, depth BIGINT NOT NULL,
  -- The event's own subjects, as JSON.
  body TEXT NOT NULL,
  dispatched_at BIGINT
);
CREATE INDEX event_waiting ON events (stream, seq) WHERE dispatched_at IS NULL;
CREATE INDEX event_by_account ON events (account_id, seq);
CREATE INDEX event_by_time ON events (at);

CREATE TABLE snapshots (hash TEXT PRIMARY KEY, body TEXT NOT NULL, used_at BIGINT NOT NULL);
CREATE INDEX snapshot_by_time ON snapshots (used_at);

-- Claiming looks here, so that it costs the same whatever the backlog.
CREATE TABLE streams (
  key TEXT PRIMARY KEY,
  pending BIGINT NOT NULL,
  ready_at BIGINT NOT NULL,
  lease_by TEXT, lease_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX stream_ready ON streams (ready_at) WHERE pending > 0;

-- Links with secrets, sealed, until the mail that shows them has gone.
CREATE TABLE event_links (
  event_id TEXT NOT NULL, name TEXT NOT NULL, sealed TEXT NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (event_id, name)
);

-- One row for each hook that met an event: the trace. Each hook's plan takes effect once per event,
-- because this row and the plan's rows are written in one transaction.
CREATE TABLE hook_runs (
  event_id TEXT NOT NULL, hook TEXT NOT NULL,
  stream TEXT NOT NULL, seq BIGINT NOT NULL, event_name TEXT NOT NULL, account_id TEXT,
  verb TEXT NOT NULL,
  -- done, waiting (to be tried, or behind an earlier event of its stream), dead
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL, next_at BIGINT NOT NULL,
  lease_by TEXT, lease_until BIGINT NOT NULL DEFAULT 0,
  bundle TEXT NOT NULL,
  error TEXT, file TEXT NOT NULL, line BIGINT NOT NULL,
  operations BIGINT NOT NULL, micros BIGINT NOT NULL,
  -- What it saw and said: settings read, log lines, plan, recipients and those left out.
  detail TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (event_id, hook)
);
CREATE INDEX hook_run_waiting ON hook_runs (next_at) WHERE state = 'waiting';
CREATE INDEX hook_run_stream ON hook_runs (stream, hook, seq) WHERE state = 'waiting';
CREATE INDEX hook_run_by_hook ON hook_runs (hook, at);
CREATE INDEX hook_run_by_time ON hook_runs (at);

-- What a plan asks for beyond mail.
CREATE TABLE effects (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL, hook TEXT NOT NULL, ordinal BIGINT NOT NULL,
  kind TEXT NOT NULL, body TEXT NOT NULL,
  -- waiting, done, dead
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL, next_at BIGINT NOT NULL,
  lease_by TEXT, lease_until BIGINT NOT NULL DEFAULT 0,
  error TEXT, created_at BIGINT NOT NULL, done_at BIGINT,
  UNIQUE (event_id, hook, ordinal)
);
CREATE INDEX effect_waiting ON effects (next_at) WHERE state = 'waiting';
CREATE INDEX effect_by_time ON effects (created_at);

-- Mail: queue and history in one. One message for each address, event and cause.
CREATE TABLE emails (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL, cause TEXT NOT NULL, ordinal BIGINT NOT NULL,
  account_id TEXT,
  template TEXT NOT NULL, category TEXT NOT NULL,
  to_kind TEXT NOT NULL, to_id TEXT NOT NULL, to_name TEXT NOT NULL, to_email TEXT NOT NULL, to_key TEXT NOT NULL,
  locale TEXT NOT NULL, time_zone TEXT NOT NULL,
  reason TEXT NOT NULL, chosen_by TEXT NOT NULL,
  vars TEXT NOT NULL,
  -- waiting, sent, dead
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL, next_at BIGINT NOT NULL,
  lease_by TEXT, lease_until BIGINT NOT NULL DEFAULT 0,
  -- True while a try whose outcome nobody knows stands: sending again may double it.
  unsure BOOLEAN NOT NULL,
  error TEXT,
  subject TEXT, html TEXT, body_text TEXT, headers TEXT,
  created_at BIGINT NOT NULL, sent_at BIGINT,
  UNIQUE (event_id, cause, to_key)
);
CREATE INDEX email_waiting ON emails (next_at) WHERE state = 'waiting';
CREATE INDEX email_by_account ON emails (account_id, created_at);
CREATE INDEX email_by_event ON emails (event_id);
CREATE INDEX email_by_time ON emails (created_at);

-- Where no SMTP server is configured: each mail as it would have gone out, links and all.
CREATE TABLE dev_mails (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
  body_text TEXT NOT NULL, html TEXT NOT NULL, headers TEXT NOT NULL
);
CREATE INDEX dev_mail_by_time ON dev_mails (at);

-- The files that were live, by content; the bundle that is live, and the last good version of each file.
CREATE TABLE bundle_files (hash TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE bundles (
  hash TEXT PRIMARY KEY,
  -- Path below the data folder → hash of its text, as JSON.
  files TEXT NOT NULL,
  settings TEXT NOT NULL,
  activated_at BIGINT NOT NULL
);
