//! A consumer tells what came of a job, and the shard decides what follows.

use fandesk_playbook::{Identity, Playbook};
use wechat::api::custom::ServiceMessage;

use super::lifecycle::Happening;
use super::rows::{self, Job};
use super::{Body, JobId, Promise, SEND_ATTEMPTS, State, bound, wait_after};
use crate::sql::{Database, SqlError};
use crate::{UnixMillis, fan, identities};

/// What the fan reads when the playbook has nothing better: the intent was taken away while its answer was under way.
const SORRY: &str = "抱歉，暂时查询不到结果，请稍后再试。\nSorry, we could not look this up. Please try again later.";

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The other side has it.
    Delivered,
    /// A business system answered the question.
    Answered {
        /// What should be JSON.
        body: String,
    },
    /// The other side surely did nothing, and trying again may help.
    TryAgain {
        /// In plain words.
        error: String,
        /// Not before so many milliseconds, where the other side said so.
        after_ms: Option<u32>,
    },
    /// The other side surely did nothing and never will.
    Refused {
        /// In plain words.
        error: String,
    },
    /// The answer of the call got lost: nobody knows.
    Lost {
        /// In plain words.
        error: String,
    },
}

/// Takes a consumer's report. A report with another lease than the job's is too late and only counts when it says that the job is done.
///
/// # Errors
/// When SQLite fails.
pub fn settle(
    db: &impl Database,
    id: &str,
    lease: &str,
    report: Report,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let Some(job) = rows::load(db, id)? else {
        return Ok(());
    };
    let held = job.state == State::Sending && job.lease.as_deref() == Some(lease);
    if !held && (report != Report::Delivered || job.state.after(Happening::Delivered).is_none()) {
        return Ok(());
    }
    apply(db, job, report, playbook, now)
}

/// Treats jobs whose consumer vanished as ones whose answer got lost.
///
/// # Errors
/// When SQLite fails.
pub fn expire(
    db: &impl Database,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    for job in rows::left_alone(db, now)? {
        let error = "whoever sent it was not heard of again".to_owned();
        apply(db, job, Report::Lost { error }, playbook, now)?;
    }
    Ok(())
}

/// Why a job cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is no such job (any more).
    #[error("there is no such job")]
    NotFound,
    /// It has not failed.
    #[error("the job is {0}: only a dead or unknown one can be replayed")]
    NotFailed(State),
    /// Who a fan is, only the fan says: the code that they sent may be somebody else's business by now.
    #[error("a binding is not replayed: the fan has to send it again")]
    Binding,
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// A person wants a dead or unknown job tried once more.
///
/// # Errors
/// [`ReplayError`].
pub fn replay(db: &impl Database, id: &str, now: UnixMillis) -> Result<(), ReplayError> {
    let mut job = rows::load(db, id)?.ok_or(ReplayError::NotFound)?;
    if job.state.after(Happening::Replayed).is_none() {
        return Err(ReplayError::NotFailed(job.state));
    }
    if let Body::Identity { .. } = job.body {
        return Err(ReplayError::Binding);
    }
    job.attempts = 0;
    job.began_at = now;
    job.next_try_at = Some(now);
    step(db, &mut job, Happening::Replayed, now)?;
    Ok(rows::ring(db, id, now)?)
}

fn apply(
    db: &impl Database,
    mut job: Job,
    report: Report,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    match report {
        Report::Delivered => {
            job.last_error = None;
            step(db, &mut job, Happening::Delivered, now)
        }
        Report::Answered { body } => answered(db, job, &body, playbook, now),
        Report::TryAgain { error, after_ms } => {
            give_back(db, &mut job)?;
            let wait = after_ms.map_or(wait_after(job.attempts), |ms| {
                wait_after(job.attempts).max(std::time::Duration::from_millis(ms.into()))
            });
            try_again(db, job, error, now.plus(wait), playbook, now)
        }
        Report::Refused { error } => {
            give_back(db, &mut job)?;
            give_up(db, job, &error, playbook, now)
        }
        Report::Lost { error } => match job.body.promise() {
            Promise::AtMostOnce => {
                job.last_error = Some(error);
                step(db, &mut job, Happening::AnswerLost, now)
            }
            Promise::AtLeastOnce => {
                job.possibly_doubled |= job.body.question(None).is_none();
                // The reservation stays spent: WeChat may have counted the message.
                job.reservation = None;
                let at = now.plus(wait_after(job.attempts));
                try_again(db, job, error, at, playbook, now)
            }
        },
    }
}

fn try_again(
    db: &impl Database,
    mut job: Job,
    error: String,
    at: UnixMillis,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let (attempts, until) = limits(&job, playbook);
    if job.attempts >= attempts || at > until {
        return give_up(db, job, &error, playbook, now);
    }
    job.last_error = Some(error);
    job.next_try_at = Some(at);
    step(db, &mut job, Happening::TryAgain, now)
}

