-- Keys that are looked up or grow fast are time-ordered 16-byte ids, so inserts touch the last page only.
-- Instants are milliseconds since 1970 (UTC). Hashes are a key id (1 byte) and an HMAC-SHA-256 (32 bytes).
-- Sealed columns are encrypted by the server; the database cannot read them.

CREATE TABLE codes (
  selector       BLOB NOT NULL PRIMARY KEY,
  code_hash      BLOB NOT NULL,
  client_id      TEXT NOT NULL,
  skill          TEXT NOT NULL,
  user_id        TEXT NOT NULL,
  scope          TEXT NOT NULL,
  redirect_uri   TEXT NOT NULL,
  code_challenge TEXT,
  origin         TEXT NOT NULL,     -- app, alexa
  attempt_id     BLOB,
  expires_at     INTEGER NOT NULL,
  spent_at       INTEGER,           -- redeemed, or withdrawn
  grant_id       BLOB               -- what it was redeemed for
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
  grant_id           BLOB NOT NULL PRIMARY KEY,
  client_id          TEXT NOT NULL,
  skill              TEXT NOT NULL,
  user_id            TEXT NOT NULL,
  scope              TEXT NOT NULL,
  origin             TEXT NOT NULL, -- app, alexa
  refresh_selector   BLOB NOT NULL UNIQUE,
  refresh_token_hash BLOB NOT NULL,
  created_at         INTEGER NOT NULL,
  attempt_id         BLOB,
  revoked_at         INTEGER
) STRICT, WITHOUT ROWID;

-- Attempts and links carry sealed tokens of a few kilobytes; rows that large belong in a rowid table.
CREATE TABLE attempts (
  attempt_id              BLOB NOT NULL PRIMARY KEY,
  skill                   TEXT NOT NULL,
  user_id                 TEXT NOT NULL,
  platform                TEXT NOT NULL, -- ios, android, web
  return_mode             TEXT NOT NULL, -- app, browser
  redirect_uri            TEXT NOT NULL,
  amazon_code_fingerprint TEXT NOT NULL,
  acknowledged            TEXT NOT NULL, -- a JSON array of strings
  status                  TEXT NOT NULL, -- received, exchanged, coded, enabled, linked, failed
  failed_step             TEXT NOT NULL,
  failed_code             TEXT NOT NULL,
  api_host                TEXT NOT NULL,
  sealed_amazon_tokens    BLOB NOT NULL,
  code_selector           BLOB,
  alexa_user_id           TEXT,
  enablement_tries        INTEGER NOT NULL,
  created_at              INTEGER NOT NULL,
  updated_at              INTEGER NOT NULL
) STRICT;

CREATE INDEX unfinished_attempts ON attempts (created_at, attempt_id) WHERE status NOT IN ('linked', 'failed');

CREATE TABLE hops (
  attempt_id BLOB NOT NULL,
  sequence   INTEGER NOT NULL,           -- in the order of storing
  at         INTEGER NOT NULL,
  name       TEXT NOT NULL,
  status     INTEGER NOT NULL,
  elapsed    INTEGER NOT NULL,           -- milliseconds
  cause      TEXT NOT NULL,
  PRIMARY KEY (attempt_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  skill                TEXT NOT NULL,
  user_id              TEXT NOT NULL,
  status               TEXT NOT NULL, -- LINKED, NOT_LINKED
  origin               TEXT,          -- app, alexa
  attempt_id           BLOB,
  grant_id             BLOB,
  alexa_user_id        TEXT,
  api_host             TEXT NOT NULL,
  sealed_amazon_tokens BLOB NOT NULL,
  evidence             TEXT NOT NULL,
  checked_at           INTEGER NOT NULL,
  changed_at           INTEGER NOT NULL,
  PRIMARY KEY (skill, user_id)
) STRICT;

-- Written while the disk is failing, to find out when it works again.
CREATE TABLE write_probe (
  id    INTEGER NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT;
INSERT INTO write_probe (id, count) VALUES (1, 0);
