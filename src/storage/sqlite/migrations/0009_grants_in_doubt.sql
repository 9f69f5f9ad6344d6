-- A user who is linked links again, and Amazon cannot say whether Alexa kept the old tokens or the new ones.
ALTER TABLE grants ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;
