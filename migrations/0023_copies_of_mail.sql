-- What a mail said when it went out is kept beside the queue, whose rows stay small: lists walk them, and each is written three times.
CREATE TABLE email_copies (
  email_id TEXT PRIMARY KEY,
  html TEXT NOT NULL,
  body_text TEXT NOT NULL,
  -- As JSON: a list of name and value; nothing for a mail that went out within a digest.
  headers TEXT
);
INSERT INTO email_copies (email_id, html, body_text, headers)
  SELECT id, COALESCE(html, ''), COALESCE(body_text, ''), headers FROM emails
  WHERE html IS NOT NULL OR body_text IS NOT NULL OR headers IS NOT NULL;
ALTER TABLE emails DROP COLUMN html;
ALTER TABLE emails DROP COLUMN body_text;
ALTER TABLE emails DROP COLUMN headers;
-- The unique key begins with the event.
DROP INDEX email_by_event;
