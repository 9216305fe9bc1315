//! What the API shows of a shard's rows, as its JSON.

use fandesk_api::{Event, Fan, Follow, Job, JobState, ReplyWindow};
use fandesk_shard::UnixMillis;
use fandesk_shard::events::{self, EventId};
use fandesk_shard::fan;
use fandesk_shard::jobs::State;
use fandesk_shard::jobs::rows;
use serde_json::value::RawValue;

use super::calls::Listed;

/// An event.
pub(crate) fn event(shard: u16, event: events::Event) -> Listed {
    let (seq, received_at) = (event.seq, event.received_at.0);
    let json = |text: Option<String>| text.and_then(|text| RawValue::from_string(text).ok());
    let view = Event {
        id: EventId { shard, seq }.to_string(),
        openid: event.openid,
        kind: event.kind,
        occurred_at: event.occurred_at.0,
        received_at,
        msg_id: event.msg_id,
        rule: event.hit,
        payload: json(event.payload),
        reply: json(event.reply),
    };
    Listed {
        seq,
        received_at,
        json: text(&view),
    }
}

/// A fan.
pub(super) fn fan(
    openid: &str,
    fan: &fan::Fan,
    tags: Vec<String>,
    follows: Vec<fan::Follow>,
    waiting_since: Option<UnixMillis>,
    bound_at: Option<UnixMillis>,
    now: UnixMillis,
) -> String {
    text(&Fan {
        openid: openid.to_owned(),
        followed: fan.followed,
        follows: follows
            .into_iter()
            .map(|follow| Follow {
                started_at: follow.started_at.map(|at| at.0),
                ended_at: follow.ended_at.map(|at| at.0),
                scene: follow.scene,
            })
            .collect(),
        pushes_stopped: fan.pushes_stopped,
        tags,
        waiting_since: waiting_since.map(|at| at.0),
        bound: bound_at.is_some(),
        bound_at: bound_at.map(|at| at.0),
        first_seen_at: fan.first_seen_at.0,
        last_seen_at: fan.last_seen_at.0,
        reply_window: ReplyWindow {
            left: fan.window.left(now),
            until: fan.window.until(now).map(|at| at.0),
        },
        erase_at: fan.erase_at.map(|at| at.0),
    })
}

/// A job, without its text.
pub(super) fn job(job: &rows::Job) -> String {
    text(&Job {
        id: job.id.clone(),
        kind: job.body.kind().to_owned(),
        openid: Some(job.openid.clone()),
        state: match job.state {
            State::Waiting => JobState::Waiting,
            State::Sending => JobState::Sending,
            State::Done => JobState::Done,
            State::Dead => JobState::Dead,
            State::Unknown => JobState::Unknown,
        },
        attempts: job.attempts,
        last_error: job.last_error.clone(),
        next_try_at: job.next_try_at.map(|at| at.0),
        possibly_doubled: job.possibly_doubled,
        created_at: job.created_at.0,
        ended_at: job.ended_at.map(|at| at.0),
    })
}

/// Texts, numbers and lists of them always have a form in JSON.
fn text(view: &impl serde::Serialize) -> String {
    serde_json::to_string(view).unwrap_or_default()
}
