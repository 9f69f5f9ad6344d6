-- Rotation of refresh tokens: a few numbers in the grant's own row, so that tables stay flat however often a token is used.

ALTER TABLE grants ADD COLUMN generation   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN repeats      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN rotated_at   INTEGER;
ALTER TABLE grants ADD COLUMN last_used_at INTEGER;  -- coarse, and only where an idle lifetime is configured
ALTER TABLE grants ADD COLUMN expires_at   INTEGER;  -- of the grant itself, beside the client's lifetimes
