-- The ledger: what happened, without the person; and apart from it, what was said, which an erase deletes.

CREATE TABLE events (
    account TEXT NOT NULL,
    shard INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    fan_ref TEXT,
    kind TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    msg_id TEXT,
    hit TEXT,
    PRIMARY KEY (account, shard, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_time ON events (account, received_at);

CREATE TABLE payloads (
    account TEXT NOT NULL,
    shard INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    fan_ref TEXT,
    openid TEXT,
    payload TEXT NOT NULL,
    reply TEXT,
    PRIMARY KEY (account, shard, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX payloads_by_fan ON payloads (account, fan_ref);
CREATE INDEX payloads_by_openid ON payloads (account, openid, shard, seq);

-- A fan_ref that was erased takes no payload again.
CREATE TABLE erasures (
    account TEXT NOT NULL,
    fan_ref TEXT NOT NULL,
    erased_at INTEGER NOT NULL,
    PRIMARY KEY (account, fan_ref)
) STRICT, WITHOUT ROWID;
