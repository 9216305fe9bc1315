//! What the Desk and its agents say to a fan's shard: who is assigned, what an agent writes, that it is done.
//!
//! Each is an event of the ledger, and known again by its key: a repeat changes nothing and is answered the same. What comes under an
//! epoch that is over is refused, so that nobody speaks who was not told yet that another one does.

mod kept;
mod refused;

use fandesk_playbook::{Desk, Playbook};
use serde_json::{Value as Json, json};
use wechat::api::custom::ServiceMessage;

pub use self::refused::Refused;
use super::case::{Case, MARKS_COUNT_FOR, Speaker};
use super::entry::{self, Sending};
use super::mark;
use super::rows::{self, Head};
use crate::UnixMillis;
use crate::channel::Channel;
use crate::events::{self, EventId};
use crate::fan::{self, Fan};
use crate::jobs::rows::Job;
use crate::jobs::{self, Body, JobId, Said, State};
use crate::sql::{Database, SqlError};
use crate::window::Closed;

/// What the shard brings along.
#[derive(Clone, Copy)]
pub struct Hearing<'a> {
    /// Its number.
    pub shard: u16,
    /// The version in force.
    pub playbook: Option<&'a Playbook>,
    /// The account may send customer-service messages.
    pub service_messages: bool,
    /// The time.
    pub now: UnixMillis,
}

/// Does what is said about a fan, whose table must have [caught up](crate::ahead::catch_up). Answers with `event`, its `entry`, and the fan's
/// `window` then.
///
/// # Errors
/// [`Refused`]; then nothing has changed.
pub fn hear(
    db: &impl Database,
    hearing: Hearing<'_>,
    openid: &str,
    key: &str,
    body: &str,
) -> Result<Json, Refused> {
    let key = format!("desk:{key}");
    let fan = fan::load(db, openid)?.ok_or(Refused::UnknownFan)?;
    if let Some(answer) = repeated(db, hearing, openid, &fan, &key)? {
        return Ok(answer);
    }
    let body: Json = serde_json::from_str(body).map_err(|_| Refused::Unreadable("body"))?;
    let says = Says {
        hearing: Hearing {
            service_messages: Channel::of(openid).takes_messages(hearing.service_messages),
            ..hearing
        },
        openid,
        key: &key,
        body: &body,
    };
    db.savepoint(|| says.to(db, fan))
}

/// What is answered to a repeat.
fn repeated(
    db: &impl Database,
    hearing: Hearing<'_>,
    openid: &str,
    fan: &Fan,
    key: &str,
) -> Result<Option<Json>, SqlError> {
    let here = "SELECT seq FROM events WHERE message_key = ?";
    if let Some(seq) = db
        .first(here, &[key.into()])?
        .and_then(|row| row.integer(0))
    {
        let shard = hearing.shard;
        let job = jobs::rows::load(db, &job_id(shard, seq))?.map(|job| sending(&job));
        let event = events::load(db, seq)?;
        let entry = event.map(|event| entry::of_event(shard, &event, job.as_ref()));
        let event = EventId { shard, seq }.to_string();
        return answer(db, openid, fan, hearing.now, Some(event), entry).map(Some);
    }
    // Its slot was elsewhere then, and the event stayed there.
    let elsewhere = "SELECT 1 FROM message_keys WHERE message_key = ?";
    match db.first(elsewhere, &[key.into()])? {
        Some(_) => answer(db, openid, fan, hearing.now, None, None).map(Some),
        None => Ok(None),
    }
}

fn answer(
    db: &impl Database,
    openid: &str,
    fan: &Fan,
    now: UnixMillis,
    event: Option<String>,
    entry: Option<Json>,
) -> Result<Json, SqlError> {
    let window = window(db, openid, fan, now)?;
    Ok(json!({ "event": event, "entry": entry, "window": window }))
}

fn job_id(shard: u16, seq: i64) -> String {
    let event = EventId { shard, seq };
    JobId { event, number: 1 }.to_string()
}

/// Where the job of an entry stands.
pub(crate) fn sending(job: &Job) -> Sending {
    Sending {
        id: job.id.clone(),
        state: job.state.name(),
        last_error: job.last_error.clone(),
    }
}

/// Messages that may still be sent, without those that wait to be.
fn left(db: &impl Database, openid: &str, fan: &Fan, now: UnixMillis) -> Result<i64, SqlError> {
    let waiting = "SELECT count(*) FROM jobs WHERE openid = ? AND state IN ('waiting', 'sending') AND reservation IS NULL \
                   AND kind IN ('answer', 'message')";
    let waiting = db.first(waiting, &[openid.into()])?;
    let waiting = waiting.and_then(|row| row.integer(0)).unwrap_or(0);
    Ok(i64::from(fan.window.left(now))
        .saturating_sub(waiting)
        .max(0))
}

/// Why nothing may be sent, where what waits takes all that is left of the window, or it is over.
fn closed(fan: &Fan, now: UnixMillis) -> Refused {
    let closed = fan.window.clone().reserve(now).err();
    Refused::Window(closed.unwrap_or(Closed::UsedUp))
}

