-- Mails about one ticket reach one address in the order of what they are about: `thread` is the ticket, `thread_seq` the event's number.
ALTER TABLE emails ADD COLUMN thread TEXT;
ALTER TABLE emails ADD COLUMN thread_seq BIGINT;
CREATE INDEX email_of_thread ON emails (to_key, thread, thread_seq) WHERE state = 'waiting' AND thread IS NOT NULL;
