//! The TokenKeeper: the one holder of the access token.
//!
//! One object an account, so that thirty consumers make one refresh: whoever comes while a refresh is under way waits for the same
//! one. The token is renewed before it ends. Who was told by WeChat that a token is not good names that token: when the keeper
//! holds another one by now, that is the answer; only when it is the same does it ask for a new one.

use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use wasm_bindgen::prelude::wasm_bindgen;
use wechat::api::token::{self, AccessToken};
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::random::now;
use crate::record::Record;
use crate::settings::Settings;
use crate::{accounts, log, object, wechat_client};

const BINDING: &str = "TOKEN_KEEPER";
/// Where the object keeps the token.
const KEY: &str = "token";
/// A token is renewed this long before it ends; WeChat keeps the old one good for 5 minutes beside the new one.
const RENEW_BEFORE: Duration = Duration::from_secs(300);
/// WeChat allows a forced refresh 20 times a day, 30 s apart.
const FORCED_APART: Duration = Duration::from_secs(30);

/// Kinds of answers.
const TOKEN: i64 = 0;
const NOT_YET: i64 = 1;
const NEVER: i64 = 2;

/// No token could be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct NoToken {
    /// In plain words.
    pub(crate) message: String,
    /// Whether it may be had later.
    pub(crate) later: bool,
}

/// What the object keeps.
#[derive(Clone)]
struct Held {
    token: String,
    /// In Unix milliseconds.
    got_at: i64,
    /// In Unix milliseconds.
    ends_at: i64,
    /// When a refresh was last forced, in Unix milliseconds; 0 when never.
    forced_at: i64,
}

impl Held {
    fn write(&self) -> String {
        Record::new()
            .with(&self.token)
            .with(self.got_at)
            .with(self.ends_at)
            .with(self.forced_at)
            .write()
    }

    fn read(text: &str) -> Option<Self> {
        let mut record = Record::read(text).ok()?;
        Some(Self {
            got_at: record.number(1)?,
            ends_at: record.number(2)?,
            forced_at: record.number(3)?,
            token: record.take(0)?,
        })
    }

    /// [`RENEW_BEFORE`] its end, but not in its first half: some tokens last only 300 s.
    fn renew_at(&self) -> i64 {
        fandesk_shard::UnixMillis(self.ends_at)
            .minus(RENEW_BEFORE)
            .0
            .max(self.got_at.saturating_add(self.ends_at) / 2)
    }
}

/// A good token, as far as anybody knows. `refused` is one that WeChat just refused.
pub(crate) async fn token(
    env: &Env,
    settings: &Settings,
    refused: Option<&str>,
) -> Result<String, NoToken> {
    let name = format!("{}/token-keeper/0", settings.account);
    let ask = Record::new().with_option(refused);
    let answer = object::ask(env, BINDING, &name, "/token", &ask)
        .boxed_local()
        .await
        .map_err(|error| lost(&error))?;
    let (_, answer) = object::split(&answer).ok_or_else(|| lost(&"it is none of ours"))?;
    let mut answer = Record::read(answer).map_err(|error| lost(&error))?;
    match (answer.number(0), answer.take(1)) {
        (Some(TOKEN), Some(token)) => Ok(token),
        (Some(kind), Some(message)) => Err(NoToken {
            message,
            later: kind == NOT_YET,
        }),
        _ => Err(lost(&"it cannot be read")),
    }
}

fn lost(why: &dyn Display) -> NoToken {
    NoToken {
        message: format!("the TokenKeeper gave no answer: {why}"),
        later: true,
    }
}

type Refresh = Shared<LocalBoxFuture<'static, Result<String, NoToken>>>;

/// The holder of the access token, as the platform sees it.
#[durable_object(fetch)]
pub struct TokenKeeper(Rc<Keeper>);

pub(crate) struct Keeper {
    state: State,
    env: Env,
    held: RefCell<Option<Held>>,
    /// The refresh under way, for all who wait for it.
    refresh: RefCell<Option<Refresh>>,
}

impl DurableObject for TokenKeeper {
    fn new(state: State, env: Env) -> Self {
        Self(Rc::new(Keeper {
            state,
            env,
            held: RefCell::new(None),
            refresh: RefCell::new(None),
        }))
    }

    async fn fetch(&self, _: Request) -> worker::Result<Response> {
        object::no_http()
    }
}

