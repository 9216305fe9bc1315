//! Sessions, invitations, and tries to log in.

use fandesk_people::tries::{FORGOTTEN_AFTER_MS, Tries};
use fandesk_people::{Role, Who};
use worker::{Env, Result};

use super::people::texts;
use super::{DB, batch, number, read};

/// A session, with whose it is.
pub(crate) struct Session {
    pub(crate) who: Who,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
}

/// A session as its person sees it.
pub(crate) struct Own {
    pub(crate) token_hash: String,
    /// What the browser called itself.
    pub(crate) agent: String,
    pub(crate) created_at: i64,
    pub(crate) seen_at: i64,
    pub(crate) expires_at: i64,
}

/// The session with this hash of a token, if it is good now and its person active. Role and teams are those of now.
pub(crate) async fn session(
    env: &Env,
    account: &str,
    token_hash: &str,
    now: i64,
) -> Result<Option<Session>> {
    let sql = "SELECT p.id, p.name, p.role, p.teams, s.created_at, s.expires_at FROM sessions s \
               JOIN people p ON p.account = s.account AND p.id = s.person AND p.active = 1 \
               WHERE s.account = ?1 AND s.token_hash = ?2 AND s.expires_at > ?3";
    let parameters = vec![account.into(), token_hash.into(), number(now)];
    let row = read(env, DB, sql, parameters).await?.pop();
    Ok(row.and_then(|mut row| {
        Some(Session {
            who: Who {
                id: row.take(0)?,
                name: row.take(1)?,
                role: Role::named(&row.take(2)?)?,
                teams: texts(&row.take(3)?),
            },
            created_at: row.number(4)?,
            expires_at: row.number(5)?,
        })
    }))
}

/// Begins a session, forgets the tries of `tried`, and sweeps out what is over.
pub(crate) async fn begin(
    env: &Env,
    account: &str,
    person: &str,
    tried: &str,
    session: &Own,
) -> Result<()> {
    let insert = "INSERT INTO sessions (account, token_hash, person, agent, created_at, seen_at, expires_at) \
                  VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    let now = session.created_at;
    let forgotten = now.saturating_sub(FORGOTTEN_AFTER_MS);
    let statements = vec![
        (
            insert,
            vec![
                account.into(),
                session.token_hash.as_str().into(),
                person.into(),
                session.agent.as_str().into(),
                number(now),
                number(session.expires_at),
            ],
        ),
        (
            "DELETE FROM sessions WHERE account = ?1 AND expires_at <= ?2",
            vec![account.into(), number(now)],
        ),
        (
            "DELETE FROM sign_in_tries WHERE account = ?1 AND (login = ?2 OR last_at <= ?3)",
            vec![account.into(), tried.into(), number(forgotten)],
        ),
    ];
    batch(env, statements).await
}

/// Notes that a session was used, and its new end.
pub(crate) async fn move_end(
    env: &Env,
    account: &str,
    token_hash: &str,
    now: i64,
    expires_at: i64,
) -> Result<()> {
    let sql =
        "UPDATE sessions SET seen_at = ?3, expires_at = ?4 WHERE account = ?1 AND token_hash = ?2";
    let parameters = vec![
        account.into(),
        token_hash.into(),
        number(now),
        number(expires_at),
    ];
    read(env, DB, sql, parameters).await.map(drop)
}

/// The sessions of a person that are good now, the newest first.
pub(crate) async fn of_person(
    env: &Env,
    account: &str,
    person: &str,
    now: i64,
) -> Result<Vec<Own>> {
    let sql = "SELECT token_hash, agent, created_at, seen_at, expires_at FROM sessions \
               WHERE account = ?1 AND person = ?2 AND expires_at > ?3 ORDER BY created_at DESC LIMIT 1000";
    let parameters = vec![account.into(), person.into(), number(now)];
    let rows = read(env, DB, sql, parameters).await?;
    let own = rows.into_iter().filter_map(|mut row| {
        Some(Own {
            token_hash: row.take(0)?,
            agent: row.take(1)?,
            created_at: row.number(2)?,
            seen_at: row.number(3)?,
            expires_at: row.number(4)?,
        })
    });
    Ok(own.collect())
}

/// Ends one session of a person: the one whose hash begins with `id`. False when there is none.
pub(crate) async fn end(env: &Env, account: &str, person: &str, id: &str) -> Result<bool> {
    let sql = "DELETE FROM sessions WHERE account = ?1 AND person = ?2 AND substr(token_hash, 1, 16) = ?3 RETURNING 1";
    let parameters = vec![account.into(), person.into(), id.into()];
    Ok(!read(env, DB, sql, parameters).await?.is_empty())
}

