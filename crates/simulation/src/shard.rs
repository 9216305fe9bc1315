//! A shard's shell: the steps of `src/fan_shard` around the same core, without the platform.
//!
//! The disk is a transaction that stays open until a sync: a crash rolls it back, so everything that was not synced is
//! gone. What leaves a shard waits for the disk, as the platform's output gate has it.

use fandesk_shard::events::Answer;
use fandesk_shard::intake::{self, Arrival, Context, Receipt};
use fandesk_shard::jobs::rows;
use fandesk_shard::outbox::{GATHER_FOR, Lane};
use fandesk_shard::routing::Slot;
use fandesk_shard::sql::{Database, SqlError};
use fandesk_shard::{Recent, UnixMillis, ahead, erase, events, jobs, moving, schema, wake};
use fandesk_sqlite::Sqlite;

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::fans::Callback;
use crate::weather::Fault;
use crate::world::{Step, World};

/// When the shard wakes at the latest, if something went wrong on the way. As in `src/fan_shard`.
const WAKE_AGAIN_AFTER: std::time::Duration = std::time::Duration::from_secs(60);

/// How far ahead a timer reaches; the alarm is the net under it. As in `src/fan_shard`.
const NET: std::time::Duration = std::time::Duration::from_secs(10);

/// How long a caller waits before it asks again for a slot that is on its way. `src/fan_shard` has less, which takes more steps.
pub(crate) const ASK_AGAIN_MS: i64 = 200;

pub(crate) struct Shard {
    pub(crate) number: u16,
    pub(crate) db: Sqlite,
    /// What the tables of fans do not know yet.
    recent: Recent,
    /// Rises with each crash: what was under way for an older life comes to nothing.
    pub(crate) life: u64,
    /// Whether an instance is there; a call or the alarm makes one.
    alive: bool,
    waiting: Vec<(usize, u8)>,
    grouping: bool,
    /// The flush under way in each lane.
    pub(crate) flushes: [Option<u64>; 3],
    /// What the instance believes of its alarm and its timer.
    armed: wake::Alarm,
    timed: wake::Alarm,
    /// What the platform has, in memory and on disk.
    alarm: Option<i64>,
    alarm_on_disk: Option<i64>,
    swept_at: Option<UnixMillis>,
    /// A sync is on its way.
    syncing: bool,
    /// Something was written since the invariants were looked at.
    pub(crate) changed: bool,
}

/// A group that is on disk.
pub(crate) struct Synced {
    shard: usize,
    life: u64,
    answers: Vec<(usize, u8, Option<Answer>)>,
    rang: bool,
}

impl Shard {
    pub(crate) fn new(number: u16) -> Self {
        let db = Sqlite::new().expect("SQLite opens in memory");
        schema::migrate(&db).expect("the tables of a shard are made");
        begin(&db);
        Self {
            number,
            db,
            recent: Recent::default(),
            life: 0,
            alive: false,
            waiting: Vec::new(),
            grouping: false,
            flushes: [None; 3],
            armed: wake::Alarm::default(),
            timed: wake::Alarm::default(),
            alarm: None,
            alarm_on_disk: None,
            swept_at: None,
            syncing: false,
            changed: false,
        }
    }

    fn sync(&mut self) {
        self.db.run("COMMIT", &[]).expect("a transaction is open");
        begin(&self.db);
        self.alarm_on_disk = self.alarm;
    }
}

fn begin(db: &Sqlite) {
    db.run("BEGIN", &[]).expect("no transaction is open");
}

