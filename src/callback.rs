//! `/wechat`: WeChat asks, fandesk answers.
//!
//! The checks stand in the order of the contract: settings (500), size (413), signatures and time (401), the rest (400). A
//! refusal leaves no event. What passed goes to the fan's shard, and its answer is rendered in the body's format and sealed
//! with the token and key that verified the request. Anything but 200 makes WeChat try again. Who sends many that are refused gets
//! 429 ([`crate::refusals`]).
//!
//! A [`Callback`] goes its way without an await of its own. Whoever carries it waits: `src/platform/callback.mjs` for nearly all, and
//! [`handle`] for those that are unusual (a GET, a body of unknown length) or the first of an isolate.

use std::cell::RefCell;
use std::rc::Rc;

use fandesk_shard::Slot;
use wasm_bindgen::prelude::wasm_bindgen;
use wechat::{Envelope, Format, Opened, Query, reply};
use worker::{Env, Result, web_sys};

use crate::accounts::{self, Account, NoAccount};
use crate::fan_shard::ask::{self, CallError};
use crate::fan_shard::calls::{Call, Receive, Received};
use crate::random::{PlatformRandom, now};
use crate::refusals::Refusals;
use crate::settings::Settings;
use crate::{answer, body, layout, log};

/// Largest body, in bytes. WeChat's own are below 64 KiB even when encrypted.
const MAX_BODY: usize = 256 * 1024;

/// Where the platform says who asks. It takes away what a sender wrote there.
const ADDRESS: &str = "cf-connecting-ip";

thread_local! {
    static REFUSALS: RefCell<Refusals> = const { RefCell::new(Refusals::new()) };
}

/// Where callbacks begin; one for all requests of an isolate, because making an object through worker-build's glue costs more
/// than calling it.
#[wasm_bindgen]
pub struct Callbacks;

#[wasm_bindgen]
impl Callbacks {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self
    }

    /// Whether somebody is over the limit of refused callbacks, so that [`Callbacks::turn_away`] has to be asked.
    pub fn limiting(&self) -> bool {
        REFUSALS.with_borrow(Refusals::limiting)
    }

    /// The answer to a request of this address whose body need not be looked at: who is over the limit, and does not sign.
    #[wasm_bindgen(js_name = turnAway)]
    pub fn turn_away(&self, env: Env, url: &str, address: &str) -> Option<Callback> {
        let (path, query) = crate::split(url);
        let settings = settings_for(&env, path.strip_prefix("/wechat/")).ok()?;
        turn_away(&settings, &Query::parse(query), address)
            .map(|words| Callback(Stage::Answered(words)))
    }

    /// Verifies and reads a POST of at most [`MAX_BODY`] bytes. Nothing comes back while it is unknown how many shards the
    /// account has.
    pub fn open(&self, env: Env, url: &str, body: &[u8]) -> Option<Callback> {
        let (path, query) = crate::split(url);
        let opened = settings_for(&env, path.strip_prefix("/wechat/")).and_then(|settings| {
            if layout::is_known(&settings.account) {
                Exchange::open(settings, &Query::parse(query), body).map(Some)
            } else {
                Ok(None)
            }
        });
        Some(Callback(match opened {
            Err(words) => Stage::Answered(words),
            Ok(exchange) => {
                let exchange = exchange?;
                Stage::Asking {
                    shard: layout::known(&exchange.settings.account, exchange.slot())?,
                    led_on: false,
                    exchange: Box::new(exchange),
                }
            }
        }))
    }
}

/// A callback under way: it asks a shard, or the next one, until it is answered.
#[wasm_bindgen]
pub struct Callback(Stage);

enum Stage {
    Asking {
        shard: u16,
        /// Another shard named this one. Should it name a third, the long way goes on, which ends at some time.
        led_on: bool,
        exchange: Box<Exchange>,
    },
    /// The fan's slot is moving: whoever waits otherwise asks again.
    Waiting,
    Answered(Words),
}

/// What WeChat is answered.
struct Words {
    status: u16,
    /// `None` for a few words of plain text.
    format: Option<Format>,
    text: String,
}

#[wasm_bindgen]
impl Callback {
    /// The name of the object that is to be asked, unless there is nothing to ask.
    pub fn shard(&self) -> Option<String> {
        match &self.0 {
            Stage::Asking {
                shard, exchange, ..
            } => Some(ask::name(&exchange.settings.account, *shard)),
            Stage::Waiting | Stage::Answered(_) => None,
        }
    }

