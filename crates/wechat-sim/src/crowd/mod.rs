//! Crowds: many fans at once, each walking through the same script by real callbacks.
//!
//! Fans set out at a steady rate and send the next text when the last one is answered. At most 512 are under
//! way; when the account's server is too slow for the rate, the others set out later, and `behind` says how many.
//!
//! [`tally`] counts what became of it; [`answers`] keeps it word by word where that was ordered.

pub mod answers;
pub mod tally;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    sync::Semaphore,
    task::{AbortHandle, JoinSet},
    time::MissedTickBehavior,
};

use crate::{
    callback::Act,
    clock::Stopwatch,
    platform::{Platform, fan::OpenId},
};
use answers::Told;
use tally::{Tally, View, lock};

/// Fans under way at the same time, a connection each: half of the 1024 files that Linux lets a process open by default.
const AT_ONCE: usize = 512;
/// Fans of one crowd.
const MOST_FANS: u64 = 5_000_000;
/// Fans a second.
const FASTEST: u64 = 100_000;
/// Texts in a script.
const LONGEST_SCRIPT: usize = 100;
/// Characters of the beginning of openids; their number follows.
const LONGEST_PREFIX: usize = 20;
/// Crowds remembered; the oldest goes first.
const REMEMBERED: usize = 20;
/// How often fans set out; shorter would cost more than it smooths.
const TICK: Duration = Duration::from_millis(5);

/// A crowd as ordered by `POST /sim/crowd`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// How many.
    pub fans: u64,
    /// How many set out a second.
    pub per_second: u64,
    /// What each of them says.
    pub script: Vec<String>,
    /// How their openids begin; by default a new beginning for every crowd.
    pub prefix: Option<String>,
    /// Whether what each was answered is kept, for `GET /sim/crowd/{id}/answers`.
    #[serde(default)]
    pub keep_answers: bool,
}

/// Why a crowd cannot be called together.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unable {
    /// None, or too many.
    #[error("fans must be 1 to {MOST_FANS}")]
    Fans,
    /// Standing still, or too fast.
    #[error("per_second must be 1 to {FASTEST}")]
    Rate,
    /// Nothing to say, or too much.
    #[error("script must have 1 to {LONGEST_SCRIPT} texts")]
    Script,
    /// Openids that are none.
    #[error("prefix must have 1 to {LONGEST_PREFIX} letters, digits, - or _")]
    Prefix,
    /// More answers than are kept.
    #[error("keep_answers is for at most {} callbacks", answers::MOST)]
    Answers,
}

impl Order {
    fn check(&self) -> Result<(), Unable> {
        if !(1..=MOST_FANS).contains(&self.fans) {
            return Err(Unable::Fans);
        }
        if !(1..=FASTEST).contains(&self.per_second) {
            return Err(Unable::Rate);
        }
        if !(1..=LONGEST_SCRIPT).contains(&self.script.len()) {
            return Err(Unable::Script);
        }
        let texts = u64::try_from(self.script.len()).unwrap_or(u64::MAX);
        if self.keep_answers && self.fans.saturating_mul(texts) > answers::MOST {
            return Err(Unable::Answers);
        }
        match &self.prefix {
            Some(prefix) if prefix.len() > LONGEST_PREFIX || OpenId::parse(prefix).is_none() => {
                Err(Unable::Prefix)
            }
            _ => Ok(()),
        }
    }

    /// Fans that should have set out after `elapsed`.
    fn due(&self, elapsed: Duration) -> u64 {
        let due = u128::from(self.per_second) * elapsed.as_millis() / 1000;
        u64::try_from(due).unwrap_or(u64::MAX).min(self.fans)
    }
}

#[derive(Debug)]
struct Crowd {
    id: String,
    order: Order,
    watch: Stopwatch,
    tally: Arc<Mutex<Tally>>,
    walk: AbortHandle,
}

impl Crowd {
    fn view(&self) -> View {
        let elapsed = self.watch.elapsed();
        lock(&self.tally).view(&self.id, &self.order, elapsed)
    }

    fn send_home(&self) {
        self.walk.abort();
        lock(&self.tally).ended.get_or_insert(self.watch.elapsed());
    }
}

/// The crowds called so far.
#[derive(Debug, Default)]
pub struct Crowds {
    crowds: VecDeque<Crowd>,
    called: u64,
}

impl Crowds {
    /// What they all have done.
    pub fn view(&self) -> Vec<View> {
        self.crowds.iter().map(Crowd::view).collect()
    }

    /// What one has done.
    pub fn one(&self, id: &str) -> Option<View> {
        self.crowds
            .iter()
            .find(|crowd| crowd.id == id)
            .map(Crowd::view)
    }

    /// A page of what one was answered; empty when that is not kept.
    pub fn answers(&self, id: &str, after: usize) -> Option<answers::Page> {
        let crowd = self.crowds.iter().find(|crowd| crowd.id == id)?;
        Some(answers::page(&lock(&crowd.tally).told, after))
    }