impl World<'_> {
    /// The disk has everything that this shard wrote.
    pub(crate) fn sync(&mut self, number: usize) {
        self.shards[number].sync();
        self.permits.keep(number);
        self.ledger.keep(number);
    }

    /// The object ends. Who waited for it is told by a broken connection.
    pub(crate) fn crash(&mut self, number: usize) {
        let shard = &mut self.shards[number];
        if !shard.alive {
            return;
        }
        shard
            .db
            .run("ROLLBACK", &[])
            .expect("a transaction is open");
        begin(&shard.db);
        shard.life += 1;
        shard.alive = false;
        shard.grouping = false;
        shard.syncing = false;
        shard.flushes = [None; 3];
        shard.armed = wake::Alarm::default();
        shard.timed = wake::Alarm::default();
        shard.alarm = shard.alarm_on_disk;
        shard.swept_at = None;
        shard.recent = Recent::default();
        shard.changed = true;
        self.permits.forget(number);
        self.ledger.forget(number);
        self.tally.crashes += 1;
        self.note(format_args!("shard {number} crashes"));
        for (callback, nth) in std::mem::take(&mut self.shards[number].waiting) {
            self.answer_leaves(callback, nth, false);
        }
        self.set_alarms_anew();
    }

    /// Makes an instance, unless one is there.
    pub(crate) fn wake(&mut self, number: usize) {
        let shard = &mut self.shards[number];
        if !shard.alive {
            shard.alive = true;
            schema::migrate(&shard.db).expect("the tables are there");
            self.note(format_args!("shard {number} starts"));
            self.catch_up(number);
            self.arm_for_what_is_due(number);
        }
    }

    /// Brings the tables of fans to the end of the ledger, as all but arrivals do first; `false` when the database fails.
    pub(crate) fn catch_up(&mut self, number: usize) -> bool {
        let good = self.failing_statement();
        let shard = &mut self.shards[number];
        let db = Breaking::after(good, &shard.db);
        if self.sabotage == Some(Sabotage::FansAreRememberedTooLong) {
            return ahead::catch_up(&db, &mut Recent::default()).is_ok();
        }
        ahead::catch_up(&db, &mut shard.recent).is_ok()
    }

    /// A database that may fail at some statement.
    pub(crate) fn failing_statement(&mut self) -> Option<u64> {
        self.strikes(Fault::StatementFails)
            .then(|| self.dice.below(12))
    }

    /// Something was written: the disk will have it, whoever waits.
    pub(crate) fn wrote(&mut self, number: usize) {
        self.shards[number].changed = true;
        if !self.shards[number].syncing {
            self.shards[number].syncing = true;
            let (wait, life) = (self.disk(), self.shards[number].life);
            self.after(
                wait,
                Step::DiskIdle {
                    shard: number,
                    life,
                },
            );
        }
    }

    pub(crate) fn disk_idle(&mut self, shard: usize, life: u64) {
        if self.shards[shard].life == life {
            self.shards[shard].syncing = false;
            self.sync(shard);
        }
    }

    /// Lets `then` leave the shard once the disk has all that was written before.
    pub(crate) fn when_durable(&mut self, shard: usize, then: Step) {
        self.wrote(shard);
        let (wait, life, then) = (self.disk(), self.shards[shard].life, Box::new(then));
        self.after(wait, Step::Gate { shard, life, then });
    }

    pub(crate) fn gate_opens(&mut self, shard: usize, life: u64, then: Step) {
        if self.shards[shard].life == life {
            self.sync(shard);
            self.after_hop(then);
        } else if let Step::MoverHears { .. } = then {
            self.moves.stop();
        } else if let Step::Known { callback, nth, .. } = then {
            self.answer_leaves(callback, nth, false);
        } else if let Step::Go { delivery } | Step::Settled { delivery, .. } = then {
            // The consumer's call failed: its doorbell comes again.
            let job = self.deliveries[delivery].job.clone();
            self.ring_again(job, 1);
        }
    }

    pub(crate) fn message_arrives(&mut self, callback: usize, nth: u8) {
        let arrival = self.arrival(callback, nth);
        let slot = Slot::of_message(&arrival.inbound);
        let Some(number) = self.keeper(slot) else {
            // The Worker asks again while WeChat waits.
            if self.callbacks[callback].trying == Some(nth) {
                self.after(ASK_AGAIN_MS, Step::Arrive { callback, nth });
            }
            return;
        };
        self.wake(number);
        let (db, now) = (&self.shards[number].db, self.wall());
        let known = self
            .slots(number)
            .answered_elsewhere(db, slot, &arrival.key, now);
        if let Some(answer) = known.expect("keys can be read") {
            self.note(format_args!(
                "callback {callback} was seen before at another shard"
            ));
            let then = Step::Known {
                callback,
                nth,
                answer,
            };
            return self.when_durable(number, then);
        }
        let shard = &mut self.shards[number];
        shard.waiting.push((callback, nth));
        if !std::mem::replace(&mut shard.grouping, true) {
            let life = shard.life;
            let wait = self.dice.between(0, 1);
            self.after(
                wait,
                Step::TakeGroup {
                    shard: number,
                    life,
                },
            );
        }
    }

    /// As `flush_groups`: all who wait, in order, without an await in between; then the disk.
    pub(crate) fn take_group(&mut self, number: usize, life: u64) {
        if self.shards[number].life != life {
            return;
        }
        let members = std::mem::take(&mut self.shards[number].waiting);
        if members.is_empty() {
            self.shards[number].grouping = false;
            return;
        }
        let receipts = self.decide_and_write(number, &members);
        let rang = receipts.iter().flatten().any(|receipt| receipt.rang);
        let mut answers: Vec<_> = members
            .iter()
            .zip(receipts)
            .map(|((callback, nth), receipt)| (*callback, *nth, receipt.map(|kept| kept.answer)))
            .collect();
        self.wake_at(number, self.wall().plus(GATHER_FOR));
        self.wrote(number);
        if self.sabotage == Some(Sabotage::AnswerBeforeSync) {
            self.let_go(&answers);
            answers.clear();
        }
        let wait = self.disk();
        self.after(
            wait,
            Step::GroupSynced(Synced {
                shard: number,
                life,
                answers,
                rang,
            }),
        );
    }

    /// All members in one savepoint; when one of them fails, each in its own, so that it fails alone.
    fn decide_and_write(&mut self, number: usize, members: &[(usize, u8)]) -> Vec<Option<Receipt>> {
        let context = Context {
            shard: self.shards[number].number,
            playbook: Some(self.playbook),
            erase_after: self.erase_after,
            now: self.wall(),
        };
        let arrivals: Vec<Arrival> = members
            .iter()
            .map(|(callback, nth)| self.arrival(*callback, *nth))
            .collect();
        let all: Vec<&Arrival> = arrivals.iter().collect();
        let mut receipts = None;
        if let [_, _, ..] = all.as_slice() {
            receipts = self
                .receive(number, &all, &context)
                .ok()
                .map(|receipts| receipts.into_iter().map(Some).collect());
        }
        let receipts: Vec<Option<Receipt>> = receipts.unwrap_or_else(|| {
            all.iter()
                .map(|arrival| self.receive(number, &[arrival], &context).ok()?.pop())
                .collect()
        });
        for ((callback, _), receipt) in members.iter().zip(&receipts) {
            self.note_receipt(number, *callback, receipt.as_ref(), context.now);
        }
        receipts
    }

    fn receive(
        &mut self,
        number: usize,
        arrivals: &[&Arrival],
        context: &Context<'_>,
    ) -> Result<Vec<Receipt>, SqlError> {
        let good = self.failing_statement();
        let shard = &mut self.shards[number];
        let db = Breaking::after(good, &shard.db);
        intake::receive(&db, &mut shard.recent, arrivals, context, &mut self.dice)
    }

    fn arrival(&self, callback: usize, nth: u8) -> Arrival {
        let mut key = self.callbacks[callback].key.clone();
        if self.sabotage == Some(Sabotage::RetriesAreNew) {
            key.push_str(&nth.to_string());
        }
        Arrival::read(key, self.callbacks[callback].fields.clone()).expect("fields read back")
    }

    fn note_receipt(
        &mut self,
        number: usize,
        callback: usize,
        receipt: Option<&Receipt>,
        now: UnixMillis,
    ) {
        match receipt {
            None => self.note(format_args!("callback {callback} cannot be written")),
            Some(receipt) if receipt.repeat => {
                self.note(format_args!("callback {callback} was seen before"));
            }
            Some(_) => {
                self.note(format_args!("shard {number} writes callback {callback}"));
                let callback = &mut self.callbacks[callback];
                if callback.acknowledged.is_none() {
                    callback.shard = number;
                }
                let Callback { fan, deeds, .. } = callback;
                for deed in *deeds {
                    self.permits.did(number, *fan, *deed, now.0);
                }
            }
        }
    }

    pub(crate) fn group_synced(&mut self, group: Synced) {
        let Synced {
            shard,
            life,
            answers,
            rang,
        } = group;
        if self.shards[shard].life != life {
            for (callback, nth, _) in answers {
                self.answer_leaves(callback, nth, false);
            }
            return;
        }
        self.sync(shard);
        self.let_go(&answers);
        if rang {
            self.start_flush(shard, Lane::Jobs);
        }
        self.take_group(shard, life);
    }

    /// Those who wait for a slot that is no longer here are led on.
    pub(crate) fn turn_away(&mut self, number: usize) {
        let slots = self.slots(number);
        for (callback, nth) in std::mem::take(&mut self.shards[number].waiting) {
            let slot = Slot::of_message(&self.arrival(callback, nth).inbound);
            if slots.away(slot).is_none() {
                self.shards[number].waiting.push((callback, nth));
            } else {
                self.after_hop(Step::Arrive { callback, nth });
            }
        }
    }

    pub(crate) fn let_go(&mut self, answers: &[(usize, u8, Option<Answer>)]) {
        for (callback, nth, answer) in answers {
            if let Some(answer) = answer {
                self.note(format_args!("the answer to callback {callback} leaves"));
                self.acknowledged(*callback, answer);
            }
            self.answer_leaves(*callback, *nth, answer.is_some());
        }
    }

    /// A timer for what is near, and the alarm as the net under it.
    fn wake_at(&mut self, number: usize, at: UnixMillis) {
        let wall = self.wall();
        let net = wall.plus(NET);
        let shard = &mut self.shards[number];
        if at < net && shard.timed.arm(at, wall) {
            let life = shard.life;
            // A timer runs on the time that passes, whatever the clock is set to meanwhile.
            let wait = at.0 - wall.0;
            self.after(
                wait,
                Step::Timer {
                    shard: number,
                    life,
                    at,
                },
            );
        }
        self.arm(number, at.max(net));
    }

    pub(crate) fn timer(&mut self, number: usize, life: u64, at: UnixMillis) {
        let shard = &mut self.shards[number];
        if shard.life != life || !shard.timed.is_set_for(at) {
            return;
        }
        shard.timed.went_off();
        self.note(format_args!("the timer of shard {number} goes off"));
        self.do_what_is_due(number);
        self.arm_for_what_is_due(number);
    }

    fn do_what_is_due(&mut self, number: usize) {
        if !self.catch_up(number) {
            return;
        }
        self.housekeeping(number);
        for lane in Lane::ALL {
            self.start_flush(number, lane);
        }
    }

    fn arm(&mut self, number: usize, at: UnixMillis) {
        let wall = self.wall();
        let shard = &mut self.shards[number];
        if shard.armed.arm(at, wall) {
            let at = at.0.max(wall.0);
            shard.alarm = Some(at);
            let wait = self.until(at);
            self.after(wait, Step::Alarm { shard: number, at });
            self.wrote(number);
        }
    }

    /// False when nothing is due at all.
    pub(crate) fn arm_for_what_is_due(&mut self, number: usize) -> bool {
        let wall = self.wall();
        let good = self.failing_statement();
        let shard = &self.shards[number];
        let flushing = |lane| shard.flushes[lane as usize].is_some();
        match wake::next(&Breaking::after(good, &shard.db), wall, flushing) {
            Ok(Some(at)) => self.wake_at(number, at),
            Ok(None) => return false,
            Err(_) => self.wake_at(number, wall.plus(WAKE_AGAIN_AFTER)),
        }
        true
    }

    /// After the clock jumped or an object ended: the platform's alarms are in its own time.
    pub(crate) fn set_alarms_anew(&mut self) {
        for number in 0..self.shards.len() {
            if let Some(at) = self.shards[number].alarm {
                let wait = self.until(at);
                self.after(wait, Step::Alarm { shard: number, at });
            }
        }
    }

    pub(crate) fn alarm(&mut self, number: usize, at: i64) {
        if self.shards[number].alarm != Some(at) || self.until(at) > 0 {
            return;
        }
        if self.strikes(Fault::AlarmLate) {
            let wait = self.dice.between(1_000, 600_000);
            self.note(format_args!("the alarm of shard {number} is late"));
            return self.after(wait, Step::Alarm { shard: number, at });
        }
        self.shards[number].alarm = None;
        if self.strikes(Fault::AlarmLost) {
            self.note(format_args!("the alarm of shard {number} gets lost"));
            self.shards[number].alarm_on_disk = None;
            return;
        }
        self.wake(number);
        self.note(format_args!("the alarm of shard {number} goes off"));
        self.shards[number].armed.went_off();
        self.arm(number, self.wall().plus(WAKE_AGAIN_AFTER));
        self.do_what_is_due(number);
        self.shards[number].armed.went_off();
        if !self.arm_for_what_is_due(number) {
            self.shards[number].alarm = None;
        }
    }

    fn housekeeping(&mut self, number: usize) {
        let now = self.wall();
        for chore in 0..4 {
            let good = self.failing_statement();
            let playbook = Some(self.playbook);
            let shard = &self.shards[number];
            let swept_at = shard.swept_at;
            let db = Breaking::after(good, &shard.db);
            let done: Result<(), SqlError> = db.savepoint(|| match chore {
                0 => jobs::settle::expire(&db, playbook, now),
                1 => rows::ring_due(&db, now),
                2 => erase::erase_due(&db, now).map(drop),
                _ if swept_at.is_some_and(|at| now < at.plus(events::SWEPT_EVERY)) => Ok(()),
                _ => {
                    rows::sweep(&db, now)?;
                    events::sweep(&db, now)?;
                    moving::sweep(&db, now)
                }
            });
            match done {
                Ok(()) if chore == 3 => {
                    let swept_at = self.shards[number].swept_at.get_or_insert(now);
                    if now >= swept_at.plus(events::SWEPT_EVERY) {
                        *swept_at = now;
                    }
                }
                Ok(()) => {}
                Err(error) => self.note(format_args!("a chore of shard {number} fails: {error}")),
            }
        }
        self.wrote(number);
    }

    /// The Clock asks each shard for its version of the playbook, which wakes it.
    pub(crate) fn tick(&mut self) {
        for number in 0..self.shards.len() {
            self.wake(number);
            self.arm_for_what_is_due(number);
        }
        self.tick_of_moves();
        // When nothing fails, one tick in fifteen is enough to find an alarm that got lost before.
        let wait = if self.calm { 900_000 } else { 60_000 };
        if !self.quiet {
            self.after(wait, Step::Tick);
        }
    }

    pub(crate) fn after_change(&mut self, number: usize) {
        self.wrote(number);
        self.start_flush(number, Lane::Jobs);
        self.arm_for_what_is_due(number);
    }
}
