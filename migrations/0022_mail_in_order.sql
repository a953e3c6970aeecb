-- Mails about one ticket reach one address in the order of what they are about: `thread` is the ticket, `thread_seq` the event's number.
-- The index also finds how many went to the address lately, which must not walk all that it ever got.
ALTER TABLE emails ADD COLUMN thread TEXT;
ALTER TABLE emails ADD COLUMN thread_seq BIGINT;
CREATE INDEX email_of_thread ON emails (to_key, thread, thread_seq) WHERE thread IS NOT NULL;
