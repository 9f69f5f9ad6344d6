-- What Alexa tells about its users, and the tokens with which a smart-home skill tells it things.

-- Alexa's ids of its users, also those that are over: a user gets a new one with each enablement.
CREATE TABLE alexa_ids (
  skill         TEXT NOT NULL,
  alexa_user_id TEXT NOT NULL,
  user_id       TEXT,             -- absent while only a SkillDisabled has named the id
  grant_id      BLOB,
  linked_at     INTEGER,          -- at Amazon
  told_at       INTEGER,          -- of the newest SkillAccountLinked, at Amazon
  disabled_at   INTEGER,          -- of the newest SkillDisabled, at Amazon
  PRIMARY KEY (skill, alexa_user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX alexa_ids_of_user ON alexa_ids (skill, user_id);
CREATE INDEX links_of_alexa_user ON links (skill, alexa_user_id) WHERE alexa_user_id IS NOT NULL;

INSERT INTO alexa_ids (skill, alexa_user_id, user_id, grant_id, linked_at)
  SELECT skill, alexa_user_id, user_id, grant_id, changed_at FROM links
  WHERE alexa_user_id IS NOT NULL AND status = 'LINKED' ORDER BY changed_at DESC
  ON CONFLICT DO NOTHING;

-- Each event once, for as long as it could be sent again.
CREATE TABLE events (
  skill         TEXT NOT NULL,
  request_id    TEXT NOT NULL,
  type          TEXT NOT NULL,    -- as on the wire
  alexa_user_id TEXT NOT NULL,
  user_id       TEXT,
  outcome       TEXT NOT NULL,    -- applied, out_of_date, unknown_user
  detail        TEXT NOT NULL,
  created_at    INTEGER NOT NULL, -- at Amazon
  received_at   INTEGER NOT NULL,
  PRIMARY KEY (skill, request_id)
) STRICT;

CREATE INDEX events_by_age ON events (received_at);

CREATE TABLE messaging_tokens (
  skill         TEXT NOT NULL,
  user_id       TEXT NOT NULL,
  sealed_tokens BLOB NOT NULL,
  PRIMARY KEY (skill, user_id)
) STRICT;
