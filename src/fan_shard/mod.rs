//! The FanShard: keeps its fans, decides what they are answered, and carries out nothing itself.
//!
//! One object is one thread over one SQLite, so a fan has one writer and nothing here needs a lock. What is decided and
//! kept is `fandesk_shard`; this is the shell around it:
//!
//! - [`calls`]: what other actors ask a shard; [`mod@ask`]: how it reaches the shard; [`answers`]: what the shard does for it
//! - [`alarm`]: when it wakes by itself; [`chores`]: what it does then; [`alerts`]: how it is doing
//! - [`group`]: many messages, one durable write
//! - [`moving`]: slots leave and arrive
//! - [`flush`]: the outbox leaves, lane by lane; [`forwarding`]: copies for another system
//! - [`playbook`]: the version that this shard answers from
//! - [`reflush`]: D1 is told again
//! - [`views`]: what the API shows of a shard's rows
//! - [`visitors`]: the chat of the web page
//!
//! Its SQLite is [`crate::storage`].

mod alarm;
pub(crate) mod alerts;
mod answers;
pub(crate) mod ask;
pub(crate) mod calls;
mod chores;
mod flush;
mod forwarding;
mod group;
pub(crate) mod moving;
mod playbook;
mod reflush;
pub(crate) mod views;
mod visitors;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fandesk_shard::moving::Slots;
use fandesk_shard::outbox::Lane;
use fandesk_shard::sql::SqlError;
use fandesk_shard::{Recent, UnixMillis, ahead, schema};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use self::answers::Refused;
use crate::storage::ObjectStorage;
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

impl Shard {
    /// All that `work` writes, or nothing of it.
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

    /// After a change that filled the outbox: doorbells leave at once, the rest with the alarm.
    fn after_change(self: &Rc<Self>) {
        self.start_flush(Lane::Jobs);
        self.wake_for_what_is_due();
    }
}
