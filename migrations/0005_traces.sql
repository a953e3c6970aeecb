-- What `before` and `permission_defaults` hooks saw and said. The account of the draft stands once, in snapshots.
CREATE TABLE guard_runs (
  id TEXT PRIMARY KEY,
  -- Such as invite.send, or permission_defaults.
  action TEXT NOT NULL,
  account_id TEXT, actor TEXT NOT NULL,
  -- allowed, amended, denied
  verdict TEXT NOT NULL,
  -- True if one of the hooks failed, whatever came of it.
  failed BOOLEAN NOT NULL,
  bundle TEXT NOT NULL,
  draft TEXT NOT NULL, snapshot_hash TEXT,
  answer TEXT NOT NULL,
  -- Each hook that had a say, as JSON.
  steps TEXT NOT NULL,
  operations BIGINT NOT NULL, micros BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX guard_run_by_time ON guard_runs (failed, at);
CREATE INDEX guard_run_by_action ON guard_runs (action, at);

-- Successes and failures are forgotten apart.
CREATE INDEX hook_run_settled ON hook_runs (at) WHERE error IS NULL AND state = 'done';
CREATE INDEX hook_run_failed ON hook_runs (at) WHERE error IS NOT NULL AND state <> 'waiting';
