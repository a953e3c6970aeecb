-- New versions of scripts that run beside the live ones, on every node, without any effect.
CREATE TABLE shadows (
  name TEXT PRIMARY KEY,
  -- Where it would stand, such as hooks/ticket-mail.rhai.
  file TEXT NOT NULL,
  body TEXT NOT NULL,
  -- Hash of what stood there when it began; empty if nothing did.
  base TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  -- Events that it met since then.
  events BIGINT NOT NULL DEFAULT 0,
  -- Why it does not run now, if it does not.
  error TEXT
);

-- What would have come of an event with the new version, beside what did.
CREATE TABLE shadow_differences (
  shadow TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  -- The difference as JSON.
  detail TEXT NOT NULL,
  PRIMARY KEY (shadow, event_id)
);
CREATE INDEX shadow_difference_by_time ON shadow_differences (shadow, at);
