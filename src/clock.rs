//! The Clock: what has to happen again and again, whoever calls or not.
//!
//! One object an account, with an alarm, since cron is minute-grained when deployed and never fires locally. Whoever publishes, the first request
//! of an isolate, and cron wake it; from then on it wakes itself. Its tasks: a shard that missed a version of the playbook
//! (it was away while the version was pushed) gets it, old events are archived, and slots move to other shards until there are as many
//! as are wanted.

use std::time::Duration;

use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::accounts::NoAccount;
use crate::{accounts, archive, log, mover, publishing};

const BINDING: &str = "CLOCK";
/// Asks for a tick.
const NOW: &str = "https://clock/now";
/// A shard that missed a version has it after this time.
const TICK: Duration = Duration::from_secs(60);

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

async fn call(env: &Env, account: &str, url: &str) {
    let woken = async {
        let stub = env
            .durable_object(BINDING)?
            .get_by_name(&format!("{account}/clock/0"))?;
        stub.fetch_with_str(url).await
    };
    if let Err(error) = woken.await {
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
}

impl DurableObject for Clock {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
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
        let name = self.state.id().name().unwrap_or_default();
        let account = accounts::of_object(&name);
        let accounts = accounts::of(&self.env);
        let settings = accounts.with_app_id(account.unwrap_or_default());
        match (account, settings) {
            (Some(_), Err(NoAccount::Unknown)) => return Response::empty(),
            (None, _) => log::error("clock", "a Clock does not know whose it is", &[]),
            _ => {}
        }
        self.state.storage().set_alarm(TICK).await?;
        if let Ok(settings) = settings {
            publishing::repair(&self.env, settings).await;
            archive::advance(&self.env, settings).await;
            if mover::advance(&self.env, settings).await {
                self.state.storage().set_alarm(AT_ONCE).await?;
            }
        }
        Response::empty()
    }
}
