-- Small values that a plugin (or a lone script) keeps for itself, as JSON.
CREATE TABLE plugin_values (
  plugin TEXT NOT NULL, key TEXT NOT NULL,
  value TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (plugin, key)
);

-- Secrets of plugins, sealed with the server's key.
CREATE TABLE plugin_secrets (
  plugin TEXT NOT NULL, name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (plugin, name)
);

-- What the operator set for plugins, as part of a bundle.
ALTER TABLE bundles ADD COLUMN plugins TEXT NOT NULL DEFAULT '{}';

-- When an `every` hook is due next, and how far it has come over its subjects in the present round.
CREATE TABLE schedules (
  hook TEXT PRIMARY KEY,
  period BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  -- The id of the last subject that had its turn; null between rounds.
  cursor TEXT
);
