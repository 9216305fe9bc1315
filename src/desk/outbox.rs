//! What the desk tells others: shards, who is assigned and what a fan is told; D1, how conversations stand.
//!
//! Rows are written in the turn that they follow from, leave at once, and wait until the destination confirmed them, whatever happens to
//! this instance. A repeat changes nothing there. What a shard refuses for good (an epoch that is over, a fan who is not
//! there any more) counts as told: it knows better.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use fandesk_desk::rows::outbox::{self, Lane, Vain, Waiting};
use fandesk_desk::silence::Silence;
use fandesk_desk::{Arrived, Command};
use fandesk_shard::sql::SqlError;
use fandesk_shard::{Slot, UnixMillis};
use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::Service;
use crate::fan_shard::ask::{CallError, ask};
use crate::fan_shard::calls::DeskSays;
use crate::random::now;
use crate::store::cases;
use crate::{accounts, deadline, layout, log};

/// Rows that are read at once.
const AT_ONCE: i64 = 200;

/// Shards that are told something at the same time.
const SIDE_BY_SIDE: usize = 8;

/// How long a destination may take.
const MAY_TAKE: Duration = Duration::from_secs(20);

/// How often D1 may refuse rows together before it is given each by itself.
const TOGETHER_AT_MOST: i64 = 3;

/// How long rows for D1 gather, so that a conversation that is passed around is one row.
const GATHER_FOR: Duration = Duration::from_secs(5);

/// Which lanes are being told.
#[derive(Default)]
pub(super) struct Lanes {
    shards: Cell<bool>,
    cases: Cell<bool>,
    /// When rows for D1 are told, if some gather.
    cases_at: Cell<Option<UnixMillis>>,
    /// Shards that gave no answer lately.
    silence: RefCell<Silence>,
}

