-- What staff answer again and again.
CREATE TABLE canned_answers (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- Who looks at a ticket now, or writes on it. A row counts for a minute after it was seen.
CREATE TABLE ticket_presence (
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  staff_id TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
  writing BOOLEAN NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (ticket_id, staff_id)
);
CREATE INDEX ticket_presence_by_time ON ticket_presence (seen_at);

-- Which events stand among a ticket's messages. What they say, the events keep.
CREATE TABLE ticket_history (
  event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
  ticket_id TEXT NOT NULL REFERENCES tickets (id) ON DELETE CASCADE,
  PRIMARY KEY (event_id, ticket_id)
);
CREATE INDEX ticket_history_by_ticket ON ticket_history (ticket_id, event_id);

-- What the numbers above the queue are counted along.
CREATE INDEX ticket_counted ON tickets (department_id, status) WHERE closed_at IS NULL;
CREATE INDEX ticket_unassigned ON tickets (department_id, changed_at, id) WHERE assignee_id IS NULL AND closed_at IS NULL;
CREATE INDEX ticket_open_by_assignee ON tickets (assignee_id, changed_at, id) WHERE assignee_id IS NOT NULL AND closed_at IS NULL;
CREATE INDEX department_member_by_staff ON department_members (staff_id);
CREATE INDEX session_by_staff ON sessions (staff_id) WHERE staff_id IS NOT NULL;
