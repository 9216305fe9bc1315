//! `/wechat`: WeChat asks, fandesk answers.
//!
//! The checks stand in the order of the contract: settings (500), size (413), signatures and time (401), the rest (400). A
//! refusal leaves no event. What passed goes to the fan's shard, and its answer is rendered in the body's format and sealed
//! with the token and key that verified the request. Anything but 200 makes WeChat try again. Who sends many that are refused gets
//! 429 ([`limit`]).
//!
//! A [`Callback`] goes its way without an await of its own. Whoever carries it waits: `src/platform/callback.mjs` for nearly all, and
//! [`handle`] for those that are unusual (a GET, a body of unknown length) or the first of an isolate. What each of them opens, asks and
//! answers is an [`Exchange`].

mod exchange;
mod limit;
mod words;

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;
use wechat::{Format, Query};
use worker::{Env, Result, web_sys};

use self::exchange::Exchange;
pub(crate) use self::limit::tell_refusals;
use self::limit::{count, turn_away};
use self::words::{Words, respond, say};
use crate::accounts::{self, Account, NoAccount};
use crate::fan_shard::ask::{self, CallError};
use crate::fan_shard::calls::{Call, Receive, Received};
use crate::random::now;
use crate::settings::Settings;
use crate::{body, layout};

/// Largest body, in bytes. WeChat's own are below 64 KiB even when encrypted.
const MAX_BODY: usize = 256 * 1024;

/// Where the platform says who asks. It takes away what a sender wrote there.
const ADDRESS: &str = "cf-connecting-ip";

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
        limit::limiting()
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
    if limit::limiting()
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

/// Two awaits: the layout, known after an isolate's first request, and the shard. When the shard's answer gets lost the
/// event may be kept all the same; WeChat tries again and gets the answer that was kept.
async fn keep(env: &Env, exchange: &Exchange) -> std::result::Result<Received, CallError> {
    let shard = layout::shard_of(env, &exchange.settings, exchange.slot()).await?;
    ask::ask(env, &exchange.settings.account, shard, &exchange.call()).await
}
