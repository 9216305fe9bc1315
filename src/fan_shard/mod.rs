//! The FanShard: keeps its fans, decides what they are answered, and carries out nothing itself.
//!
//! One object is one thread over one SQLite, so a fan has one writer and nothing here needs a lock. What is decided and
//! kept is `fandesk_shard`; this is the shell around it:
//!
//! - [`calls`]: what other actors ask a shard; [`mod@ask`]: how it reaches the shard
//! - [`alarm`]: when it wakes by itself; [`alerts`]: how it is doing
//! - [`group`]: many messages, one durable write
//! - [`moving`]: slots leave and arrive
//! - [`flush`]: the outbox leaves, lane by lane; [`forwarding`]: copies for another system
//! - [`playbook`]: the version that this shard answers from
//! - [`reflush`]: D1 is told again
//! - [`views`]: what the API shows of a shard's rows
//! - [`storage`]: its SQLite

mod alarm;
pub(crate) mod alerts;
pub(crate) mod ask;
pub(crate) mod calls;
mod flush;
mod forwarding;
mod group;
pub(crate) mod moving;
mod playbook;
mod reflush;
mod storage;
pub(crate) mod views;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fandesk_shard::jobs::{self, settle::ReplayError};
use fandesk_shard::moving::{self as moving_slots, Slots};
use fandesk_shard::outbox::Lane;
use fandesk_shard::sql::SqlError;
use fandesk_shard::{
    Recent, UnixMillis, ahead, erase, events, fan, forwards, identities, routing, schema, tags,
};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use self::alerts::{Measure, ShowRules};
use self::calls::Call;
use self::moving::Moving;
use self::storage::ObjectStorage;
use crate::random::{PlatformRandom, now};
use crate::record::{Record, Unreadable};
use crate::{log, object};

/// One shard of the fans, as the platform sees it.
#[durable_object(alarm)]
pub struct FanShard(Rc<Shard>);

/// One shard of the fans. Shared, because a flush goes on after the event that began it was answered.
pub(crate) struct Shard {
    state: State,
    env: Env,
    db: ObjectStorage,
    /// Its number in the layout.
    number: u16,
    /// The AppID that it works for.
    account: String,
    /// Why it cannot work, if it cannot: its tables could not be made, or its name is not one of ours.
    broken: Option<String>,
    playbook: RefCell<Option<Rc<playbook::InForce>>>,
    /// What the tables of fans do not know yet.
    recent: RefCell<Recent>,
    lanes: flush::Lanes,
    /// The slots that left or arrived.
    slots: RefCell<Slots>,
    wake: alarm::Wake,
    /// When this instance last forgot old rows.
    swept_at: Cell<Option<UnixMillis>>,
}

impl DurableObject for FanShard {
    fn new(state: State, env: Env) -> Self {
        let db = ObjectStorage::of(&state);
        let name = state.id().name().unwrap_or_default();
        let tables = schema::migrate(&db).and_then(|()| Slots::load(&db));
        let (account, number, slots, broken) = match (ask::parse_name(&name), tables) {
            (Some((account, number)), Ok(slots)) => (account, number, slots, None),
            (None, _) => (
                String::new(),
                0,
                Slots::default(),
                Some(format!("`{name}` is no name of a shard")),
            ),
            (_, Err(error)) => (String::new(), 0, Slots::default(), Some(error.to_string())),
        };
        if let Some(reason) = &broken {
            log::error("shard", "a shard cannot start", &[("reason", &reason)]);
        }
        let shard = Rc::new(Shard {
            state,
            env,
            db,
            number,
            account,
            broken,
            playbook: RefCell::new(None),
            recent: RefCell::default(),
            lanes: flush::Lanes::default(),
            slots: RefCell::new(slots),
            wake: alarm::Wake::default(),
            swept_at: Cell::new(None),
        });
        if shard.broken.is_none() {
            shard.load_playbook();
            // Whatever the last instance left undone is found in the tables.
            shard.catch_up_or_log();
            shard.wake_for_what_is_due();
        }
        Self(shard)
    }

