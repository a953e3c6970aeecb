-- Mail that came in: what was taken, what was not and why. The mail itself lies in the data folder under its hash.
CREATE TABLE incoming_mails (
  id TEXT PRIMARY KEY,
  -- Of the Message-ID, the content and the address that it came to: a server that delivers twice is answered once.
  digest TEXT NOT NULL UNIQUE,
  -- pipe or http
  door TEXT NOT NULL,
  at BIGINT NOT NULL,
  -- taken, rejected, accepted (rejected, and taken all the same later), noted (a bounce or a complaint)
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL, detail TEXT NOT NULL,
  sender_name TEXT NOT NULL, sender_email TEXT NOT NULL, sender_key TEXT NOT NULL,
  to_email TEXT NOT NULL,
  subject TEXT NOT NULL, message_id TEXT NOT NULL,
  -- The start of the text, for people who look through what was rejected.
  body TEXT NOT NULL,
  size BIGINT NOT NULL, sha256 TEXT NOT NULL,
  -- No foreign keys: the row is a log, and outlives what it tells of.
  ticket_id TEXT, ticket_reference TEXT,
  -- How the ticket was found: token, thread, message, tag; or new.
  matched TEXT NOT NULL,
  accepted_by TEXT NOT NULL DEFAULT '', accepted_at BIGINT
);
CREATE INDEX incoming_mail_rejected ON incoming_mails (at, id) WHERE state = 'rejected';
CREATE INDEX incoming_mail_by_sender ON incoming_mails (sender_key, at);
CREATE INDEX incoming_mail_by_ticket ON incoming_mails (ticket_id, at) WHERE ticket_id IS NOT NULL;
CREATE INDEX incoming_mail_by_time ON incoming_mails (at);
CREATE INDEX incoming_mail_by_bytes ON incoming_mails (sha256);

-- Whose account a mail is for, by its sender.
CREATE INDEX contact_by_email ON contacts (email_key);
CREATE INDEX account_by_address ON accounts (LOWER(email));
