-- One user's rows are found, to be exported or erased, without reading the tables through.
CREATE INDEX codes_of_user ON codes (skill, user_id);
CREATE INDEX grants_of_user ON grants (skill, user_id);
CREATE INDEX events_of_user ON events (skill, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX events_of_alexa_user ON events (skill, alexa_user_id);
CREATE INDEX disablements_of_user ON disablements (skill, user_id);