    async fn fetch(&self, _: Request) -> worker::Result<Response> {
        object::no_http()
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if self.0.broken.is_none() {
            self.0.alarm_rang();
        }
        Response::empty()
    }
}

#[wasm_bindgen(
    wasm_bindgen = worker::wasm_bindgen,
    wasm_bindgen_futures = worker::wasm_bindgen_futures,
    js_sys = worker::js_sys
)]
impl FanShard {
    /// Takes a group of messages; see [`group`].
    pub fn receive(&self, group: &str) -> String {
        self.0.receive(group)
    }

    /// Answers one of [`calls`] but [`calls::Receive`]; see [`object::ask`].
    pub async fn ask(&self, path: String, body: String) -> String {
        if let Some(reason) = &self.0.broken {
            return object::answer(500, reason);
        }
        match self.0.answer(&path, &body).await {
            Ok(answer) => object::answer(200, &answer.write()),
            Err(Refused::Because { status, message }) => object::answer(status, &message),
            Err(Refused::Failed(error)) => {
                let message = format!("{path} failed in shard {}", self.0.number);
                let account = &self.0.account;
                log::error(
                    "shard",
                    &message,
                    &[("account", account), ("reason", &error)],
                );
                object::answer(500, "the shard's database refused")
            }
        }
    }
}

/// Something that falls due with time, and its name for the log.
type Chore<'a> = (
    &'static str,
    &'a dyn Fn(&ObjectStorage) -> Result<(), SqlError>,
);

/// Why a call was not done; becomes a status and a plain sentence.
pub(crate) enum Refused {
    /// The caller asked for something that cannot be.
    Because {
        /// As in HTTP.
        status: u16,
        /// For the operator.
        message: String,
    },
    /// The database.
    Failed(SqlError),
}

impl From<Unreadable> for Refused {
    fn from(error: Unreadable) -> Self {
        Self::Because {
            status: 400,
            message: error.to_string(),
        }
    }
}

impl From<SqlError> for Refused {
    fn from(error: SqlError) -> Self {
        Self::Failed(error)
    }
}

impl Shard {
    /// Does what a call asks for: one step without an await, but for [`calls::Flush`].
    async fn answer(self: &Rc<Self>, path: &str, body: &str) -> Result<Record, Refused> {
        use calls::{
            ClaimJob, Flush, KeptPlaybook, ListEvents, PlaybookVersion, ProposeLayout, Publish,
            Reflush, ReplayJob, SetTags, SettleJob, ShowFan, ShowJob, WriteToFan,
        };
        let call = Record::read(body)?;
        self.keeps(path, &call)?;
        self.catch_up()?;
        Ok(match path {
            ProposeLayout::PATH => {
                ProposeLayout::write_answer(routing::fix(&self.db, &ProposeLayout::read(call)?.0)?)
            }
            Publish::PATH => Publish::write_answer(Some(self.publish(&Publish::read(call)?)?)),
            PlaybookVersion::PATH => {
                // The Clock asks each minute: should an alarm ever get lost, this finds what is due.
                self.wake_for_what_is_due();
                PlaybookVersion::write_answer(self.playbook_version())
            }
            ListEvents::PATH => ListEvents::write_answer(self.events(&ListEvents::read(call)?)?),
            ShowFan::PATH => ShowFan::write_answer(self.fan(&ShowFan::read(call)?)?),
            WriteToFan::PATH => {
                WriteToFan::write_answer(Some(self.message(&WriteToFan::read(call)?)?))
            }
            SetTags::PATH => SetTags::write_answer(self.set_tags(&SetTags::read(call)?)?),
            ShowJob::PATH => ShowJob::write_answer(self.job(&ShowJob::read(call)?)?),
            ClaimJob::PATH => ClaimJob::write_answer(self.claim(&ClaimJob::read(call)?)?),
            SettleJob::PATH => SettleJob::write_answer(self.settle(SettleJob::read(call)?)?),
            ReplayJob::PATH => {
                self.replay(&ReplayJob::read(call)?)?;
                ReplayJob::write_answer(None)
            }
            Measure::PATH => Measure::write_answer(self.measure()?),
            ShowRules::PATH => ShowRules::write_answer(self.rules()),
            Moving::PATH => Moving::write_answer(self.moves(&Moving::read(call)?)?),
            Flush::PATH => {
                self.flush_people().await;
                self.wake_for_what_is_due();
                Flush::write_answer(None)
            }
            Reflush::PATH => Reflush::write_answer(Some(self.reflush(&Reflush::read(call)?)?)),
            KeptPlaybook::PATH => KeptPlaybook::write_answer(self.kept_playbook()?),
            _ => {
                return Err(Refused::Because {
                    status: 404,
                    message: "there is no such call".to_owned(),
                });
            }
        })
    }

