//! Jobs that depend on who the fan is to the business: the binding itself, and what only a bound fan is shown.

use fandesk_playbook::{Captures, Identity, Playbook};
use serde_json::Value;
use wechat::api::custom::ServiceMessage;

use super::Body;
use super::lifecycle::Happening;
use super::rows::{self, Job};
use super::settle::{follow_up, give_up, step};
use crate::sql::{Database, SqlError};
use crate::{UnixMillis, fan, identities};

/// What the fan hears when the playbook no longer has `[identity]`.
const ASK: &str = "请先绑定您的账户。\nPlease bind your account first.";

/// Why a job is not done whose fan is no longer who they were when it was made.
pub(super) const NO_LONGER: &str = "the fan is no longer bound as when this was asked";

/// Whether the fan may have what the job is about: it is nobody's in particular, or they are still bound to the customer for whom it was
/// made.
pub(super) fn may(
    db: &impl Database,
    job: &Job,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<bool, SqlError> {
    match job.body.depends_on(playbook) {
        None => Ok(true),
        Some(None) => Ok(false),
        Some(Some(identity)) => {
            Ok(identities::load(db, &job.openid, now)?
                .is_some_and(|bound| bound.identity == identity))
        }
    }
}

/// Tells the fan that they have to be bound first.
pub(super) fn ask(
    db: &impl Database,
    job: &Job,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let message = playbook
        .and_then(Playbook::identity)
        .and_then(|identity| identity.ask().expand_later(&Captures::default(), None))
        .unwrap_or_else(|| ServiceMessage::text(ASK));
    follow_up(db, job, Body::answer(&job.openid, &message), now)
}

/// Ends a job whose fan is no longer who they were, and tells them to be bound first.
pub(super) fn end(
    db: &impl Database,
    mut job: Job,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    ask(db, &job, playbook, now)?;
    job.last_error = Some(NO_LONGER.to_owned());
    step(db, &mut job, Happening::GaveUp, now)
}

/// The business system answered who the fan is. A fan whom it does not know hears [`fandesk_playbook::Intent::sorry`], and the job is done all the
/// same: somebody mistyped a code.
pub(super) fn answered(
    db: &impl Database,
    mut job: Job,
    captures: &Captures,
    answer: &Value,
    playbook: Option<&Playbook>,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let Some(rule) = playbook.and_then(Playbook::identity) else {
        let gone = job.body.gone();
        return give_up(db, job, &gone, playbook, now);
    };
    let name = match Identity::named_by(answer) {
        Ok(name) => name,
        Err(unfit) => return give_up(db, job, &unfit.to_string(), playbook, now),
    };
    let known = fan::load(db, &job.openid)?
        .is_some_and(|fan| fan.fan_ref == job.fan_ref && fan.followed != Some(false));
    if !known {
        return give_up(db, job, "the fan no longer follows", playbook, now);
    }
    let texts = rule.intent();
    let (text, error) = match name {
        Some(name) => {
            let expires_at = rule.expires_after().map(|span| now.plus(span));
            identities::bind(db, &job.openid, name, now, expires_at)?;
            (texts.answer(), None)
        }
        None => (
            texts.sorry(),
            Some("the business system does not know the fan".to_owned()),
        ),
    };
    // A text that comes out empty is said by nobody; who is bound stays bound.
    if let Some(message) = text.expand_later(captures, Some(answer)) {
        let body = match name {
            Some(name) => Body::answer_to(&job.openid, &message, name),
            None => Body::answer(&job.openid, &message),
        };
        follow_up(db, &job, body, now)?;
    }
    job.last_error = error;
    step(db, &mut job, Happening::Delivered, now)
}

/// Ends what was asked about who the fan is and is not answered yet: the fan said something newer, or left.
///
/// # Errors
/// When SQLite fails.
pub fn forget_questions(db: &impl Database, openid: &str, now: UnixMillis) -> Result<(), SqlError> {
    let open = "SELECT id FROM jobs WHERE openid = ? AND state IN ('waiting', 'sending') AND kind = 'identity'";
    for row in db.query(open, &[openid.into()])? {
        if let Some(mut job) = rows::load(db, &row.required(0, open)?)? {
            job.last_error = Some("the fan said something newer, or left".to_owned());
            // An answer that is under way comes too late then. Nothing failed that somebody would have to look at.
            step(db, &mut job, Happening::Delivered, now)?;
        }
    }
    Ok(())
}
