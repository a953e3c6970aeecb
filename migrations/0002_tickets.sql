CREATE TABLE departments (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE, email TEXT NOT NULL,
  position BIGINT NOT NULL
);

CREATE TABLE tickets (
  id TEXT PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
  department_id TEXT NOT NULL REFERENCES departments (id),
  subject TEXT NOT NULL, status TEXT NOT NULL, priority TEXT NOT NULL,
  opener_kind TEXT NOT NULL, opener_id TEXT NOT NULL, opener_name TEXT NOT NULL, opener_email TEXT NOT NULL,
  assignee_id TEXT REFERENCES staff (id) ON DELETE SET NULL,
  -- Copied addresses, separated by line ends.
  cc TEXT NOT NULL DEFAULT '',
  opened_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, closed_at BIGINT
);
CREATE INDEX ticket_by_account ON tickets (account_id, changed_at, id);
CREATE INDEX ticket_by_change ON tickets (changed_at, id);

CREATE TABLE ticket_replies (
  id TEXT PRIMARY KEY,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  author_kind TEXT NOT NULL, author_id TEXT NOT NULL, author_name TEXT NOT NULL, author_email TEXT NOT NULL,
  -- Fixed when the reply is written, whatever the author becomes later.
  badge TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX ticket_reply_by_ticket ON ticket_replies (ticket_id, at, id);