    fn events(&self, call: &calls::ListEvents) -> Result<calls::EventList, SqlError> {
        let events = events::list(
            &self.db,
            call.openid.as_deref(),
            call.after,
            call.limit,
            call.bytes,
        )?;
        let kept_from = events::kept_from(&self.db)?;
        Ok(calls::EventList {
            kept_from,
            events: events
                .into_iter()
                .map(|event| views::event(self.number, event))
                .collect(),
        })
    }

    fn fan(&self, call: &calls::ShowFan) -> Result<Option<String>, SqlError> {
        let Some(fan) = fan::load(&self.db, &call.openid)? else {
            return Ok(None);
        };
        let follows = fan::follows(&self.db, &fan.fan_ref)?;
        let waiting_since = fan::waiting_since(&self.db, &fan.fan_ref)?;
        let tags = tags::load(&self.db, &call.openid)?;
        let bound = identities::load(&self.db, &call.openid, now())?;
        Ok(Some(views::fan(
            &call.openid,
            &fan,
            tags,
            follows,
            waiting_since,
            bound.map(|bound| bound.bound_at),
            now(),
        )))
    }

    fn set_tags(&self, call: &calls::SetTags) -> Result<Option<String>, Refused> {
        let unreadable = |field| Refused::from(Unreadable::Field(field));
        let rev = call.rev.parse().map_err(|_| unreadable(2))?;
        let tags: Vec<String> = serde_json::from_str(&call.tags).map_err(|_| unreadable(3))?;
        let known = tags::put(&self.db, &call.openid, &call.fan_ref, rev, &tags)?;
        Ok(known.then(String::new))
    }

    fn message(self: &Rc<Self>, call: &calls::WriteToFan) -> Result<String, Refused> {
        let id = fandesk_shard::intake::write_to_fan(
            &self.db,
            self.number,
            &call.openid,
            &call.text,
            now(),
        )
        .map_err(|error| match error {
            fandesk_shard::intake::WriteError::UnknownFan => Refused::Because {
                status: 404,
                message: error.to_string(),
            },
            fandesk_shard::intake::WriteError::Closed(closed) => Refused::Because {
                status: 409,
                message: closed.to_string(),
            },
            fandesk_shard::intake::WriteError::Sql(error) => Refused::Failed(error),
        })?;
        self.after_change();
        Ok(id)
    }

    fn job(&self, call: &calls::ShowJob) -> Result<Option<String>, SqlError> {
        Ok(jobs::rows::load(&self.db, &call.id)?.map(|job| views::job(&job)))
    }

    fn claim(self: &Rc<Self>, call: &calls::ClaimJob) -> Result<jobs::Claim, SqlError> {
        let playbook = self.playbook_in_force();
        let claim = self.db_savepoint(|db| {
            jobs::claim(
                db,
                &call.id,
                playbook.as_deref().map(|p| &p.playbook),
                now(),
                &mut PlatformRandom,
            )
        })?;
        self.after_change();
        Ok(claim)
    }

