-- Conversations of the desk, for reports: when each waited, who answered, what was promised. The Desk is the truth; `rev` lets only
-- newer rows in. Nothing here is personal: a fan is their fan_ref, and no text is kept.
CREATE TABLE cases (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    rev INTEGER NOT NULL,
    fan_ref TEXT NOT NULL,
    channel TEXT NOT NULL,
    state TEXT NOT NULL,
    team TEXT,
    agent TEXT,
    reason TEXT NOT NULL,
    priority INTEGER NOT NULL,
    -- A JSON array: what agents called it.
    tags TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    assigned_at INTEGER,
    first_answered_at INTEGER,
    resolved_at INTEGER,
    reopened INTEGER NOT NULL,
    score INTEGER,
    -- A JSON array of `{"kind","at"}`: promises that were not kept.
    breaches TEXT NOT NULL,
    PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_age ON cases (account, opened_at);
CREATE INDEX cases_by_team ON cases (account, team, opened_at);
CREATE INDEX cases_by_agent ON cases (account, agent, opened_at);
CREATE INDEX cases_by_fan ON cases (account, fan_ref);
