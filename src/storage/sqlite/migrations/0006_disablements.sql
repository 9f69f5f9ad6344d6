-- What Amazon has still to be told, who works on what, and which links were not looked at for the longest time.

CREATE TABLE disablements (
  disablement_id       INTEGER NOT NULL PRIMARY KEY,
  skill                TEXT NOT NULL,
  user_id              TEXT NOT NULL,
  attempt_id           BLOB,
  alexa_user_id        TEXT,
  api_host             TEXT NOT NULL,
  sealed_amazon_tokens BLOB NOT NULL,
  tries                INTEGER NOT NULL,
  last_cause           TEXT NOT NULL,
  created_at           INTEGER NOT NULL,
  due_at               INTEGER NOT NULL
) STRICT;

CREATE INDEX disablements_by_time ON disablements (due_at);

CREATE TABLE leases (
  name   TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_look ON links (checked_at, skill, user_id)
  WHERE status = 'LINKED' AND length(sealed_amazon_tokens) > 0;