fn window(db: &impl Database, openid: &str, fan: &Fan, now: UnixMillis) -> Result<Json, SqlError> {
    Ok(json!({ "until": fan.window.until(now), "left": left(db, openid, fan, now)? }))
}

/// Something that is said, and to whom.
struct Says<'a> {
    hearing: Hearing<'a>,
    openid: &'a str,
    key: &'a str,
    body: &'a Json,
}

impl Says<'_> {
    fn to(&self, db: &impl Database, mut fan: Fan) -> Result<Json, Refused> {
        let conversation: EventId = self
            .text("conversation")?
            .parse()
            .map_err(|_| Refused::Unreadable("conversation"))?;
        match self.text("do")? {
            "assigned" => self.turn(db, &mut fan, conversation, "assigned"),
            "released" => self.turn(db, &mut fan, conversation, "released"),
            "reopen" => self.turn(db, &mut fan, conversation, "reopen"),
            "closed" => self.turn(db, &mut fan, conversation, "closed"),
            "resolved" => self.resolved(db, &mut fan, conversation),
            "message" => self.message(db, &mut fan, conversation),
            "note" => self.note(db, &fan, conversation),
            "say" => self.say(db, &fan, conversation),
            // Only what was taken before is told again.
            "again" => Err(Refused::Epoch("nothing with this key was taken")),
            _ => Err(Refused::Unreadable("do")),
        }
    }

    /// Who is assigned, or whether anybody is: the conversation has another state.
    fn turn(
        &self,
        db: &impl Database,
        fan: &mut Fan,
        conversation: EventId,
        what: &'static str,
    ) -> Result<Json, Refused> {
        let epoch = self.epoch()?;
        let case = case_of(fan, conversation)?;
        // Closing changes nothing of who speaks, so it may come under the epoch that the shard began.
        match what {
            "closed" => check(epoch >= case.epoch, "somebody speaks again")?,
            _ => check_newer(case, epoch)?,
        }
        let mut payload = self.payload(conversation, &["agent", "name"]);
        payload.insert("epoch".into(), epoch.into());
        let (speaker, agent, state) = match what {
            "assigned" => (
                Speaker::Person,
                Some(self.text("agent")?.to_owned()),
                "assigned",
            ),
            "closed" => (Speaker::Bot, None, "closed"),
            _ => (Speaker::Person, None, "waiting"),
        };
        case.epoch = epoch;
        case.speaker = speaker;
        case.agent = agent;
        case.reopen_until = None;
        if speaker == Speaker::Person {
            case.next_is_mark = false;
        }
        let kind = match what {
            "assigned" => "desk.assigned",
            "released" => "desk.released",
            "closed" => "desk.closed",
            _ => "desk.reopened",
        };
        let seq = self.keep(db, fan, kind, payload)?;
        self.leave(db, fan, conversation, state)?;
        self.done(db, fan, seq, None)
    }

    /// It is done. The fan is asked how it was, if they may be written to and never were asked.
    fn resolved(
        &self,
        db: &impl Database,
        fan: &mut Fan,
        conversation: EventId,
    ) -> Result<Json, Refused> {
        let now = self.hearing.now;
        let epoch = self.epoch()?;
        let desk = self.desk();
        let may_ask = self.hearing.service_messages
            && self.body.get("ask").and_then(Json::as_bool) == Some(true)
            && left(db, self.openid, fan, now)? > 0;
        let case = case_of(fan, conversation)?;
        check_newer(case, epoch)?;
        let question = desk
            .filter(|_| may_ask && !case.asked)
            .map(|desk| mark::question(&desk.ask, conversation));
        case.epoch = epoch;
        case.speaker = Speaker::Bot;
        case.agent = None;
        case.reopen_until = Some(now.plus(desk.map_or(Desk::REOPEN_FOR, |desk| desk.reopen_for)));
        if question.is_some() {
            case.asked = true;
            case.next_is_mark = true;
            case.marks_until = Some(now.plus(MARKS_COUNT_FOR));
        }
        let mut payload = self.payload(conversation, &["agent", "name"]);
        payload.insert("epoch".into(), epoch.into());
        payload.insert("asked".into(), question.is_some().into());
        let seq = self.keep(db, fan, "desk.resolved", payload)?;
        if let Some(question) = &question {
            self.send(db, fan, seq, Body::answer(self.openid, question))?;
        }
        self.leave(db, fan, conversation, "resolved")?;
        self.done(db, fan, seq, None)
    }

    /// An agent writes to the fan. It may overtake the news that they are assigned, whose epoch it carries.
    fn message(
        &self,
        db: &impl Database,
        fan: &mut Fan,
        conversation: EventId,
    ) -> Result<Json, Refused> {
        let now = self.hearing.now;
        let (epoch, agent, text) = (self.epoch()?, self.text("agent")?, self.words()?);
        let case = case_of(fan, conversation)?;
        check_newer(case, epoch)?;
        check(
            case.speaker == Speaker::Person || epoch > case.epoch,
            "it is resolved; reopen it first",
        )?;
        if let (Some(seen), Some((answered, by))) = (self.seen(), &case.answered)
            && by != agent
            && self.is_newer(*answered, seen)
        {
            return Err(Refused::Answered);
        }
        if left(db, self.openid, fan, now)? == 0 {
            return Err(closed(fan, now));
        }
        let seq = self.keep(
            db,
            fan,
            "desk.message",
            self.payload(conversation, &["agent", "name", "text", "client_id"]),
        )?;
        let shard = self.hearing.shard;
        let said = Said {
            conversation: conversation.to_string(),
            epoch,
            agent: agent.to_owned(),
            name: self.optional("name").map(str::to_owned),
        };
        let send = ServiceMessage::text(text).to_body(self.openid, self.optional("kf_account"));
        let body = Body::Message {
            send,
            said: Some(said),
        };
        let job = self.send(db, fan, seq, body)?;
        let case = case_of(fan, conversation)?;
        case.epoch = epoch;
        case.speaker = Speaker::Person;
        case.agent = Some(agent.to_owned());
        case.reopen_until = None;
        case.next_is_mark = false;
        case.answered = Some((EventId { shard, seq }, agent.to_owned()));
        self.leave(db, fan, conversation, "assigned")?;
        let entry = self.entry(db, seq, Some(&job))?;
        let beside = [
            ("entry", entry),
            ("window", window(db, self.openid, fan, now)?),
            ("agent", agent.into()),
            (
                "client_id",
                self.body.get("client_id").cloned().unwrap_or_default(),
            ),
        ];
        self.tell(db, fan, conversation, seq, "sent", beside)?;
        self.done(db, fan, seq, Some(&job))
    }

    /// Something for the desk's eyes only, also about a conversation of long ago.
    fn note(&self, db: &impl Database, fan: &Fan, conversation: EventId) -> Result<Json, Refused> {
        self.text("text")?;
        self.check_theirs(db, fan, conversation)?;
        let payload = self.payload(conversation, &["agent", "name", "text"]);
        let seq = self.keep(db, fan, "desk.note", payload)?;
        let entry = self.entry(db, seq, None)?;
        self.tell(db, fan, conversation, seq, "noted", [("entry", entry)])?;
        self.done(db, fan, seq, None)
    }

    /// The desk itself tells the fan something, such as their place in the queue.
    fn say(&self, db: &impl Database, fan: &Fan, conversation: EventId) -> Result<Json, Refused> {
        let text = self.words()?;
        self.check_theirs(db, fan, conversation)?;
        if !self.hearing.service_messages || left(db, self.openid, fan, self.hearing.now)? == 0 {
            return Err(closed(fan, self.hearing.now));
        }
        let payload = self.payload(conversation, &["text"]);
        let seq = self.keep(db, fan, "desk.say", payload)?;
        // Who reads the ledger has it by now.
        let job = match Channel::of(self.openid).reads_the_ledger() {
            true => None,
            false => {
                let body = Body::answer(self.openid, &ServiceMessage::text(text));
                Some(self.send(db, fan, seq, body)?)
            }
        };
        self.done(db, fan, seq, job.as_ref())
    }
}

