-- SQLite takes the index of lists for a claim, and sorts all that waits, unless the state stands in front here, too.
DROP INDEX email_waiting;
CREATE INDEX email_waiting ON emails (state, next_at, id) WHERE state = 'waiting';
DROP INDEX email_gathering;
CREATE INDEX email_gathering ON emails (state, to_key, gather, created_at, id) WHERE state = 'waiting' AND gather IS NOT NULL;
-- For the list of mails that are held back.
CREATE INDEX email_held ON emails (state, created_at, id) WHERE held IS NOT NULL AND attempts = 0;

-- So often in a row a mail was begun and never came to an end: it may be what ends the server.
ALTER TABLE emails ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
-- Since when it waits for mail servers that are away.
ALTER TABLE emails ADD COLUMN away_since BIGINT;