    fn settle(self: &Rc<Self>, call: calls::SettleJob) -> Result<(), SqlError> {
        let playbook = self.playbook_in_force();
        self.db_savepoint(|db| {
            jobs::settle(
                db,
                &call.id,
                &call.lease,
                call.report,
                playbook.as_deref().map(|p| &p.playbook),
                now(),
            )
        })?;
        self.after_change();
        Ok(())
    }

    fn replay(self: &Rc<Self>, call: &calls::ReplayJob) -> Result<(), Refused> {
        jobs::settle::replay(&self.db, &call.id, now()).map_err(|error| match error {
            ReplayError::NotFound => Refused::Because {
                status: 404,
                message: error.to_string(),
            },
            ReplayError::NotFailed(_) | ReplayError::Binding => Refused::Because {
                status: 409,
                message: error.to_string(),
            },
            ReplayError::Sql(error) => Refused::Failed(error),
        })?;
        self.after_change();
        Ok(())
    }

    fn db_savepoint<T>(
        &self,
        work: impl FnOnce(&ObjectStorage) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        use fandesk_shard::sql::Database;
        self.db.savepoint(|| work(&self.db))
    }

    /// Brings the tables of fans to the end of the ledger, which whoever looks at them does first.
    fn catch_up(&self) -> Result<(), SqlError> {
        ahead::catch_up(&self.db, &mut self.recent.borrow_mut())
    }

    /// For whoever has nobody to tell: `false` when the tables are still behind, and may not be looked at.
    fn catch_up_or_log(&self) -> bool {
        self.catch_up()
            .inspect_err(|error| {
                let message = format!("the fans of shard {} are behind its ledger", self.number);
                log::error(
                    "shard",
                    &message,
                    &[("account", &self.account), ("reason", error)],
                );
            })
            .is_ok()
    }

    /// What falls due with time: leases that ran out, doorbells to ring, people to erase, rows to forget.
    fn housekeeping(&self) {
        let now = now();
        let playbook = self.playbook_in_force();
        let playbook = playbook.as_deref().map(|p| &p.playbook);
        let chores: [Chore<'_>; 5] = [
            ("expire leases", &|db| {
                jobs::settle::expire(db, playbook, now)
            }),
            ("ring for jobs", &|db| jobs::rows::ring_due(db, now)),
            ("give copies up", &|db| {
                forwards::give_up(db, now).map(|copies| self.note_given_up(copies))
            }),
            ("erase people", &|db| erase::erase_due(db, now).map(drop)),
            ("forget what is old", &|db| self.sweep(db, now)),
        ];
        for (name, chore) in chores {
            // One that fails must not keep the others from their work; it comes again with the next alarm.
            if let Err(error) = self.db_savepoint(chore) {
                log::error(
                    "shard",
                    &format!("shard {} could not {name}", self.number),
                    &[("account", &self.account), ("reason", &error)],
                );
            }
        }
    }

    /// Forgets old rows, but not with every alarm: it looks at all of them.
    fn sweep(&self, db: &ObjectStorage, now: UnixMillis) -> Result<(), SqlError> {
        if self
            .swept_at
            .get()
            .is_some_and(|at| now < at.plus(events::SWEPT_EVERY))
        {
            return Ok(());
        }
        jobs::rows::sweep(db, now)?;
        events::sweep(db, now)?;
        forwards::sweep(db, now)?;
        identities::sweep(db, now)?;
        moving_slots::sweep(db, now)?;
        fandesk_shard::reflush::sweep(db, now)?;
        self.swept_at.set(Some(now));
        Ok(())
    }

    /// After a change that filled the outbox: doorbells leave at once, the rest with the alarm.
    fn after_change(self: &Rc<Self>) {
        self.start_flush(Lane::Jobs);
        self.wake_for_what_is_due();
    }
}
