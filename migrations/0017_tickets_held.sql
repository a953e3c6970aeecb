-- Messages of one moment in the order in which they were written; ids say nothing of that. Older ones stay as they are.
ALTER TABLE ticket_replies ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
DROP INDEX ticket_reply_by_ticket;
CREATE INDEX ticket_reply_by_ticket ON ticket_replies (ticket_id, at, seq, id);

-- The queues that had none of their own: what waits for a customer, what waits in a department, and what nobody has.
CREATE INDEX ticket_account_waits ON tickets (account_id, waits, changed_at, id);
CREATE INDEX ticket_department_waits ON tickets (department_id, waits, changed_at, id);
CREATE INDEX ticket_nobodys ON tickets (changed_at, id) WHERE assignee_id IS NULL AND closed_at IS NULL;
