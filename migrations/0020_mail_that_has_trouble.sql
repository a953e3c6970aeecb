-- Mail with an error is little among all that waits: a list of it must not walk the rest.
CREATE INDEX email_with_error ON emails (created_at, id) WHERE error IS NOT NULL;
