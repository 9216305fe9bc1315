-- People, jobs and settings. Rows come from the shards, which are the truth; `rev` lets only newer ones in.

-- A fan_ref that was erased takes no personal data again.
CREATE TABLE erasures (
    account TEXT NOT NULL,
    fan_ref TEXT NOT NULL,
    erased_at INTEGER NOT NULL,
    PRIMARY KEY (account, fan_ref)
) STRICT, WITHOUT ROWID;

-- The only place in D1 that links a fan_ref to an openid.
CREATE TABLE fans (
    account TEXT NOT NULL,
    fan_ref TEXT NOT NULL,
    openid TEXT NOT NULL,
    rev INTEGER NOT NULL,
    followed INTEGER,
    pushes_stopped INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, fan_ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX fans_by_openid ON fans (account, openid);

CREATE TABLE follows (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    fan_ref TEXT NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    scene TEXT,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX follows_by_fan ON follows (account, fan_ref);
CREATE INDEX follows_by_start ON follows (account, started_at);

CREATE TABLE conversations (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    fan_ref TEXT NOT NULL,
    rev INTEGER NOT NULL,
    state TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_by_state ON conversations (account, state, opened_at);

-- A copy to query; what a job does stays in its shard.
CREATE TABLE jobs (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    fan_ref TEXT NOT NULL,
    openid TEXT,
    rev INTEGER NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT,
    next_try_at INTEGER,
    possibly_doubled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_state ON jobs (account, state, created_at, id);
CREATE INDEX jobs_by_age ON jobs (account, created_at, id);
CREATE INDEX jobs_by_fan ON jobs (account, fan_ref);

-- Every version that was ever published; the newest is in force.
CREATE TABLE playbooks (
    account TEXT NOT NULL,
    version INTEGER NOT NULL,
    format TEXT NOT NULL,
    document TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (account, version)
) STRICT, WITHOUT ROWID;

-- The custom menus that were published to WeChat, in WeChat's own JSON.
CREATE TABLE menus (
    account TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (account, version)
) STRICT, WITHOUT ROWID;