/// Ends all sessions of a person, but for the one with this hash.
pub(crate) async fn end_all(
    env: &Env,
    account: &str,
    person: &str,
    but: Option<&str>,
) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE account = ?1 AND person = ?2 AND token_hash <> ?3";
    let parameters = vec![
        account.into(),
        person.into(),
        but.unwrap_or_default().into(),
    ];
    read(env, DB, sql, parameters).await.map(drop)
}

/// Invites a person, in place of an earlier invitation.
pub(crate) async fn invite(
    env: &Env,
    account: &str,
    person: &str,
    token_hash: &str,
    expires_at: i64,
) -> Result<()> {
    let sql = "INSERT INTO invitations (account, person, token_hash, expires_at) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (account, person) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at";
    let parameters = vec![
        account.into(),
        person.into(),
        token_hash.into(),
        number(expires_at),
    ];
    read(env, DB, sql, parameters).await.map(drop)
}

/// Who is invited by the token with this hash: id, login, name.
pub(crate) async fn invited(
    env: &Env,
    account: &str,
    token_hash: &str,
    now: i64,
) -> Result<Option<(String, String, String)>> {
    let sql = "SELECT p.id, p.login, p.name FROM invitations i \
               JOIN people p ON p.account = i.account AND p.id = i.person AND p.active = 1 \
               WHERE i.account = ?1 AND i.token_hash = ?2 AND i.expires_at > ?3";
    let parameters = vec![account.into(), token_hash.into(), number(now)];
    let row = read(env, DB, sql, parameters).await?.pop();
    Ok(row.and_then(|mut row| Some((row.take(0)?, row.take(1)?, row.take(2)?))))
}

/// Uses an invitation up: of two who accept it at once, one is told false.
pub(crate) async fn accept(env: &Env, account: &str, token_hash: &str) -> Result<bool> {
    let sql = "DELETE FROM invitations WHERE account = ?1 AND token_hash = ?2 RETURNING 1";
    let parameters = vec![account.into(), token_hash.into()];
    Ok(!read(env, DB, sql, parameters).await?.is_empty())
}

/// Takes the invitation of a person back, if there is one.
pub(crate) async fn withdraw(env: &Env, account: &str, person: &str) -> Result<()> {
    let sql = "DELETE FROM invitations WHERE account = ?1 AND person = ?2";
    read(env, DB, sql, vec![account.into(), person.into()])
        .await
        .map(drop)
}

/// The tries of a login so far.
pub(crate) async fn tries(env: &Env, account: &str, login: &str) -> Result<Tries> {
    let sql = "SELECT count, last_at FROM sign_in_tries WHERE account = ?1 AND login = ?2";
    let row = read(env, DB, sql, vec![account.into(), login.into()])
        .await?
        .pop();
    let read = row.and_then(|row| {
        Some(Tries {
            count: row.number(0)?,
            last_at: row.number(1)?,
        })
    });
    Ok(read.unwrap_or_default())
}

/// Forgets the tries of a login, after one that succeeded.
pub(crate) async fn forget_tries(env: &Env, account: &str, login: &str) -> Result<()> {
    let sql = "DELETE FROM sign_in_tries WHERE account = ?1 AND login = ?2";
    read(env, DB, sql, vec![account.into(), login.into()])
        .await
        .map(drop)
}

/// Counts a try: `next` in place of `before`. False when somebody else tried meanwhile: then `before` is old.
pub(crate) async fn count(
    env: &Env,
    account: &str,
    login: &str,
    before: Tries,
    next: Tries,
) -> Result<bool> {
    let sql = "INSERT INTO sign_in_tries (account, login, count, last_at) SELECT ?1, ?2, ?3, ?4 \
               WHERE ?5 = 0 OR EXISTS (SELECT 1 FROM sign_in_tries WHERE account = ?1 AND login = ?2) \
               ON CONFLICT (account, login) DO UPDATE SET count = excluded.count, last_at = excluded.last_at \
               WHERE count = ?5 AND last_at = ?6 RETURNING 1";
    let parameters = vec![
        account.into(),
        login.into(),
        number(next.count),
        number(next.last_at),
        number(before.count),
        number(before.last_at),
    ];
    Ok(!read(env, DB, sql, parameters).await?.is_empty())
}
