-- What the reader at an address chose for mail of an account ('' for mail without one): none of a kind, or a slower pace.
CREATE TABLE mail_choices (
  account_id TEXT NOT NULL, to_key TEXT NOT NULL,
  category TEXT NOT NULL,
  -- Since when the address wants none; null while it gets them.
  off_at BIGINT,
  -- hourly, daily; empty for at once
  pace TEXT NOT NULL,
  PRIMARY KEY (account_id, to_key, category)
);

-- What a mail waits to be gathered with, if it is to go out in a digest; empty once somebody wants it sent alone.
ALTER TABLE emails ADD COLUMN gather TEXT;
-- The digest in which it went out.
ALTER TABLE emails ADD COLUMN digest_id TEXT;
CREATE INDEX email_gathering ON emails (to_key, gather, created_at) WHERE state = 'waiting' AND gather IS NOT NULL;
CREATE INDEX email_of_digest ON emails (digest_id) WHERE digest_id IS NOT NULL;