/// Why a row was not told.
#[derive(Debug, thiserror::Error)]
enum NotTold {
    #[error(transparent)]
    Shard(#[from] CallError),
    #[error(transparent)]
    D1(#[from] worker::Error),
    #[error(transparent)]
    Sql(#[from] SqlError),
    #[error("no answer within {} s", MAY_TAKE.as_secs())]
    TimedOut,
    #[error("the shard gave no answer lately, and is not asked before {}", .0.0)]
    Silent(UnixMillis),
    #[error("the account has no whole settings")]
    Settings,
}

impl Service {
    /// Begins to tell what waits, without anything waiting for it.
    pub(super) fn start_telling(self: &Rc<Self>) {
        self.start(Lane::Shards);
        if let Some(at) = self.outbox.cases_at.get()
            && at <= now()
        {
            self.start(Lane::Cases);
        }
    }

    fn start(self: &Rc<Self>, lane: Lane) {
        let busy = self.busy(lane);
        if busy.get() || !matches!(self.due(lane), Some(at) if at <= now()) {
            return;
        }
        busy.set(true);
        let service = Rc::clone(self);
        self.state.wait_until(async move {
            let told = match lane {
                Lane::Shards => service.tell_shards().await,
                Lane::Cases => service.tell_d1().await,
            };
            service.busy(lane).set(false);
            if let Err(error) = told {
                let (account, name) = (&service.account, lane.name());
                let message = format!("the desk's lane {name} could not be told");
                log::warn(
                    "desk",
                    &message,
                    &[("account", account), ("reason", &error)],
                );
            }
            service.wake_for_what_is_due();
        });
    }

    fn busy(&self, lane: Lane) -> &Cell<bool> {
        match lane {
            Lane::Shards => &self.outbox.shards,
            Lane::Cases => &self.outbox.cases,
        }
    }

    /// When a lane wants to be told; nothing when it is empty.
    fn due(&self, lane: Lane) -> Option<UnixMillis> {
        match outbox::due(&self.db, lane) {
            Ok(due) => due,
            Err(error) => {
                log::error("desk", "the outbox cannot be read", &[("reason", &error)]);
                None
            }
        }
    }

    /// When the desk has to wake to tell something. What is being told now wakes it by itself.
    pub(super) fn next_telling(&self) -> Option<UnixMillis> {
        let shards = self.due(Lane::Shards).filter(|_| !self.outbox.shards.get());
        let cases = self.due(Lane::Cases).filter(|_| !self.outbox.cases.get());
        let cases = cases.map(|due| {
            let gathered = self.outbox.cases_at.get();
            let at = gathered.unwrap_or_else(|| now().plus(GATHER_FOR)).max(due);
            self.outbox.cases_at.set(Some(at));
            at
        });
        if cases.is_none() {
            self.outbox.cases_at.set(None);
        }
        [shards, cases].into_iter().flatten().min()
    }

    /// Tells shards until nothing is left that may be told: each fan's rows one after the other, several fans at a time.
    async fn tell_shards(self: &Rc<Self>) -> Result<(), NotTold> {
        let mut failure = None;
        loop {
            let rows = outbox::waiting(&self.db, Lane::Shards, now(), AT_ONCE)?;
            if rows.is_empty() {
                return failure.map_or(Ok(()), Err);
            }
            let mut fans: BTreeMap<String, Vec<Waiting>> = BTreeMap::new();
            for row in rows {
                fans.entry(row.openid.clone()).or_default().push(row);
            }
            let mut told = stream::iter(fans.into_values())
                .map(|rows| self.tell_fan(rows))
                .buffer_unordered(SIDE_BY_SIDE);
            while let Some(told) = told.next().await {
                if let Err(error) = told {
                    failure = Some(error);
                }
            }
        }
    }

    /// Awaits the fan's shard for each row. What it took is confirmed at once; the first that it does not take is postponed, and the
    /// others of the fan wait behind it.
    async fn tell_fan(self: &Rc<Self>, rows: Vec<Waiting>) -> Result<(), NotTold> {
        for row in rows {
            match self.tell_shard(&row).await {
                Ok(answer) => {
                    outbox::confirm(&self.db, &[row.id])?;
                    self.show_what_came_of(&row, &answer);
                }
                Err(NotTold::Shard(CallError::Refused {
                    status: 404 | 409,
                    message,
                })) => {
                    let (account, key) = (&self.account, &row.key);
                    let sentence = "a shard knows better than the desk";
                    let fields: [(&str, &dyn std::fmt::Display); 3] =
                        [("account", account), ("key", key), ("reason", &message)];
                    log::warn("desk", sentence, &fields);
                    outbox::confirm(&self.db, &[row.id])?;
                }
                Err(error) => {
                    let mut until = now().plus(back_off(row.tries));
                    if let NotTold::Silent(silent_until) = error {
                        until = until.max(silent_until);
                    }
                    outbox::postpone(&self.db, &[row.id], until)?;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    async fn tell_shard(&self, row: &Waiting) -> Result<Option<String>, NotTold> {
        let accounts = accounts::of(&self.env);
        let settings = accounts.with_app_id(&self.account);
        let settings = settings.map_err(|_| NotTold::Settings)?;
        let call = DeskSays {
            openid: row.openid.clone(),
            key: row.key.clone(),
            body: row.body.clone(),
        };
        let finding = layout::shard_of(&self.env, settings, Slot::of(&row.openid));
        let shard = deadline::within(MAY_TAKE, finding).await;
        let shard = shard.ok_or(NotTold::TimedOut)??;
        let silence = &self.outbox.silence;
        if let Some(until) = silence.borrow_mut().lasts(shard, now()) {
            return Err(NotTold::Silent(until));
        }
        let asking = ask(&self.env, &self.account, shard, &call);
        let told = deadline::within(MAY_TAKE, asking).await;
        let told = told.ok_or(NotTold::TimedOut).and_then(|told| Ok(told?));
        match &told {
            Err(NotTold::TimedOut) => silence.borrow_mut().begins(shard, now()),
            Err(NotTold::Shard(CallError::Unreachable { shard, .. })) => {
                silence.borrow_mut().begins(*shard, now());
            }
            _ => silence.borrow_mut().ends(shard),
        }
        told
    }

    /// What the shard wrote into the thread is news for consoles, and may have used a message of the window.
    fn show_what_came_of(self: &Rc<Self>, row: &Waiting, answer: &Option<String>) {
        let answer: Value =
            serde_json::from_str(answer.as_deref().unwrap_or("null")).unwrap_or_default();
        let says: Value = serde_json::from_str(&row.body).unwrap_or_default();
        let id = says
            .get("conversation")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let fan_ref = self
            .model
            .borrow()
            .conversation(id)
            .map(|found| found.fan_ref.clone());
        let entry = answer.get("entry").filter(|entry| entry.is_object());
        let (Some(fan_ref), Some(entry)) = (fan_ref, entry) else {
            return;
        };
        let shown = Arrived {
            key: format!("said/{}", row.key),
            conversation: id.to_owned(),
            epoch: 0,
            openid: row.openid.clone(),
            fan_ref,
            at: now(),
            channel: String::new(),
            agent: None,
            entry: Some(entry.clone()),
            fan_tags: None,
            window: answer
                .get("window")
                .filter(|window| window.is_object())
                .cloned(),
            what: fandesk_desk::arrived::What::Shown,
        };
        self.turn_or_log(Command::Arrived(Box::new(shown)));
    }

    /// Awaits D1, once for all that waits, again while there is more. What it does not take together again and again it is given row by
    /// row, so that one that it never takes holds back no other.
    async fn tell_d1(self: &Rc<Self>) -> Result<(), NotTold> {
        self.outbox.cases_at.set(None);
        loop {
            let rows = outbox::waiting(&self.db, Lane::Cases, now(), AT_ONCE)?;
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            let Some(tries) = rows.iter().map(|row| row.tries).max() else {
                return Ok(());
            };
            let writing = cases::write(&self.env, &self.account, &rows);
            let written = deadline::within(MAY_TAKE, writing).await;
            match written
                .ok_or(NotTold::TimedOut)
                .and_then(|written| Ok(written?))
            {
                Ok(()) => outbox::confirm(&self.db, &ids)?,
                Err(NotTold::D1(_)) if tries >= TOGETHER_AT_MOST => {
                    self.tell_d1_one_by_one(rows).await?;
                }
                Err(error) => {
                    outbox::postpone(&self.db, &ids, now().plus(back_off(tries)))?;
                    return Err(error);
                }
            }
        }
    }

    /// Awaits D1 for each row.
    async fn tell_d1_one_by_one(&self, rows: Vec<Waiting>) -> Result<(), NotTold> {
        let give = async |row: &Waiting| {
            let writing = cases::write(&self.env, &self.account, std::slice::from_ref(row));
            deadline::within(MAY_TAKE, writing).await
        };
        let until = |row: &Waiting| now().plus(back_off(row.tries));
        match outbox::one_by_one(&self.db, rows, give, until).await? {
            None => Ok(()),
            Some(Vain::Refused(error)) => Err(NotTold::D1(error)),
            Some(Vain::Silent) => Err(NotTold::TimedOut),
        }
    }
}

/// Half a second, doubled with each failure up to a minute.
fn back_off(tries: i64) -> Duration {
    let doubled = u32::try_from(tries.clamp(0, 7)).unwrap_or(7);
    Duration::from_millis(500)
        .saturating_mul(1 << doubled)
        .min(Duration::from_secs(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_again_ever_more_seldom() {
        let waits: Vec<u128> = [0, 1, 2, 7, 50]
            .map(|tries| back_off(tries).as_millis())
            .into();
        assert_eq!(waits, [500, 1_000, 2_000, 60_000, 60_000]);
    }
}
