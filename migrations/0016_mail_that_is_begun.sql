-- For the list of mails that are held back.
CREATE INDEX email_held ON emails (state, created_at, id) WHERE held IS NOT NULL AND attempts = 0;

-- So often in a row a mail was begun and never came to an end: it may be what ends the server.
ALTER TABLE emails ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
-- Since when it waits for mail servers that are away.
ALTER TABLE emails ADD COLUMN away_since BIGINT;
