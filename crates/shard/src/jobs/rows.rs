//! The table of jobs.

use serde_json::{Map, Value as Json};

use super::{Body, ENDED_KEPT_FOR, JobId, RING_AGAIN_AFTER, State};
use crate::UnixMillis;
use crate::channel::Channel;
use crate::desk::says;
use crate::outbox::{self, Lane};
use crate::sql::{Database, Row, SqlError, Value, to_json};
use crate::visitor;
use crate::window::Reservation;

/// A job as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name.
    pub id: String,
    /// Random; stands for the fan.
    pub fan_ref: String,
    /// Whom it is for.
    pub openid: String,
    /// What it does.
    pub body: Body,
    /// Where it stands.
    pub state: State,
    /// How often it was tried since it was made or replayed.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub next_try_at: Option<UnixMillis>,
    /// Who may settle it, while it is sending.
    pub lease: Option<String>,
    /// Until when.
    pub lease_until: Option<UnixMillis>,
    /// The message that was counted for it.
    pub reservation: Option<Reservation>,
    /// It was sent again after an answer got lost.
    pub possibly_doubled: bool,
    /// What went wrong last, in plain words, without text of the fan.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When its tries began: when it was made, or replayed.
    pub began_at: UnixMillis,
    /// When it ended, if so.
    pub ended_at: Option<UnixMillis>,
    /// Rises with every change.
    pub rev: i64,
}

impl Job {
    /// A job that waits to be done at once; a message to somebody who reads the ledger has arrived with it.
    #[must_use]
    pub fn new(id: &JobId, fan_ref: &str, openid: &str, body: Body, now: UnixMillis) -> Self {
        let arrived = body.is_said() && Channel::of(openid).reads_the_ledger();
        Self {
            id: id.to_string(),
            fan_ref: fan_ref.to_owned(),
            openid: openid.to_owned(),
            body,
            state: match arrived {
                true => State::Done,
                false => State::Waiting,
            },
            attempts: 0,
            next_try_at: (!arrived).then_some(now),
            lease: None,
            lease_until: None,
            reservation: None,
            possibly_doubled: false,
            last_error: None,
            created_at: now,
            began_at: now,
            ended_at: arrived.then_some(now),
            rev: 0,
        }
    }
}

const COLUMNS: &str = "SELECT id, fan_ref, openid, body, state, attempts, next_try_at, lease, lease_until, reservation, \
                       possibly_doubled, last_error, created_at, began_at, ended_at, rev FROM jobs";

fn read(row: &Row) -> Result<Job, SqlError> {
    let unfit = |what: &str, error: String| SqlError {
        message: format!("a job's {what} is unreadable: {error}"),
        statement: COLUMNS.to_owned(),
    };
    Ok(Job {
        id: row.required(0, COLUMNS)?,
        fan_ref: row.required(1, COLUMNS)?,
        openid: row.required(2, COLUMNS)?,
        body: Body::read(&row.required(3, COLUMNS)?)
            .ok_or_else(|| unfit("body", "no release up to this one wrote it".to_owned()))?,
        state: row
            .required(4, COLUMNS)?
            .parse()
            .map_err(|error: super::lifecycle::UnknownState| unfit("state", error.to_string()))?,
        attempts: row.integer(5).unwrap_or(0),
        next_try_at: row.integer(6).map(UnixMillis),
        lease: row.string(7),
        lease_until: row.integer(8).map(UnixMillis),
        reservation: row
            .text(9)
            .and_then(|reservation| serde_json::from_str(reservation).ok()),
        possibly_doubled: row.integer(10) == Some(1),
        last_error: row.string(11),
        created_at: UnixMillis(row.integer(12).unwrap_or(0)),
        began_at: UnixMillis(row.integer(13).unwrap_or(0)),
        ended_at: row.integer(14).map(UnixMillis),
        rev: row.integer(15).unwrap_or(0),
    })
}

/// Reads a job.
///
/// # Errors
/// When SQLite fails or the row does not fit this code.
pub fn load(db: &impl Database, id: &str) -> Result<Option<Job>, SqlError> {
    db.first(&format!("{COLUMNS} WHERE id = ?"), &[id.into()])?
        .map(|row| read(&row))
        .transpose()
}

/// Adds a job and rings for it. An answer to somebody who reads the ledger is written there, and is no job.
///
/// # Errors
/// When SQLite fails.
pub fn create(db: &impl Database, job: &Job, now: UnixMillis) -> Result<(), SqlError> {
    if let (State::Done, Body::Answer { send, .. }) = (job.state, &job.body) {
        return visitor::put_answer(db, job, send, now);
    }
    db.run(
        "INSERT INTO jobs (id, fan_ref, openid, kind, body, state, next_try_at, created_at, began_at, ended_at, rev) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        &[
            job.id.as_str().into(),
            job.fan_ref.as_str().into(),
            job.openid.as_str().into(),
            job.body.kind().into(),
            job.body.write().into(),
            job.state.name().into(),
            job.next_try_at.into(),
            job.created_at.into(),
            job.began_at.into(),
            job.ended_at.into(),
        ],
    )?;
    mirror(db, job)?;
    match job.state {
        State::Done => Ok(()),
        _ => ring(db, &job.id, now),
    }
}

