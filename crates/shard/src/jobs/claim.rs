//! A consumer asks: may this job be done now?

use fandesk_playbook::Playbook;

use super::lifecycle::Happening;
use super::rows::{self, Job};
use super::{Body, LEASE, State, bound};
use crate::random::Random;
use crate::sql::{Database, SqlError};
use crate::{UnixMillis, fan};

/// The shard's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Do it, and settle with this lease before it runs out.
    Go {
        /// Proves in `settle` who is asking.
        lease: String,
        /// What to do.
        work: Work,
    },
    /// Not now; the shard rings again by itself.
    Wait,
    /// There is nothing to do: it ended, or it never was.
    Ended,
    /// It must not be done, and has ended with this reason.
    Refused {
        /// In plain words.
        reason: String,
    },
}

/// What a consumer has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// `custom/send`.
    Send {
        /// The call's JSON body.
        body: String,
    },
    /// A question to a business system.
    Ask {
        /// `POST` or `PUT`.
        method: String,
        /// Where.
        url: String,
        /// The name of the secret that signs it: `FANDESK_SECRET_<NAME>`.
        secret: Option<String>,
        /// How long it may take.
        timeout_ms: u32,
        /// The JSON to send.
        body: String,
    },
}

/// Answers a consumer that wants to do the job `id`; what it needs is reserved in the same commit.
///
/// # Errors
/// When SQLite fails.
pub fn claim(
    db: &impl Database,
    id: &str,
    playbook: Option<&Playbook>,
    now: UnixMillis,
    random: &mut impl Random,
) -> Result<Claim, SqlError> {
    let Some(mut job) = rows::load(db, id)? else {
        return Ok(Claim::Ended);
    };
    match job.state {
        State::Waiting if job.next_try_at.is_some_and(|at| at > now) => return Ok(Claim::Wait),
        State::Waiting => {}
        // Another consumer has it: a doorbell that was delivered twice.
        State::Sending => return Ok(Claim::Wait),
        State::Done | State::Dead | State::Unknown => return Ok(Claim::Ended),
    }
    if !bound::may(db, &job, playbook, now)? {
        let reason = bound::NO_LONGER.to_owned();
        return bound::end(db, job, playbook, now).map(|()| Claim::Refused { reason });
    }
    let body = job.body.clone();
    match &body {
        Body::Answer { send, .. } | Body::Message { send, .. } => {
            if rows::first_open_message(db, &job.openid)?.is_some_and(|first| first != job.id) {
                return Ok(Claim::Wait);
            }
            if let Some(reason) = reserve(db, &mut job, now)? {
                return refuse(db, job, reason, now);
            }
            go(db, job, Work::Send { body: send.clone() }, now, random)
        }
        Body::Intent { .. } | Body::Identity { .. } => {
            let Some((Some(intent), captures)) = body.question(playbook) else {
                let reason = body.gone();
                return super::settle::give_up(db, job, &reason, playbook, now)
                    .map(|()| Claim::Refused { reason });
            };
            let request = intent.request();
            let work = Work::Ask {
                method: request.method.as_str().to_owned(),
                url: request.url.clone(),
                secret: request.secret.clone(),
                timeout_ms: u32::try_from(request.timeout.as_millis()).unwrap_or(u32::MAX),
                // The job's id is the same for every try, so that the business system can tell a repeat.
                body: intent.body(captures, &job.openid, body.identity(), &job.id),
            };
            go(db, job, work, now, random)
        }
    }
}

/// Takes a message from the fan's window; the reason when there is none to take.
fn reserve(db: &impl Database, job: &mut Job, now: UnixMillis) -> Result<Option<String>, SqlError> {
    let Some(mut fan) = fan::load(db, &job.openid)?.filter(|fan| fan.fan_ref == job.fan_ref) else {
        return Ok(Some("the fan's data was erased".to_owned()));
    };
    match fan.window.reserve(now) {
        Ok(reservation) => {
            fan::save_window(db, &job.openid, &fan.window)?;
            job.reservation = Some(reservation);
            Ok(None)
        }
        Err(closed) => Ok(Some(closed.to_string())),
    }
}

fn refuse(
    db: &impl Database,
    mut job: Job,
    reason: String,
    now: UnixMillis,
) -> Result<Claim, SqlError> {
    job.last_error = Some(reason.clone());
    super::settle::step(db, &mut job, Happening::GaveUp, now)?;
    Ok(Claim::Refused { reason })
}

fn go(
    db: &impl Database,
    mut job: Job,
    work: Work,
    now: UnixMillis,
    random: &mut impl Random,
) -> Result<Claim, SqlError> {
    let lease = random.token();
    job.attempts = job.attempts.saturating_add(1);
    job.lease = Some(lease.clone());
    job.lease_until = Some(now.plus(LEASE));
    super::settle::step(db, &mut job, Happening::Claimed, now)?;
    Ok(Claim::Go { lease, work })
}
