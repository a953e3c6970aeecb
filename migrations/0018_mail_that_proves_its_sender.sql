-- True for mail that knew what only its sender was told: it is counted apart from mail that anybody may have written.
ALTER TABLE incoming_mails ADD COLUMN proved BOOLEAN NOT NULL DEFAULT FALSE;