    /// Sends a crowd home where it stands. `None` when there is none of that name.
    pub fn send_home(&self, id: &str) -> Option<View> {
        let crowd = self.crowds.iter().find(|crowd| crowd.id == id)?;
        crowd.send_home();
        Some(crowd.view())
    }

    /// Sends everybody home.
    pub fn send_all_home(&self) {
        self.crowds.iter().for_each(Crowd::send_home);
    }

    fn remember(&mut self, crowd: Crowd) {
        if self.crowds.len() >= REMEMBERED
            && let Some(oldest) = self.crowds.pop_front()
        {
            oldest.send_home();
        }
        self.crowds.push_back(crowd);
    }
}

/// Calls a crowd together and lets it walk; answers its number.
pub fn call(platform: &Arc<Platform>, order: Order) -> Result<String, Unable> {
    order.check()?;
    let mut crowds = platform.crowds();
    crowds.called += 1;
    let id = format!("crowd-{}", crowds.called);
    let prefix = order
        .prefix
        .clone()
        .unwrap_or_else(|| format!("oCrowd{:x}", fastrand::u32(..)));
    let tally = Arc::new(Mutex::new(Tally::default()));
    let walk = walk(
        Arc::clone(platform),
        order.clone(),
        prefix,
        Arc::clone(&tally),
    );
    let walk = tokio::spawn(walk).abort_handle();
    crowds.remember(Crowd {
        id: id.clone(),
        order,
        watch: Stopwatch::start(),
        tally,
        walk,
    });
    Ok(id)
}

async fn walk(platform: Arc<Platform>, order: Order, prefix: String, tally: Arc<Mutex<Tally>>) {
    let watch = Stopwatch::start();
    let script: Arc<[String]> = order.script.clone().into();
    let keep_answers = order.keep_answers;
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut set_out = 0;
    while set_out < order.fans {
        ticks.tick().await;
        while set_out < order.due(watch.elapsed()) {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            set_out += 1;
            // Real openids have 28 characters.
            let Some(openid) = OpenId::parse(&format!(
                "{prefix}{set_out:0width$}",
                width = 28 - prefix.len()
            )) else {
                return;
            };
            let (platform, script, tally) = (
                Arc::clone(&platform),
                Arc::clone(&script),
                Arc::clone(&tally),
            );
            lock(&tally).counts.set_out = set_out;
            under_way.spawn(async move {
                recite(&platform, openid, &script, keep_answers, &tally).await;
                drop(place);
            });
            while under_way.try_join_next().is_some() {}
        }
    }
    while under_way.join_next().await.is_some() {}
    lock(&tally).ended = Some(watch.elapsed());
}

/// One fan says the script.
async fn recite(
    platform: &Platform,
    openid: OpenId,
    script: &[String],
    keep_answers: bool,
    tally: &Mutex<Tally>,
) {
    platform.add_crowd_fan(openid.clone());
    for text in script {
        lock(tally).counts.sent += 1;
        let watch = Stopwatch::start();
        let act = Act::Say {
            text: text.clone(),
            menu_entry: None,
        };
        // A fan of a crowd never leaves, so nothing is impossible for it.
        let msg_id = platform.next_msg_id();
        if let Ok(outcome) = platform.play_numbered(&openid, act, msg_id).await {
            let mut tally = lock(tally);
            tally.count(&outcome, watch.elapsed());
            if keep_answers {
                tally
                    .told
                    .push(Told::of(openid.as_str(), msg_id, text, &outcome));
            }
        }
    }
    lock(tally).counts.arrived += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order {
            fans: 100,
            per_second: 50,
            script: vec!["GO".to_owned()],
            prefix: None,
            keep_answers: false,
        }
    }

    #[test]
    fn fans_set_out_at_the_ordered_rate() {
        let due = [0, 19, 20, 1000, 2000, 9000].map(|ms| order().due(Duration::from_millis(ms)));
        assert_eq!(due, [0, 0, 1, 50, 100, 100]);
    }

    #[test]
    fn answers_are_kept_for_small_crowds_only() {
        let with = |fans| Order {
            fans,
            keep_answers: true,
            ..order()
        };
        assert_eq!(with(answers::MOST).check(), Ok(()));
        assert_eq!(with(answers::MOST + 1).check(), Err(Unable::Answers));
    }

    #[test]
    fn an_empty_crowd_is_refused() {
        assert_eq!(Order { fans: 0, ..order() }.check(), Err(Unable::Fans));
        assert_eq!(
            Order {
                per_second: 0,
                ..order()
            }
            .check(),
            Err(Unable::Rate)
        );
        assert_eq!(
            Order {
                script: vec![],
                ..order()
            }
            .check(),
            Err(Unable::Script)
        );
        assert_eq!(
            Order {
                prefix: Some("a b".to_owned()),
                ..order()
            }
            .check(),
            Err(Unable::Prefix)
        );
    }
}
