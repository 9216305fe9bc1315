//! The Desk: who waits, who has whom, until when somebody has to answer, and everybody who watches.
//!
//! One object an account, so that no fan is given to two and no agent is given too many. What is decided and kept is `fandesk_desk`;
//! this is the shell around it:
//!
//! - [`ask`]: how it is reached, and [`refusal`] how it says no; [`answers`]: what it does for each call
//! - [`conversations`], [`staff`], [`audit`]: that, by what it is about; [`took`]: what shards tell it
//! - [`turn`]: the one way in which anything changes
//! - [`live`]: consoles that watch, over [`sockets`]; [`presence`]: who is there
//! - [`alarm`]: when it wakes by itself
//! - [`outbox`]: what it tells shards and D1
//!
//! Whatever waits for something else (a shard, D1) is found in its tables, so an instance that is lost loses nothing.

mod alarm;
mod answers;
pub(crate) mod ask;
mod audit;
mod conversations;
mod live;
mod outbox;
mod presence;
pub(crate) mod refusal;
mod sockets;
mod staff;
mod took;
mod turn;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fandesk_desk::{Desk as Model, rows};
use fandesk_shard::wake;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use self::sockets::Sockets;
use crate::storage::ObjectStorage;
use crate::{accounts, log, object};

/// The desk of an account, as the platform sees it.
#[durable_object(alarm)]
pub struct Desk(Rc<Service>);

/// The desk of an account. Shared, because the outbox goes on after the event that began it was answered.
pub(crate) struct Service {
    state: State,
    env: Env,
    db: ObjectStorage,
    /// The AppID that it works for.
    account: String,
    /// Why it cannot work, if it cannot: its tables could not be made, or its name is not one of ours.
    broken: Option<String>,
    /// What it knows, as the tables have it.
    model: RefCell<Model>,
    platform: Sockets,
    watchers: live::Watchers,
    alarm: RefCell<wake::Alarm>,
    outbox: outbox::Lanes,
    /// When old rows were last forgotten.
    swept_at: Cell<Option<fandesk_shard::UnixMillis>>,
}

impl DurableObject for Desk {
    fn new(state: State, env: Env) -> Self {
        let db = ObjectStorage::of(&state);
        let name = state.id().name().unwrap_or_default();
        let account = accounts::of_object(&name).map(str::to_owned);
        let tables = rows::schema::migrate(&db).and_then(|()| rows::load(&db));
        let (model, broken) = match (&account, tables) {
            (Some(_), Ok(model)) => (model, None),
            (None, _) => (
                Model::default(),
                Some(format!("`{name}` is no name of a desk")),
            ),
            (_, Err(error)) => (Model::default(), Some(error.to_string())),
        };
        if let Some(reason) = &broken {
            log::error("desk", "the desk cannot start", &[("reason", &reason)]);
        }
        let (platform, state) = Sockets::of(state);
        let service = Rc::new(Service {
            state,
            env,
            db,
            account: account.unwrap_or_default(),
            broken,
            model: RefCell::new(model),
            platform,
            watchers: live::Watchers::default(),
            alarm: RefCell::default(),
            outbox: outbox::Lanes::default(),
            swept_at: Cell::new(None),
        });
        if service.broken.is_none() {
            // Sockets outlive a sleep of the object, and none outlives a restart of what holds them.
            service.find_watchers();
            service.look_who_is_there();
            service.wake_for_what_is_due();
        }
        Self(service)
    }

    /// Consoles that want to watch.
    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        if self.0.broken.is_some() {
            return Response::error("the desk cannot start", 503);
        }
        self.0.watch(&request)
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
impl Desk {
    /// Answers a call; see [`object::ask`] and [`answers`].
    pub fn ask(&self, path: &str, body: &str) -> String {
        if let Some(reason) = &self.0.broken {
            return object::answer(500, reason);
        }
        self.0.answer(path, body)
    }

    /// A console says something.
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub fn socket_said(&self, socket: JsValue, message: JsValue) {
        if let Some(text) = message.as_string() {
            self.0.heard(socket, &text);
        }
    }

    /// A console is gone.
    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn socket_closed(&self, socket: JsValue) {
        self.0.left(socket);
    }

    /// The way to a console is gone.
    #[wasm_bindgen(js_name = webSocketError)]
    pub fn socket_failed(&self, socket: JsValue) {
        self.0.left(socket);
    }
}
