//! What shards and D1 have to be told. A row waits until its destination confirmed it; destinations tell repeats by its key.

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, SqlError};
use serde_json::Value as Json;

/// A destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The shards of fans: who is assigned, what is done, what a fan is told. In order for each fan.
    Shards,
    /// The table `cases` of D1: the newest state of each conversation.
    Cases,
}

impl Lane {
    /// The name under which rows are stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shards => "shards",
            Self::Cases => "cases",
        }
    }
}

/// One row that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For [`confirm`].
    pub id: i64,
    /// What tells repeats: for a case, the conversation's id.
    pub key: String,
    /// Whose shard; empty for D1.
    pub openid: String,
    /// JSON.
    pub body: String,
    /// How often it was tried in vain.
    pub tries: i64,
}

pub(super) fn put(
    db: &impl Database,
    lane: Lane,
    key: &str,
    openid: Option<&str>,
    body: &Json,
) -> Result<(), SqlError> {
    db.run(
        "INSERT OR REPLACE INTO outbox (lane, key, openid, body) VALUES (?, ?, ?, ?)",
        &[
            lane.name().into(),
            key.into(),
            openid.into(),
            body.to_string().into(),
        ],
    )
}

/// The oldest rows of a lane that may be tried now. None overtakes an older one of the same fan.
///
/// # Errors
/// When SQLite fails.
pub fn waiting(
    db: &impl Database,
    lane: Lane,
    now: UnixMillis,
    limit: i64,
) -> Result<Vec<Waiting>, SqlError> {
    let statement = "SELECT id, key, openid, body, tries FROM outbox AS row WHERE lane = ?1 AND not_before <= ?2 \
                     AND NOT EXISTS (SELECT 1 FROM outbox AS older WHERE older.openid = row.openid \
                     AND older.id < row.id AND older.not_before > ?2) ORDER BY id LIMIT ?3";
    let parameters = [lane.name().into(), now.into(), limit.into()];
    db.query(statement, &parameters)?
        .iter()
        .map(|row| {
            Ok(Waiting {
                id: row.integer(0).unwrap_or_default(),
                key: row.required(1, statement)?,
                openid: row.string(2).unwrap_or_default(),
                body: row.required(3, statement)?,
                tries: row.integer(4).unwrap_or_default(),
            })
        })
        .collect()
}

/// The destination has these rows. A newer row for the same key has another id and stays.
///
/// # Errors
/// When SQLite fails.
pub fn confirm(db: &impl Database, ids: &[i64]) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))",
        &[Json::from(ids).to_string().into()],
    )
}

/// The destination did not take these rows: they are tried again from then on.
///
/// # Errors
/// When SQLite fails.
pub fn postpone(db: &impl Database, ids: &[i64], until: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "UPDATE outbox SET tries = tries + 1, not_before = ? \
         WHERE id IN (SELECT value FROM json_each(?))",
        &[until.into(), Json::from(ids).to_string().into()],
    )
}

/// When a lane wants to be flushed next: none when it is empty.
///
/// # Errors
/// When SQLite fails.
pub fn due(db: &impl Database, lane: Lane) -> Result<Option<UnixMillis>, SqlError> {
    let statement = "SELECT min(not_before) FROM outbox WHERE lane = ?";
    Ok(db
        .first(statement, &[lane.name().into()])?
        .and_then(|row| row.integer(0))
        .map(UnixMillis))
}

/// Why not everything was taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Vain<E> {
    /// Something was refused, the last of it for this reason. The rest was taken.
    Refused(E),
    /// No answer came.
    Silent,
}

/// Gives row by row what a destination did not take together, so that one that it never takes holds back no other. `give` says what it
/// answered to a row, if it did. What is taken is confirmed at once, what is refused waits `until`; when no answer comes, so do all
/// that are left.
///
/// # Errors
/// When SQLite fails.
pub async fn one_by_one<E>(
    db: &impl Database,
    rows: Vec<Waiting>,
    give: impl AsyncFn(&Waiting) -> Option<Result<(), E>>,
    until: impl Fn(&Waiting) -> UnixMillis,
) -> Result<Option<Vain<E>>, SqlError> {
    let mut vain = None;
    let mut rows = rows.into_iter();
    while let Some(row) = rows.next() {
        match give(&row).await {
            Some(Ok(())) => confirm(db, &[row.id])?,
            Some(Err(error)) => {
                postpone(db, &[row.id], until(&row))?;
                vain = Some(Vain::Refused(error));
            }
            None => {
                let at = until(&row);
                let left: Vec<i64> = [row].into_iter().chain(rows).map(|row| row.id).collect();
                postpone(db, &left, at)?;
                return Ok(Some(Vain::Silent));
            }
        }
    }
    Ok(vain)
}
