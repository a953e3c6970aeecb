-- True for a message that came by mail in the name of somebody whom we know, where nothing proves it. Older ones stay as they are.
ALTER TABLE ticket_replies ADD COLUMN unproved BOOLEAN NOT NULL DEFAULT FALSE;

-- {{postgres}}
-- The account among the words of a message: a customer's search reads no other account's messages.
UPDATE ticket_words SET words = words || array_to_tsvector(ARRAY['@' || account_id]) WHERE account_id IS NOT NULL;
-- {{both}}