/// The fan's conversation, if it is the newest.
fn case_of(fan: &mut Fan, conversation: EventId) -> Result<&mut Case, Refused> {
    let case = fan.case_mut();
    case.filter(|case| case.conversation == conversation)
        .ok_or(Refused::Epoch("the fan has no such conversation any more"))
}

/// What comes under an epoch that is over, or that the shard itself began, was decided without knowing of it.
fn check_newer(case: &Case, epoch: i64) -> Result<(), Refused> {
    check(
        epoch >= case.epoch && epoch > case.own_epoch,
        "somebody else has it, or the fan ended it",
    )
}

fn check(holds: bool, otherwise: &'static str) -> Result<(), Refused> {
    match holds {
        true => Ok(()),
        false => Err(Refused::Epoch(otherwise)),
    }
}

/// Tells the Desk where the job of an agent's message stands now.
pub(crate) fn tell_of_job(
    db: &impl Database,
    job: &Job,
    said: &Said,
    now: UnixMillis,
) -> Result<(), SqlError> {
    let (Ok(id), Ok(conversation)) = (job.id.parse::<JobId>(), said.conversation.parse()) else {
        return Ok(());
    };
    // That it is being sent is news for nobody; what comes of it is.
    if job.state == State::Sending {
        return Ok(());
    }
    let head = Head {
        conversation,
        epoch: said.epoch,
        openid: Some(&job.openid),
        fan_ref: &job.fan_ref,
        at: now,
        event: Some(id.event),
    };
    let text = job.body.text();
    let entry = entry::of_message(
        id.event,
        said,
        text.as_deref(),
        &sending(job),
        job.created_at,
    );
    // Each state is news of its own.
    let key = format!("{}/job/{}", job.id, job.rev);
    rows::put(db, &key, "job", &head, [("entry", entry)])
}
