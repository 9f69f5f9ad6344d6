-- The outbox of webhooks: what happened to links, and to whom it has to be told.

CREATE TABLE link_news (
  sequence    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- never given twice: webhook-id is made of it
  type        TEXT NOT NULL,    -- as on the wire
  skill       TEXT NOT NULL,
  user_id     TEXT NOT NULL,
  at          INTEGER NOT NULL,
  origin      TEXT,             -- app, alexa
  reason      TEXT,             -- of link.unlinked
  attempt_id  BLOB,
  failed_step TEXT NOT NULL,
  failed_code TEXT NOT NULL,
  addressed   INTEGER NOT NULL DEFAULT 0 -- 1: its deliveries have been made
) STRICT;

CREATE INDEX unaddressed_news ON link_news (sequence) WHERE addressed = 0;
CREATE INDEX news_by_age ON link_news (at);

-- Of the deliveries that wait for one target and user the first has next_try_at, and no other.
CREATE TABLE webhook_deliveries (
  target        TEXT NOT NULL,
  sequence      INTEGER NOT NULL,
  user_id       TEXT NOT NULL,
  tries         INTEGER NOT NULL,
  waiting_since INTEGER NOT NULL,
  next_try_at   INTEGER,
  given_up_at   INTEGER,
  last_status   INTEGER NOT NULL, -- HTTP; 0: no answer
  last_problem  TEXT NOT NULL,
  PRIMARY KEY (target, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX due_deliveries ON webhook_deliveries (target, next_try_at) WHERE next_try_at IS NOT NULL;
CREATE INDEX waiting_deliveries ON webhook_deliveries (target, user_id, sequence) WHERE given_up_at IS NULL;
CREATE INDEX deliveries_given_up ON webhook_deliveries (target, last_status) WHERE given_up_at IS NOT NULL;
CREATE INDEX deliveries_of_news ON webhook_deliveries (sequence);
