-- Tags of a fan as a JSON array, and the number of their last change. The shard has a copy, by that number; rows of the shard never
-- touch them.
ALTER TABLE fans ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE fans ADD COLUMN tags_rev INTEGER NOT NULL DEFAULT 0;