    /// What it is asked.
    pub fn message(&self) -> String {
        match &self.0 {
            Stage::Asking { exchange, .. } => exchange.call().write().write(),
            Stage::Waiting | Stage::Answered(_) => String::new(),
        }
    }

    /// Takes the answer of that object, which may name another one.
    pub fn take(&mut self, answer: &str) {
        if let Stage::Asking {
            shard,
            led_on,
            exchange,
        } = &mut self.0
        {
            let kept = ask::read_answer(&exchange.settings.account, *shard, answer)
                .and_then(|record| ask::read::<Receive>(*shard, record));
            self.0 = match kept {
                Err(CallError::Moved { to }) if !*led_on => {
                    (*shard, *led_on) = (to, true);
                    return;
                }
                Err(CallError::Moved { .. } | CallError::NotYet { .. }) => Stage::Waiting,
                kept => Stage::Answered(exchange.answer(kept)),
            };
        }
    }

    /// Counts it, if it was refused, against the address that it came from.
    pub fn count(&mut self, address: &str) {
        if let Stage::Answered(words) = &mut self.0 {
            count(words, address);
        }
    }

    /// Whether it has to be waited for, and asked otherwise.
    pub fn waits(&self) -> bool {
        matches!(self.0, Stage::Waiting)
    }

    /// The object gave no answer.
    pub fn lose(&mut self, reason: String) {
        if let Stage::Asking {
            shard, exchange, ..
        } = &self.0
        {
            let shard = *shard;
            let lost = Err(CallError::Unreachable { shard, reason });
            self.0 = Stage::Answered(exchange.answer(lost));
        }
    }

    /// The status.
    pub fn status(&self) -> u16 {
        match &self.0 {
            Stage::Answered(words) => words.status,
            Stage::Waiting | Stage::Asking { .. } => 500,
        }
    }

    /// 0 for plain text, 1 for XML, 2 for JSON.
    pub fn form(&self) -> u8 {
        match &self.0 {
            Stage::Answered(Words {
                format: Some(Format::Xml),
                ..
            }) => 1,
            Stage::Answered(Words {
                format: Some(Format::Json),
                ..
            }) => 2,
            Stage::Answered(Words { format: None, .. }) | Stage::Waiting | Stage::Asking { .. } => {
                0
            }
        }
    }

    /// The body of the answer.
    pub fn text(&mut self) -> String {
        match &mut self.0 {
            Stage::Answered(words) => std::mem::take(&mut words.text),
            Stage::Waiting | Stage::Asking { .. } => String::new(),
        }
    }
}

/// A callback that was verified, and what its answer needs.
struct Exchange {
    settings: Rc<Settings>,
    opened: Opened,
    nonce: String,
}

impl Exchange {
    fn open(
        settings: Rc<Settings>,
        query: &Query,
        body: &[u8],
    ) -> std::result::Result<Self, Words> {
        let opened = settings
            .keyring
            .open(query, body, now().seconds())
            .map_err(|refusal| say(refusal.status(), refusal.to_string()))?;
        Ok(Self {
            settings,
            opened,
            nonce: query.nonce.clone().unwrap_or_default(),
        })
    }

    fn slot(&self) -> Slot {
        Slot::of_message(&self.opened.inbound)
    }

    fn call(&self) -> Receive {
        let inbound = &self.opened.inbound;
        Receive {
            key: inbound.message_key().to_string(),
            fields: serde_json::to_string(&inbound.fields).unwrap_or_default(),
        }
    }

    fn answer(&self, kept: std::result::Result<Received, CallError>) -> Words {
        let inbound = &self.opened.inbound;
        let kept = match kept {
            Ok(kept) => kept,
            Err(error) => {
                log::error(
                    "callback",
                    "a callback was not kept; WeChat will try again",
                    &[
                        ("account", &self.settings.account),
                        ("kind", &inbound.kind()),
                        ("reason", &error),
                    ],
                );
                return say(500, "not kept".to_owned());
            }
        };
        let Some(reply) = kept.reply else {
            return say(200, reply::SUCCESS.to_owned());
        };
        let envelope = Envelope {
            to: &inbound.from,
            from: &inbound.to,
            create_time: kept.created_at,
        };
        let Opened {
            format, sealing, ..
        } = &self.opened;
        let document = reply.render(*format, &envelope);
        let mut random = [0; 16];
        fandesk_shard::Random::fill(&mut PlatformRandom, &mut random);
        let keyring = &self.settings.keyring;
        Words {
            status: 200,
            format: Some(*format),
            text: keyring.seal(sealing, &document, kept.created_at, &self.nonce, random),
        }
    }
}

