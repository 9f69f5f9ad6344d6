-- How many wrong numbers were typed on the return page, per attempt, for as long as its oauth_state is good.

CREATE TABLE confirmations (
  attempt_id BLOB NOT NULL PRIMARY KEY,
  wrong      INTEGER NOT NULL,
  forget_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX confirmations_by_time ON confirmations (forget_at);
