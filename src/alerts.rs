//! The Clock looks at everything once a minute, and tells the operator what is wrong.
//!
//! What counts as wrong and who is told what is decided in `fandesk_shard::alerts`; here it is measured, kept and sent. A part
//! that cannot be asked is unknown, which changes nothing, and a webhook that fails is told again a minute later.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use fandesk_playbook::Alerts;
use fandesk_shard::UnixMillis;
use fandesk_shard::alerts::{Database, Facts, Ringing, notice};
use worker::{Env, Storage};

use crate::fan_shard::alerts::{Measure, ShowRules};
use crate::fan_shard::ask::{ask, ask_each};
use crate::random::now;
use crate::settings::Settings;
use crate::store::size;
use crate::{layout, log, token_keeper, webhook};

/// Where the Clock keeps what rings.
const KEY: &str = "alerts";

/// A look is this good for whoever asks: to look costs a call to every shard.
const GOOD_FOR: Duration = Duration::from_secs(2);

/// Telling that takes longer was cut off by the platform: a webhook has 10 s.
const TOLD_WITHIN: Duration = Duration::from_secs(30);

/// What the Clock knows of alerts.
#[derive(Default)]
pub(crate) struct Watch {
    /// What rings; none until it was read from the storage.
    ringing: RefCell<Option<Ringing>>,
    /// The rules as shard 0 last told them.
    rules: RefCell<Alerts>,
    looked_at: Cell<Option<UnixMillis>>,
    /// Since when somebody is being told, if so.
    telling: Cell<Option<UnixMillis>>,
}

impl Watch {
    /// Measures everything, unless that was just done, and takes it in.
    ///
    /// Awaits the parts one after the other; nothing is decided before all were asked, and then without an await.
    pub(crate) async fn look(&self, env: &Env, settings: &Settings, storage: &Storage) {
        let just_now = |at: UnixMillis| at <= now() && now() < at.plus(GOOD_FOR);
        if self.looked_at.get().is_some_and(just_now) {
            return;
        }
        self.load(storage).await;
        if let Ok(rules) = ask(env, &settings.account, 0, &ShowRules).await {
            self.rules.replace(rules);
        }
        let facts = measure(env, settings).await;
        let rules = self.rules.borrow().clone();
        if let Some(ringing) = self.ringing.borrow_mut().as_mut() {
            ringing.look(&facts, &rules, now());
        }
        self.looked_at.set(Some(now()));
        self.keep(storage).await;
    }

    /// Tells what is due. What the webhook does not take is due again with the next look.
    ///
    /// Awaits: the storage (from then on it counts as told perhaps), the webhook, the storage. A crash after the webhook took
    /// it tells it once more.
    pub(crate) async fn tell(&self, env: &Env, settings: &Settings, storage: &Storage) {
        let rules = self.rules.borrow().clone();
        let Some(webhook) = &rules.webhook else {
            return;
        };
        // Asked first: what is due counts as told perhaps from then on, and so must be on its way.
        let busy = |since: UnixMillis| since <= now() && now() < since.plus(TOLD_WITHIN);
        if self.telling.get().is_some_and(busy) {
            return;
        }
        let due = match self.ringing.borrow_mut().as_mut() {
            Some(ringing) => {
                let due = ringing.due(&rules, now());
                ringing.telling(&due);
                due
            }
            None => return,
        };
        if due.is_empty() {
            return;
        }
        self.telling.set(Some(now()));
        self.keep(storage).await;
        let body = notice::body(webhook.form, &settings.account, &due, &rules, now());
        match webhook::tell(env, webhook, body).await {
            Ok(()) => {
                if let Some(ringing) = self.ringing.borrow_mut().as_mut() {
                    ringing.told(&due, now());
                }
                self.keep(storage).await;
            }
            Err(reason) => log::error(
                "alerts",
                "the webhook of [alerts] took nothing; it is told again in a minute",
                &[("due", &due.len()), ("reason", &reason)],
            ),
        }
        self.telling.set(None);
    }

    /// What rings now, as items of the API's list.
    pub(crate) fn list(&self) -> String {
        let rules = self.rules.borrow();
        let ringing = self.ringing.borrow();
        let alerts = ringing.iter().flat_map(Ringing::now);
        let shown: Vec<String> = alerts
            .map(|alert| {
                serde_json::Value::Object(notice::to_json(alert, &rules, now())).to_string()
            })
            .collect();
        shown.join(",")
    }

    async fn load(&self, storage: &Storage) {
        if self.ringing.borrow().is_some() {
            return;
        }
        let kept = storage.get::<String>(KEY).await.ok().flatten();
        let kept = kept.and_then(|kept| kept.parse().ok()).unwrap_or_default();
        // Somebody may have looked while the storage was read.
        self.ringing.borrow_mut().get_or_insert(kept);
    }

    async fn keep(&self, storage: &Storage) {
        let text = self.ringing.borrow().as_ref().map(ToString::to_string);
        if let Some(text) = text
            && let Err(error) = storage.put_raw(KEY, text).await
        {
            log::warn("alerts", "what rings was not stored", &[("reason", &error)]);
        }
    }
}

async fn measure(env: &Env, settings: &Settings) -> Facts {
    let mut facts = Facts::default();
    if let Ok(layout) = layout::in_force(env, settings).await {
        let calls = (0..layout.shards()).map(|shard| (shard, Measure));
        let answers = ask_each(env, &settings.account, calls).await;
        facts.shards = answers.into_iter().map(|(_, answer)| answer.ok()).collect();
    }
    facts.tokens = token_keeper::trouble(env, settings).await;
    for (database, bytes) in Database::ALL.into_iter().zip(&mut facts.sizes) {
        *bytes = size::of(env, database.name()).await;
    }
    facts
}