/// Writes what changed of a job, and tells D1.
///
/// # Errors
/// When SQLite fails.
pub fn save(db: &impl Database, job: &mut Job, now: UnixMillis) -> Result<(), SqlError> {
    job.rev = job.rev.saturating_add(1);
    job.ended_at = if job.state.ended() {
        job.ended_at.or(Some(now))
    } else {
        None
    };
    db.run(
        "UPDATE jobs SET state = ?, attempts = ?, next_try_at = ?, lease = ?, lease_until = ?, reservation = ?, \
         possibly_doubled = ?, last_error = ?, began_at = ?, ended_at = ?, rev = ? WHERE id = ?",
        &[
            job.state.name().into(),
            job.attempts.into(),
            job.next_try_at.into(),
            job.lease.clone().into(),
            job.lease_until.into(),
            job.reservation.as_ref().map(to_json).transpose()?.into(),
            job.possibly_doubled.into(),
            job.last_error.clone().into(),
            job.began_at.into(),
            job.ended_at.into(),
            job.rev.into(),
            job.id.as_str().into(),
        ],
    )?;
    if let Body::Message {
        said: Some(said), ..
    } = &job.body
    {
        says::tell_of_job(db, job, said, now)?;
    }
    mirror(db, job)
}

fn mirror(db: &impl Database, job: &Job) -> Result<(), SqlError> {
    let mut row = Map::new();
    row.insert("id".into(), job.id.as_str().into());
    row.insert("fan_ref".into(), job.fan_ref.as_str().into());
    row.insert("openid".into(), job.openid.as_str().into());
    row.insert("rev".into(), job.rev.into());
    row.insert("kind".into(), job.body.kind().into());
    row.insert("state".into(), job.state.name().into());
    row.insert("attempts".into(), job.attempts.into());
    row.insert(
        "last_error".into(),
        job.last_error.clone().map_or(Json::Null, Json::from),
    );
    row.insert(
        "next_try_at".into(),
        job.next_try_at.map_or(Json::Null, |at| at.0.into()),
    );
    row.insert(
        "possibly_doubled".into(),
        i64::from(job.possibly_doubled).into(),
    );
    row.insert("created_at".into(), job.created_at.0.into());
    row.insert(
        "ended_at".into(),
        job.ended_at.map_or(Json::Null, |at| at.0.into()),
    );
    outbox::put(
        db,
        Lane::People,
        &format!("jobs:{}", job.id),
        &Json::Object(row),
    )
}

/// Lets the queue know that a job wants to be done.
///
/// # Errors
/// When SQLite fails.
pub fn ring(db: &impl Database, id: &str, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "UPDATE jobs SET rung_at = ? WHERE id = ?",
        &[now.into(), id.into()],
    )?;
    let mut body = Map::new();
    body.insert("job".into(), id.into());
    outbox::put(db, Lane::Jobs, id, &Json::Object(body))
}

/// Rings for every job that is due and was not rung for, or so long ago that the doorbell must be lost.
///
/// # Errors
/// When SQLite fails.
pub fn ring_due(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    let statement = "SELECT id FROM jobs WHERE state = 'waiting' AND next_try_at <= ?1 \
                     AND (rung_at IS NULL OR rung_at < next_try_at OR rung_at <= ?2) ORDER BY next_try_at LIMIT 500";
    let due = db.query(statement, &[now.into(), now.minus(RING_AGAIN_AFTER).into()])?;
    due.iter()
        .try_for_each(|row| ring(db, &row.required(0, statement)?, now))
}

/// The oldest message to this fan that is not ended: messages leave in the order in which they were made.
///
/// # Errors
/// When SQLite fails.
pub fn first_open_message(db: &impl Database, openid: &str) -> Result<Option<String>, SqlError> {
    Ok(db
        .first(
            "SELECT id FROM jobs WHERE openid = ? AND state IN ('waiting', 'sending') AND kind IN ('answer', 'message') \
             ORDER BY place LIMIT 1",
            &[openid.into()],
        )?
        .and_then(|row| row.string(0)))
}

/// Jobs whose consumer was not heard of until its lease ran out.
///
/// # Errors
/// When SQLite fails.
pub fn left_alone(db: &impl Database, now: UnixMillis) -> Result<Vec<Job>, SqlError> {
    db.query(
        &format!(
            "{COLUMNS} WHERE state = 'sending' AND lease_until <= ? ORDER BY lease_until LIMIT 500"
        ),
        &[now.into()],
    )?
    .iter()
    .map(read)
    .collect()
}

/// The next moment at which a job needs the shard, if any: a try, a doorbell to ring again, a lease that runs out.
///
/// # Errors
/// When SQLite fails.
pub fn due(db: &impl Database) -> Result<Option<UnixMillis>, SqlError> {
    let ring_again: Value = i64::try_from(RING_AGAIN_AFTER.as_millis())
        .unwrap_or(i64::MAX)
        .into();
    let waiting = db.first(
        "SELECT min(CASE WHEN rung_at IS NULL OR rung_at < next_try_at THEN next_try_at ELSE rung_at + ? END) \
         FROM jobs WHERE state = 'waiting'",
        &[ring_again],
    )?;
    let sending = db.first(
        "SELECT min(lease_until) FROM jobs WHERE state = 'sending'",
        &[],
    )?;
    Ok([waiting, sending]
        .into_iter()
        .flatten()
        .filter_map(|row| row.integer(0))
        .min()
        .map(UnixMillis))
}

/// Forgets jobs that ended long ago.
///
/// # Errors
/// When SQLite fails.
pub fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM jobs WHERE ended_at <= ?",
        &[now.minus(ENDED_KEPT_FOR).into()],
    )
}
