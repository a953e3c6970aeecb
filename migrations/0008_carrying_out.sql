-- What a schedule goes over: ticket, account, invite, or nothing. A round begins anew when it changes.
ALTER TABLE schedules ADD COLUMN subject TEXT NOT NULL DEFAULT '';
CREATE INDEX ticket_open ON tickets (id) WHERE closed_at IS NULL;

-- What staff write for each other. A table of its own, so that no query for customers can find it.
CREATE TABLE ticket_notes (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  author_kind TEXT NOT NULL, author_id TEXT NOT NULL, author_name TEXT NOT NULL, author_email TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX ticket_note_by_ticket ON ticket_notes (ticket_id, at, id);

-- Why an effect that is done had nothing to do.
ALTER TABLE effects ADD COLUMN note TEXT;

-- Why a mail was held back for a while; it stays when the mail has gone.
ALTER TABLE emails ADD COLUMN held TEXT;

-- How many mails an address got in each hour since 1970.
CREATE TABLE mail_hours (
  to_key TEXT NOT NULL, hour BIGINT NOT NULL,
  mails BIGINT NOT NULL,
  PRIMARY KEY (to_key, hour)
);
CREATE INDEX mail_hour_by_time ON mail_hours (hour);
