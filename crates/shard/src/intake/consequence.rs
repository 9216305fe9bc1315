//! What follows from an event beside its answer: follow intervals, a conversation that waits, jobs, copies.

use crate::UnixMillis;
use crate::conversations;
use crate::decide::Effect;
use crate::desk;
use crate::events::EventId;
use crate::fan;
use crate::forwards;
use crate::identities;
use crate::jobs::rows::{self, Job};
use crate::jobs::{self, Body, JobId};
use crate::sql::{Database, SqlError};

/// Something beside the answer that an event brings about.
pub(super) struct Consequence {
    pub(super) event: EventId,
    pub(super) occurred_at: UnixMillis,
    pub(super) fan_ref: String,
    pub(super) openid: String,
    pub(super) effect: Effect,
    /// For a job: the how-manieth of its event.
    pub(super) number: u16,
}

/// Writes what it asks for, in the savepoint of its event.
pub(super) fn carry_out(
    db: &impl Database,
    consequence: &Consequence,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let Consequence {
        event,
        occurred_at,
        fan_ref,
        openid,
        effect,
        number,
    } = consequence;
    let body = match effect {
        Effect::BeginFollow { scene } => {
            return fan::begin_follow(db, event, fan_ref, *occurred_at, scene.as_deref());
        }
        Effect::EndFollow => return fan::end_follow(db, event, fan_ref, *occurred_at),
        Effect::HandOver => return conversations::wait_for_person(db, event, fan_ref, now),
        Effect::Tell(telling) => {
            return desk::rows::tell(db, *event, (openid, fan_ref), telling, now);
        }
        Effect::Forward(fields) => {
            return forwards::put(db, event, fan_ref, openid, fields, now);
        }
        Effect::Send(message) => Body::answer(openid, message),
        Effect::Ask {
            intent,
            captures,
            identity,
        } => Body::Intent {
            intent: intent.clone(),
            captures: captures.clone(),
            identity: identity.clone(),
        },
        Effect::Bind { captures } => {
            jobs::bound::forget_questions(db, openid, now)?;
            Body::Identity {
                captures: captures.clone(),
            }
        }
        Effect::Unbind => {
            identities::unbind(db, openid)?;
            return jobs::bound::forget_questions(db, openid, now);
        }
    };
    let id = JobId {
        event: *event,
        number: *number,
    };
    rows::create(db, &Job::new(&id, fan_ref, openid, body, now), now)
}
