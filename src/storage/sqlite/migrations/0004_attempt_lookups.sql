-- Attempts are looked up by what a user reads out to support: the reference code, which is the last five bytes of
-- the id, or their own user id. The ids begin with the time, so both indexes also give the newest first.
CREATE INDEX attempts_by_reference ON attempts (substr(attempt_id, 12), attempt_id);
CREATE INDEX attempts_of_user ON attempts (user_id, attempt_id);
