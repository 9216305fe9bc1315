//! The Clock: what has to happen again and again, whoever calls or not.
//!
//! One object an account, with an alarm, since cron is minute-grained when deployed and never fires locally. Whoever publishes, the first request
//! of an isolate, and cron wake it; from then on it wakes itself. Its tasks: a shard that missed a version of the playbook
//! (it was away while the version was pushed) gets it, old events are archived, slots move to other shards until there are as many
//! as are wanted, the Desk hears who works there, and whoever is to be told is told what is wrong.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use fandesk_shard::UnixMillis;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::accounts::NoAccount;
use crate::alerts::Watch;
use crate::api::tell_desk;
use crate::desk::ask as desk;
use crate::random::now;
use crate::settings::Settings;
use crate::{accounts, archive, log, mover, publishing};

const BINDING: &str = "CLOCK";
/// Asks for a tick.
const NOW: &str = "https://clock/now";
/// Asks what rings.
const ALERTS: &str = "https://clock/alerts";
/// A shard that missed a version has it after this time.
const TICK: Duration = Duration::from_secs(60);

/// Between two times that the Desk is told of people and teams. Whoever changes them tells it at once; this is for when that failed.
const STAFF_EVERY: Duration = Duration::from_secs(3600);

/// Before a tick that comes now: when somebody asks for it, or there are slots left to move.
const AT_ONCE: Duration = Duration::from_millis(10);

/// Makes sure that the Clock of `account` runs.
pub(crate) async fn wake(env: &Env, account: &str) {
    call(env, account, "https://clock/wake").await;
}

/// Lets the Clock tick now.
pub(crate) async fn wake_now(env: &Env, account: &str) {
    call(env, account, NOW).await;
}

/// What rings now, as the items of a JSON list.
pub(crate) async fn alerts(env: &Env, account: &str) -> worker::Result<String> {
    ask(env, account, ALERTS).await?.text().await
}

async fn ask(env: &Env, account: &str, url: &str) -> worker::Result<Response> {
    let stub = env
        .durable_object(BINDING)?
        .get_by_name(&format!("{account}/clock/0"))?;
    stub.fetch_with_str(url).await
}

async fn call(env: &Env, account: &str, url: &str) {
    if let Err(error) = ask(env, account, url).await {
        log::warn(
            "clock",
            "the Clock could not be woken",
            &[("account", &account), ("reason", &error)],
        );
    }
}

/// The Clock.
#[durable_object(alarm)]
pub struct Clock {
    state: State,
    env: Env,
    /// Shared, because telling goes on after whoever asked was answered.
    watch: Rc<Watch>,
    /// When this instance last told the Desk of people and teams.
    told_desk_at: Cell<Option<UnixMillis>>,
}

impl DurableObject for Clock {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            watch: Rc::default(),
            told_desk_at: Cell::new(None),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        if request.inner().url() == ALERTS {
            return self.alerts().await;
        }
        if request.inner().url() == NOW {
            self.state.storage().set_alarm(AT_ONCE).await?;
        } else if self.state.storage().get_alarm().await?.is_none() {
            self.state.storage().set_alarm(TICK).await?;
        }
        Response::empty()
    }

    /// Set again first, then work: a tick that fails is followed by another. The Clock of an account that was taken out of the
    /// settings stops; cron wakes it when the account is back.
    async fn alarm(&self) -> worker::Result<Response> {
        let settings = self.settings();
        if let Err(NoAccount::Unknown) = settings {
            return Response::empty();
        }
        self.state.storage().set_alarm(TICK).await?;
        if let Ok(settings) = &settings {
            publishing::repair(&self.env, settings).await;
            self.watch
                .look(&self.env, settings, &self.state.storage())
                .await;
            self.tell(settings);
            self.look_after_desk(settings).await;
            archive::advance(&self.env, settings).await;
            if mover::advance(&self.env, settings).await {
                self.state.storage().set_alarm(AT_ONCE).await?;
            }
        }
        Response::empty()
    }
}

impl Clock {
    /// The settings of the account in its name.
    fn settings(&self) -> Result<Rc<Settings>, NoAccount> {
        let name = self.state.id().name().unwrap_or_default();
        let Some(account) = accounts::of_object(&name) else {
            log::error("clock", "a Clock does not know whose it is", &[]);
            // It goes on asking: the platform may tell it later.
            return Err(NoAccount::Incomplete);
        };
        let accounts = accounts::of(&self.env);
        accounts.with_app_id(account).cloned()
    }

    /// Wakes the Desk, should its alarm ever be lost, and tells it once an hour who works there.
    async fn look_after_desk(&self, settings: &Settings) {
        let lately = |at: UnixMillis| at <= now() && now() < at.plus(STAFF_EVERY);
        let told = if self.told_desk_at.get().is_some_and(lately) {
            desk::wake(&self.env, &settings.account)
                .await
                .map_err(|error| error.to_string())
        } else {
            self.told_desk_at.set(Some(now()));
            tell_desk(&self.env, settings)
                .await
                .map_err(|error| error.logged())
        };
        if let Err(reason) = told {
            let account = &settings.account;
            let message = "the Desk could not be looked after";
            log::warn(
                "clock",
                message,
                &[("account", account), ("reason", &reason)],
            );
        }
    }

    /// Looks for whoever asks, rather than tell them what was a minute ago.
    async fn alerts(&self) -> worker::Result<Response> {
        if let Ok(settings) = &self.settings() {
            self.watch
                .look(&self.env, settings, &self.state.storage())
                .await;
            self.tell(settings);
        }
        Response::ok(self.watch.list())
    }

    /// Tells what is due, without anything waiting for it.
    fn tell(&self, settings: &Rc<Settings>) {
        let (watch, env, settings) = (
            Rc::clone(&self.watch),
            self.env.clone(),
            Rc::clone(settings),
        );
        let storage = self.state.storage();
        self.state
            .wait_until(async move { watch.tell(&env, &settings, &storage).await });
    }
}