fn settings_for(env: &Env, account: Option<&str>) -> std::result::Result<Rc<Settings>, Words> {
    let accounts = accounts::of(env);
    let settings = accounts.named(account).and_then(Account::whole);
    settings.cloned().map_err(|error| {
        let status = match error {
            NoAccount::Unknown => 404,
            NoAccount::Incomplete => 500,
        };
        say(status, error.to_string())
    })
}

/// Answers a request for `account`, or for the first one.
pub(crate) async fn handle(
    request: &web_sys::Request,
    query: &str,
    env: &Env,
    account: Option<&str>,
) -> Result<web_sys::Response> {
    let settings = match settings_for(env, account) {
        Ok(settings) => settings,
        Err(words) => {
            body::drop_unread(request).await;
            return respond(words);
        }
    };
    let query = Query::parse(query);
    let address = request.headers().get(ADDRESS)?.unwrap_or_default();
    if REFUSALS.with_borrow(Refusals::limiting)
        && let Some(words) = turn_away(&settings, &query, &address)
    {
        body::drop_unread(request).await;
        return respond(words);
    }
    let mut words = match request.method().as_str() {
        "GET" => match settings.keyring.verify_url(&query, now().seconds()) {
            Ok(echostr) => say(200, echostr),
            Err(refusal) => say(refusal.status(), refusal.to_string()),
        },
        "POST" => match body::read(request, MAX_BODY).await? {
            Some(body) => match Exchange::open(settings, &query, &body) {
                Ok(exchange) => exchange.answer(keep(env, &exchange).await),
                Err(words) => words,
            },
            None => say(413, "the body is larger than 256 KiB".to_owned()),
        },
        _ => say(405, "WeChat sends GET and POST".to_owned()),
    };
    count(&mut words, &address);
    respond(words)
}

/// Writes into the log how many callbacks were refused since it was last said, if that is due.
pub(crate) fn tell_refusals() {
    let Some(tally) = REFUSALS.with_borrow_mut(|refusals| refusals.tell(now())) else {
        return;
    };
    log::warn(
        "callback",
        "callbacks were refused",
        &[
            ("unsigned", &tally.unsigned),
            ("malformed", &tally.malformed),
            ("too_large", &tally.too_large),
            ("turned_away", &tally.turned_away),
            ("reason", &tally.reason),
        ],
    );
}

/// The answer to one who is over the limit of refused callbacks. Whoever signs is heard all the same.
fn turn_away(settings: &Settings, query: &Query, address: &str) -> Option<Words> {
    let now = now();
    let over = REFUSALS.with_borrow_mut(|refusals| refusals.turns_away(address, now));
    if !over || settings.keyring.is_signed(query, now.seconds()) {
        return None;
    }
    REFUSALS.with_borrow_mut(Refusals::turned_away);
    tell_refusals();
    Some(too_many())
}

/// Counts a refusal. One too many is answered so.
fn count(words: &mut Words, address: &str) {
    if !matches!(words.status, 400 | 401 | 413) {
        return;
    }
    let over = REFUSALS
        .with_borrow_mut(|refusals| refusals.count(address, words.status, &words.text, now()));
    tell_refusals();
    if over {
        *words = too_many();
    }
}

fn too_many() -> Words {
    say(429, "too many refused callbacks: wait a minute".to_owned())
}

/// Two awaits: the layout, known after an isolate's first request, and the shard. When the shard's answer gets lost the
/// event may be kept all the same; WeChat tries again and gets the answer that was kept.
async fn keep(env: &Env, exchange: &Exchange) -> std::result::Result<Received, CallError> {
    let shard = layout::shard_of(env, &exchange.settings, exchange.slot()).await?;
    ask::ask(env, &exchange.settings.account, shard, &exchange.call()).await
}

/// A few words of plain text. A refusal is counted and not logged by itself: anyone can cause as many as they like.
fn say(status: u16, text: String) -> Words {
    Words {
        status,
        format: None,
        text,
    }
}

fn respond(words: Words) -> Result<web_sys::Response> {
    match words.format {
        Some(format) => answer::document(format, &words.text),
        None => answer::short(words.status, &words.text),
    }
}
