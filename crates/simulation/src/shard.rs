//! A shard's shell: the steps of `src/fan_shard` around the same core, without the platform.
//!
//! The disk is a transaction that stays open until a sync: a crash rolls it back, so everything that was not synced is
//! gone. What leaves a shard waits for the disk, as the platform's output gate has it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use fandesk_shard::events::Answer;
use fandesk_shard::intake::{self, Arrival, Context, Receipt};
use fandesk_shard::moving::Slots;
use fandesk_shard::outbox::{GATHER_FOR, Lane};
use fandesk_shard::routing::Slot;
use fandesk_shard::sql::{Database, SqlError};
use fandesk_shard::{Recent, UnixMillis, ahead, schema, wake};
use fandesk_sqlite::Sqlite;

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::fans::Callback;
use crate::kept::Kept;
use crate::weather::Fault;
use crate::world::{Step, World};

/// How long a caller waits before it asks again for a slot that is on its way. `src/fan_shard` has less, which takes more steps.
pub(crate) const ASK_AGAIN_MS: i64 = 200;

pub(crate) struct Shard {
    pub(crate) number: u16,
    pub(crate) db: Sqlite,
    /// What the tables of fans do not know yet.
    recent: Recent,
    /// The slots that left or arrived, once somebody asked; read again after whatever may have changed them.
    pub(crate) slots: RefCell<Option<Rc<Slots>>>,
    /// Rises with each crash: what was under way for an older life comes to nothing.
    pub(crate) life: u64,
    /// Whether an instance is there; a call or the alarm makes one.
    alive: bool,
    waiting: Vec<(usize, u8)>,
    grouping: bool,
    /// The flush under way in each lane.
    pub(crate) flushes: [Option<u64>; Lane::ALL.len()],
    /// Copies that it gave up.
    pub(crate) given_up: i64,
    /// What the instance believes of its alarm and its timer.
    pub(crate) armed: wake::Alarm,
    pub(crate) timed: wake::Alarm,
    /// What the platform has, in memory and on disk.
    pub(crate) alarm: Option<i64>,
    pub(crate) alarm_on_disk: Option<i64>,
    pub(crate) swept_at: Option<UnixMillis>,
    /// A sync is on its way.
    syncing: bool,
    /// What its table of events holds, as far as the invariants look at it.
    pub(crate) kept: Kept,
    /// The place of each event whose answer left, and its callback.
    pub(crate) told: BTreeSet<(i64, usize)>,
    /// D1 got events of this shard since the invariants were looked at.
    pub(crate) d1_changed: bool,
    /// Something was written since jobs were looked for.
    pub(crate) changed: bool,
}

/// A group that is on disk.
pub(crate) struct Synced {
    shard: usize,
    life: u64,
    answers: Vec<(usize, u8, Option<Answer>)>,
}

impl Shard {
    /// Over a database with all tables, and nothing in them.
    pub(crate) fn new(number: u16, mut db: Sqlite) -> Self {
        begin(&db);
        Self {
            number,
            kept: Kept::of(&mut db),
            told: BTreeSet::new(),
            db,
            recent: Recent::default(),
            slots: RefCell::default(),
            life: 0,
            alive: false,
            waiting: Vec::new(),
            grouping: false,
            flushes: [None; Lane::ALL.len()],
            given_up: 0,
            armed: wake::Alarm::default(),
            timed: wake::Alarm::default(),
            alarm: None,
            alarm_on_disk: None,
            swept_at: None,
            syncing: false,
            d1_changed: false,
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
        shard.flushes = [None; Lane::ALL.len()];
        shard.armed = wake::Alarm::default();
        shard.timed = wake::Alarm::default();
        shard.alarm = shard.alarm_on_disk;
        shard.swept_at = None;
        shard.recent = Recent::default();
        shard.slots.take();
        shard.kept.may_have_changed();
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

    /// As `src/platform/fan_shard.mjs`: all who wait, in order, without an await in between. The disk follows, and nobody waits for it
    /// but the answers.
    pub(crate) fn take_group(&mut self, number: usize, life: u64) {
        if self.shards[number].life != life {
            return;
        }
        self.shards[number].grouping = false;
        let members = std::mem::take(&mut self.shards[number].waiting);
        let receipts = self.decide_and_write(number, &members);
        let rang = receipts.iter().flatten().any(|receipt| receipt.rang);
        let mut answers: Vec<_> = members
            .iter()
            .zip(receipts)
            .map(|((callback, nth), receipt)| (*callback, *nth, receipt.map(|kept| kept.answer)))
            .collect();
        self.wake_at(number, self.wall().plus(GATHER_FOR));
        if rang {
            self.start_flush(number, Lane::Jobs);
        }
        self.start_flush(number, Lane::Forwards);
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
            }),
        );
    }

    /// All members in one savepoint; when one of them fails, each in its own, so that it fails alone.
    fn decide_and_write(&mut self, number: usize, members: &[(usize, u8)]) -> Vec<Option<Receipt>> {
        let context = Context {
            shard: self.shards[number].number,
            playbook: Some(self.playbook),
            service_messages: true,
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
        } = group;
        if self.shards[shard].life != life {
            for (callback, nth, _) in answers {
                self.answer_leaves(callback, nth, false);
            }
            return;
        }
        self.sync(shard);
        self.let_go(&answers);
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

    pub(crate) fn after_change(&mut self, number: usize) {
        self.wrote(number);
        self.start_flush(number, Lane::Jobs);
        self.arm_for_what_is_due(number);
    }
}
