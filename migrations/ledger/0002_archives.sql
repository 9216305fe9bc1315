-- Old events leave the ledger for R2, stretch by stretch of a shard's order. What is in `archives` is there and not here.

CREATE TABLE archives (
    account TEXT NOT NULL,
    shard INTEGER NOT NULL,
    -- The stretches of a shard follow each other without a gap: `first` is the place behind the `last` before.
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    events INTEGER NOT NULL,
    received_from INTEGER NOT NULL,
    received_until INTEGER NOT NULL,
    key TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (account, shard, first)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX archives_by_last ON archives (account, shard, last);

-- Who is in which object. An erase empties `openid`, and the row goes when the object was written again without them.
CREATE TABLE archived_fans (
    account TEXT NOT NULL,
    shard INTEGER NOT NULL,
    first INTEGER NOT NULL,
    fan_ref TEXT,
    openid TEXT
) STRICT;
CREATE INDEX archived_fans_by_openid ON archived_fans (account, openid, shard, first);
CREATE INDEX archived_fans_by_fan ON archived_fans (account, fan_ref);
