-- Who works at the desk, how they prove who they are, and in which teams they are. The first account's administrator is made by
-- `make admin`. Nobody is deleted: what a person did stays theirs.
CREATE TABLE people (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    -- In lower case.
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    -- admin, supervisor, agent or analyst
    role TEXT NOT NULL,
    -- JSON arrays of texts
    teams TEXT NOT NULL,
    skills TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    -- A JSON object
    persona TEXT NOT NULL,
    -- 0 or 1
    active INTEGER NOT NULL,
    -- As crates/people/src/password.rs writes it; NULL until an invitation is accepted
    password TEXT,
    -- The secret of the second factor, sealed; NULL without one
    totp TEXT,
    -- One that is being set up and was not confirmed yet
    totp_wanted TEXT,
    -- The step of the last code that was taken: none up to it is taken again
    totp_step INTEGER NOT NULL DEFAULT -1,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account, id),
    UNIQUE (account, login)
) STRICT;

-- Only a keyed hash of a session's token is here.
CREATE TABLE sessions (
    account TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    person TEXT NOT NULL,
    -- What the browser called itself
    agent TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account, token_hash)
) STRICT;

CREATE INDEX sessions_of_a_person ON sessions (account, person);

-- One a person; a newer one takes its place.
CREATE TABLE invitations (
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account, person)
) STRICT;

CREATE INDEX invitations_by_token ON invitations (account, token_hash);

-- Tries to log in that did not succeed. Logins that do not exist share a few thousand rows.
CREATE TABLE sign_in_tries (
    account TEXT NOT NULL,
    login TEXT NOT NULL,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (account, login)
) STRICT;

CREATE TABLE teams (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    -- As crates/people/src/team.rs writes it
    document TEXT NOT NULL,
    PRIMARY KEY (account, id)
) STRICT;

-- What the console keeps for a person: a JSON object.
CREATE TABLE preferences (
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (account, person)
) STRICT;