/// How often a job is tried, and until when.
fn limits(job: &Job, playbook: Option<&Playbook>) -> (i64, UnixMillis) {
    match job.body.question(playbook) {
        None => (SEND_ATTEMPTS, UnixMillis(i64::MAX)),
        Some((Some(intent), _)) => {
            let request = intent.request();
            (
                i64::from(request.attempts),
                job.began_at.plus(request.retry_over),
            )
        }
        Some((None, _)) => (0, job.began_at),
    }
}

/// Ends a job that will not work; a fan who was promised an answer gets an honest text, never silence.
pub(super) fn give_up(
    db: &impl Database,
    mut job: Job,
    error: &str,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    job.last_error = Some(error.to_owned());
    if let Some((intent, captures)) = job.body.question(playbook) {
        let message = intent
            .and_then(|intent| intent.sorry().expand_later(captures, None))
            .unwrap_or_else(|| ServiceMessage::text(SORRY));
        follow_up(db, &job, Body::answer(&job.openid, &message), now)?;
    }
    step(db, &mut job, Happening::GaveUp, now)
}

fn answered(
    db: &impl Database,
    mut job: Job,
    answer: &str,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let body = job.body.clone();
    let Some((rule, captures)) = body.question(playbook) else {
        return give_up(
            db,
            job,
            "a business system answered a message",
            playbook,
            now,
        );
    };
    let Some(rule) = rule else {
        return give_up(db, job, &body.gone(), playbook, now);
    };
    // Whoever was bound when they asked may be nobody, or somebody else, by now.
    if !bound::may(db, &job, playbook, now)? {
        return bound::end(db, job, playbook, now);
    }
    let Ok(answer) = serde_json::from_str(answer) else {
        return give_up(
            db,
            job,
            "the business system's answer is not JSON",
            playbook,
            now,
        );
    };
    if let Body::Identity { .. } = body {
        return bound::answered(db, job, captures, &answer, playbook, now);
    }
    if body.identity().is_some() && Identity::refused_by(&answer) {
        identities::unbind(db, &job.openid)?;
        bound::ask(db, &job, playbook, now)?;
        job.last_error = None;
        return step(db, &mut job, Happening::Delivered, now);
    }
    if let Err(unexpected) = rule.check(&answer) {
        let at = now.plus(wait_after(job.attempts));
        return try_again(db, job, unexpected.to_string(), at, playbook, now);
    }
    match rule.answer().expand_later(captures, Some(&answer)) {
        Some(message) => {
            let answer = match body.identity() {
                Some(identity) => Body::answer_to(&job.openid, &message, identity),
                None => Body::answer(&job.openid, &message),
            };
            follow_up(db, &job, answer, now)?;
            job.last_error = None;
            step(db, &mut job, Happening::Delivered, now)
        }
        None => give_up(
            db,
            job,
            "the business system's answer left nothing to show",
            playbook,
            now,
        ),
    }
}

/// Makes the message that an intent ends in. A replayed intent makes another one, under the next number.
pub(super) fn follow_up(
    db: &impl Database,
    job: &Job,
    body: Body,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let Ok(mut id) = job.id.parse::<JobId>() else {
        return Err(SqlError {
            message: "a job has no readable id".to_owned(),
            statement: "follow_up".to_owned(),
        });
    };
    let taken = "SELECT 1 FROM jobs WHERE id = ?";
    while db.first(taken, &[id.to_string().into()])?.is_some() {
        id.number = id.number.saturating_add(1);
    }
    rows::create(
        db,
        &Job::new(&id, &job.fan_ref, &job.openid, body, now),
        now,
    )
}

/// Gives the message back that surely did not reach the fan.
fn give_back(db: &impl Database, job: &mut Job) -> Result<(), SqlError> {
    let Some(reservation) = job.reservation.take() else {
        return Ok(());
    };
    if let Some(mut fan) = fan::load(db, &job.openid)?.filter(|fan| fan.fan_ref == job.fan_ref) {
        fan.window.release(&reservation);
        fan::save_window(db, &job.openid, &fan.window)?;
    }
    Ok(())
}

/// Moves a job on, and rings for the fan's next message when this one no longer stands before it.
pub(super) fn step(
    db: &impl Database,
    job: &mut Job,
    happening: Happening,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let Some(state) = job.state.after(happening) else {
        return Err(SqlError {
            message: format!("a job that is {} cannot be {happening:?}", job.state),
            statement: "step".to_owned(),
        });
    };
    job.state = state;
    if state != State::Sending {
        (job.lease, job.lease_until) = (None, None);
    }
    if state != State::Waiting {
        job.next_try_at = None;
    }
    rows::save(db, job, now)?;
    if state.ended()
        && let Some(next) = rows::first_open_message(db, &job.openid)?
    {
        rows::ring(db, &next, now)?;
    }
    Ok(())
}
