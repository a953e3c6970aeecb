-- How each hook fares in its present version, over all nodes; and whether it is out.
CREATE TABLE hook_health (
  hook TEXT PRIMARY KEY,
  verb TEXT NOT NULL, file TEXT NOT NULL,
  -- Hash of the script and of what it stands on: another one is another beginning.
  version TEXT NOT NULL,
  since BIGINT NOT NULL,
  runs BIGINT NOT NULL, failures BIGINT NOT NULL,
  -- The window, in two halves: the present one by its number, and the one before it.
  half BIGINT NOT NULL, half_runs BIGINT NOT NULL, half_failures BIGINT NOT NULL,
  before_runs BIGINT NOT NULL, before_failures BIGINT NOT NULL,
  -- The last failure, as JSON, and as the report with its line.
  failed_at BIGINT, failure TEXT, report TEXT,
  -- When hook.failed was last emitted for a run outside the outbox.
  said_at BIGINT NOT NULL,
  -- Since when it is out, if it is; when it may be tried; how often in a row; until when a trial is under way.
  out_at BIGINT, retry_at BIGINT NOT NULL, outs BIGINT NOT NULL, trial_until BIGINT NOT NULL, back_at BIGINT NOT NULL
);
CREATE INDEX hook_health_out ON hook_health (hook) WHERE out_at IS NOT NULL;

-- Runs that were given up, for those who run them again.
CREATE INDEX hook_run_dead ON hook_runs (hook) WHERE state = 'dead';