#[wasm_bindgen(
    wasm_bindgen = worker::wasm_bindgen,
    wasm_bindgen_futures = worker::wasm_bindgen_futures,
    js_sys = worker::js_sys
)]
impl TokenKeeper {
    /// Answers with a token; see [`object::ask`].
    pub async fn ask(&self, _path: String, body: String) -> String {
        let refused = Record::read(&body).ok().and_then(|mut ask| ask.take(0));
        let answer = match self.0.token(refused).await {
            Ok(token) => Record::new().with(TOKEN).with(token),
            Err(NoToken { message, later }) => Record::new()
                .with(if later { NOT_YET } else { NEVER })
                .with(message),
        };
        object::answer(200, &answer.write())
    }
}

impl Keeper {
    /// Awaits: the object's storage at the first call, and the refresh, which is shared by all who come meanwhile.
    async fn token(self: &Rc<Self>, refused: Option<String>) -> Result<String, NoToken> {
        if self.held.borrow().is_none() {
            let stored = self.state.storage().get::<String>(KEY).await.ok().flatten();
            let stored = stored.and_then(|stored| Held::read(&stored));
            // Somebody may have refreshed while the storage was read.
            if self.held.borrow().is_none() {
                self.held.replace(stored);
            }
        }
        if let Some(held) = self.held.borrow().as_ref()
            && refused.as_deref() != Some(held.token.as_str())
            && now().0 < held.renew_at()
        {
            return Ok(held.token.clone());
        }
        let refresh = self.refresh.borrow().clone();
        let refresh = match refresh {
            Some(refresh) => refresh,
            None => {
                let keeper = Rc::clone(self);
                let refresh = async move {
                    let token = keeper.renew(refused).await;
                    keeper.refresh.replace(None);
                    token
                };
                let refresh = refresh.boxed_local().shared();
                self.refresh.replace(Some(refresh.clone()));
                refresh
            }
        };
        refresh.await
    }

    /// Asks WeChat. The first try is not forced, since forced ones are few; only when WeChat hands out the refused token again is it.
    async fn renew(&self, refused: Option<String>) -> Result<String, NoToken> {
        let name = self.state.id().name().unwrap_or_default();
        let account = accounts::of_object(&name).unwrap_or_default();
        let accounts = accounts::of(&self.env);
        let settings = accounts
            .with_app_id(account)
            .map_err(|error| never(&error.to_string()))?;
        let mut forced_at = self.held.borrow().as_ref().map_or(0, |held| held.forced_at);
        let mut token = ask_wechat(settings, false).await?;
        if refused.as_deref() == Some(token.access_token.as_str()) {
            if now().minus(FORCED_APART).0 < forced_at {
                let message = "WeChat refuses the token and gives no other yet".to_owned();
                return Err(NoToken {
                    message,
                    later: true,
                });
            }
            forced_at = now().0;
            token = ask_wechat(settings, true).await?;
        }
        let lasts = Duration::from_secs(token.expires_in);
        let held = Held {
            token: token.access_token,
            got_at: now().0,
            ends_at: now().plus(lasts).0,
            forced_at,
        };
        self.held.replace(Some(held.clone()));
        // A token that is not stored is only asked for again.
        if let Err(error) = self.state.storage().put_raw(KEY, held.write()).await {
            log::warn("token", "the token was not stored", &[("reason", &error)]);
        }
        Ok(held.token)
    }
}

async fn ask_wechat(settings: &Settings, force: bool) -> Result<AccessToken, NoToken> {
    let secret = settings
        .app_secret
        .as_deref()
        .ok_or_else(|| never("the account's WECHAT_APP_SECRET is not set"))?;
    let call = token::stable_token(&settings.account, secret, force);
    let token = match wechat_client::once(settings, &call).await {
        Ok(answer) => call.read(answer).map_err(|failure| failure.to_string()),
        Err(no_answer) => Err(no_answer.to_string()),
    };
    token.map_err(|reason| {
        log::error(
            "token",
            "WeChat gave no access token",
            &[("account", &settings.account), ("reason", &reason)],
        );
        NoToken {
            message: reason,
            later: true,
        }
    })
}

fn never(message: &str) -> NoToken {
    NoToken {
        message: message.to_owned(),
        later: false,
    }
}
