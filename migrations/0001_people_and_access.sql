-- Times are milliseconds since 1970 UTC; where a time may be absent it is also a state.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  company TEXT NOT NULL DEFAULT '', first_name TEXT NOT NULL DEFAULT '', last_name TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL, phone TEXT NOT NULL DEFAULT '',
  address1 TEXT NOT NULL DEFAULT '', address2 TEXT NOT NULL DEFAULT '', city TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT '', postcode TEXT NOT NULL DEFAULT '', country TEXT NOT NULL DEFAULT '',
  tax_id TEXT NOT NULL DEFAULT '', currency TEXT NOT NULL DEFAULT 'EUR', locale TEXT NOT NULL DEFAULT 'en',
  -- Mail categories that the account's own address gets, separated by commas.
  categories TEXT NOT NULL,
  -- What lists sort and search by: the company, else the person, in lower case.
  sort_name TEXT NOT NULL,
  created_at BIGINT NOT NULL, closed_at BIGINT
);
CREATE INDEX account_by_name ON accounts (sort_name, id);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  -- The address in lower case: one user for each.
  email_key TEXT NOT NULL UNIQUE,
  first_name TEXT NOT NULL, last_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  locale TEXT NOT NULL, time_zone TEXT NOT NULL,
  email_verified_at BIGINT,
  -- Sealed with the server's key; a second factor is asked for once totp_enabled_at is set.
  totp_secret TEXT, totp_enabled_at BIGINT, totp_last_step BIGINT NOT NULL DEFAULT 0,
  last_login_at BIGINT,
  created_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (user_id, code_hash)
);

-- Who may enter which account, and what for.
CREATE TABLE access (
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  owner BOOLEAN NOT NULL,
  permissions TEXT NOT NULL,
  -- Mail categories that the user ticked for this account.
  categories TEXT NOT NULL DEFAULT '',
  last_login_at BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, user_id)
);
CREATE INDEX access_by_user ON access (user_id, account_id);
CREATE UNIQUE INDEX access_one_owner ON access (account_id) WHERE owner = TRUE;

CREATE TABLE invites (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  email TEXT NOT NULL, email_key TEXT NOT NULL,
  permissions TEXT NOT NULL, all_permissions BOOLEAN NOT NULL,
  inviter_id TEXT NOT NULL, inviter_name TEXT NOT NULL, inviter_email TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL, sent_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  -- At most one of these is set; while none is, the invite is pending.
  accepted_at BIGINT, cancelled_at BIGINT, declined_at BIGINT,
  -- When expiry was announced; the invite stays pending, so that it can be sent again.
  expired_at BIGINT,
  accepted_by TEXT
);
CREATE UNIQUE INDEX invite_pending ON invites (account_id, email_key)
  WHERE accepted_at IS NULL AND cancelled_at IS NULL AND declined_at IS NULL;
CREATE INDEX invite_by_email ON invites (email_key);
CREATE INDEX invite_running_out ON invites (expires_at)
  WHERE accepted_at IS NULL AND cancelled_at IS NULL AND declined_at IS NULL AND expired_at IS NULL;

-- Links that an invite had before it was sent again, so that their page can say that they are dead.
CREATE TABLE invite_old_links (
  token_hash TEXT PRIMARY KEY,
  invite_id TEXT NOT NULL REFERENCES invites (id) ON DELETE CASCADE
);

-- Another user than the invited one asks to accept; the owner may agree.
CREATE TABLE invite_consents (
  id TEXT PRIMARY KEY,
  invite_id TEXT NOT NULL REFERENCES invites (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL UNIQUE,
  requested_at BIGINT NOT NULL, given_at BIGINT,
  UNIQUE (invite_id, user_id)
);

CREATE TABLE contacts (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  name TEXT NOT NULL, email TEXT NOT NULL, email_key TEXT NOT NULL,
  categories TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (account_id, email_key)
);

CREATE TABLE staff (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL, email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL, password_hash TEXT NOT NULL, role TEXT NOT NULL,
  last_login_at BIGINT, created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
  staff_id TEXT REFERENCES staff (id) ON DELETE CASCADE,
  -- The account that the user acts for; no foreign key, since access is checked at every request.
  account_id TEXT,
  -- Set while the second factor is still awaited: the session opens nothing else.
  awaits_second_factor BOOLEAN NOT NULL,
  ip TEXT NOT NULL, user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_user ON sessions (user_id);
CREATE INDEX session_by_expiry ON sessions (expires_at);

-- Links of one use that belong to a user: verify an address, change it, reset a password.
CREATE TABLE user_links (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL,
  email TEXT NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT
);
CREATE INDEX user_link_by_user ON user_links (user_id, purpose);

-- Failures that slow further tries down, by network address and by user.
CREATE TABLE throttles (
  key TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  first_at BIGINT NOT NULL, until_at BIGINT NOT NULL
);
CREATE INDEX throttle_by_time ON throttles (until_at);

-- Facts about the installation itself, such as that it is a demo.
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);
