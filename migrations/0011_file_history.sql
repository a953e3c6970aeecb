-- Every text that a release has shipped here.
CREATE TABLE shipped_files (
  path TEXT NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (path, hash)
);
-- Which of them each file of the data folder was made from.
CREATE TABLE file_origins (
  path TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  -- False where the file was edited before anybody looked.
  known BOOLEAN NOT NULL,
  noted_at BIGINT NOT NULL
);
-- What staff saved in the admin area; what was saved by other means shows in the bundles alone.
CREATE TABLE file_edits (
  id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  -- Of the text that was saved.
  hash TEXT NOT NULL,
  -- edit | restore | shipped | merge
  kind TEXT NOT NULL,
  staff_id TEXT NOT NULL,
  staff_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX file_edits_of_path ON file_edits (path, at);
