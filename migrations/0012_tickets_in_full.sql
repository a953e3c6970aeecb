-- What staff edit about departments. Nobody in `department_members` means all of the staff.
ALTER TABLE departments ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE departments ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE departments ADD COLUMN clients_only BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE departments ADD COLUMN replies_only BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE department_members (
  department_id TEXT NOT NULL REFERENCES departments (id) ON DELETE CASCADE,
  staff_id TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
  PRIMARY KEY (department_id, staff_id)
);

-- `waits` is for whom a ticket of this status waits: staff, customer, or nobody (it is closed).
CREATE TABLE ticket_statuses (
  name TEXT PRIMARY KEY,
  colour TEXT NOT NULL,
  position BIGINT NOT NULL,
  waits TEXT NOT NULL,
  ours BOOLEAN NOT NULL
);
INSERT INTO ticket_statuses (name, colour, position, waits, ours) VALUES
  ('Open', '#1d6f5f', 1, 'staff', TRUE),
  ('Customer-Reply', '#b45309', 2, 'staff', TRUE),
  ('In Progress', '#6d28d9', 3, 'staff', TRUE),
  ('Answered', '#1d4ed8', 4, 'customer', TRUE),
  ('On Hold', '#525b66', 5, 'customer', TRUE),
  ('Closed', '#525b66', 6, 'nobody', TRUE);
INSERT INTO ticket_statuses (name, colour, position, waits, ours)
  SELECT DISTINCT status, '#525b66', 7, 'staff', FALSE FROM tickets WHERE TRUE ON CONFLICT (name) DO NOTHING;

-- `waits` as the ticket's status has it; here, so that queues need no join.
ALTER TABLE tickets ADD COLUMN waits TEXT NOT NULL DEFAULT 'staff';
UPDATE tickets SET waits = CASE WHEN closed_at IS NOT NULL THEN 'nobody'
  WHEN status IN ('Answered', 'On Hold') THEN 'customer' ELSE 'staff' END;
-- When somebody last wrote, which a new status or a move does not change.
ALTER TABLE tickets ADD COLUMN written_at BIGINT NOT NULL DEFAULT 0;
UPDATE tickets SET written_at =
  COALESCE((SELECT MAX(r.at) FROM ticket_replies r WHERE r.ticket_id = tickets.id), opened_at);
ALTER TABLE tickets ADD COLUMN merged_into TEXT REFERENCES tickets (id) ON DELETE SET NULL;
-- The service or domain that it is about: what it was called when the ticket was opened.
ALTER TABLE tickets ADD COLUMN related_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN related_id TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN related_name TEXT NOT NULL DEFAULT '';

-- One index for each queue that lists go through in order.
CREATE INDEX ticket_account_open ON tickets (account_id, changed_at, id) WHERE closed_at IS NULL;
CREATE INDEX ticket_open_by_change ON tickets (changed_at, id) WHERE closed_at IS NULL;
CREATE INDEX ticket_closed_by_change ON tickets (changed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX ticket_waiting ON tickets (waits, changed_at, id);
CREATE INDEX ticket_by_department ON tickets (department_id, changed_at, id);
CREATE INDEX ticket_department_open ON tickets (department_id, changed_at, id) WHERE closed_at IS NULL;
CREATE INDEX ticket_by_assignee ON tickets (assignee_id, changed_at, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX ticket_merged ON tickets (merged_into) WHERE merged_into IS NOT NULL;

-- Where a message came from, and what only its mail knows: the text it quoted, the file with the original.
ALTER TABLE ticket_replies ADD COLUMN origin TEXT NOT NULL DEFAULT 'web';
ALTER TABLE ticket_replies ADD COLUMN message_id TEXT;
ALTER TABLE ticket_replies ADD COLUMN raw_path TEXT;
ALTER TABLE ticket_replies ADD COLUMN quoted TEXT NOT NULL DEFAULT '';
CREATE INDEX ticket_reply_by_message ON ticket_replies (message_id) WHERE message_id IS NOT NULL;

-- What customers think of an answer; each answer once.
CREATE TABLE ticket_ratings (
  reply_id TEXT PRIMARY KEY REFERENCES ticket_replies (id) ON DELETE CASCADE,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  stars BIGINT NOT NULL, comment TEXT NOT NULL,
  rater_id TEXT NOT NULL, rater_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX ticket_rating_by_ticket ON ticket_ratings (ticket_id);

-- Files of messages; their bytes lie in the data folder under the hash. Without a reply it waits for one.
CREATE TABLE attachments (
  id TEXT PRIMARY KEY,
  ticket_id TEXT REFERENCES tickets (id) ON DELETE CASCADE,
  reply_id TEXT REFERENCES ticket_replies (id) ON DELETE CASCADE,
  -- Who brought it, and alone may use it until a message has it.
  holder TEXT NOT NULL,
  name TEXT NOT NULL, media_type TEXT NOT NULL,
  size BIGINT NOT NULL, sha256 TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX attachment_by_ticket ON attachments (ticket_id);
CREATE INDEX attachment_by_reply ON attachments (reply_id);
CREATE INDEX attachment_by_bytes ON attachments (sha256);
CREATE INDEX attachment_pending ON attachments (created_at) WHERE reply_id IS NULL;

-- The words of every message, for search. Of notes, too: those bear no account, so that customers cannot find them.
-- {{sqlite}}
CREATE VIRTUAL TABLE ticket_words USING fts5 (ticket_id UNINDEXED, ids, words, tokenize = 'unicode61 remove_diacritics 0');
INSERT INTO ticket_words (ticket_id, ids, words)
  SELECT t.id, t.id || ' ' || COALESCE(t.account_id, ''),
    t.reference || ' ' || t.subject || ' ' || r.author_name || ' ' || r.author_email || ' ' || r.body
  FROM ticket_replies r JOIN tickets t ON t.id = r.ticket_id;
INSERT INTO ticket_words (ticket_id, ids, words) SELECT n.ticket_id, n.ticket_id, n.body FROM ticket_notes n;
-- {{postgres}}
CREATE TABLE ticket_words (
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  account_id TEXT,
  words TSVECTOR NOT NULL
);
CREATE INDEX ticket_words_by_word ON ticket_words USING GIN (words);
CREATE INDEX ticket_words_by_ticket ON ticket_words (ticket_id);
INSERT INTO ticket_words (ticket_id, account_id, words)
  SELECT t.id, t.account_id, to_tsvector('simple', regexp_replace(LOWER(
    t.reference || ' ' || t.subject || ' ' || r.author_name || ' ' || r.author_email || ' ' || r.body), '[^[:alnum:]]+', ' ', 'g'))
  FROM ticket_replies r JOIN tickets t ON t.id = r.ticket_id;
INSERT INTO ticket_words (ticket_id, account_id, words)
  SELECT n.ticket_id, NULL, to_tsvector('simple', regexp_replace(LOWER(n.body), '[^[:alnum:]]+', ' ', 'g')) FROM ticket_notes n;
-- {{both}}
