//! A shard's shell: the steps of `src/fan_shard` around the same core, without the platform.
//!
//! The disk is a transaction that stays open until a sync: a crash rolls it back, so everything that was not synced is
//! gone. What leaves a shard waits for the disk, as the platform's output gate has it.
//!
//! Messages on their way through it are in `group`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use fandesk_shard::moving::Slots;
use fandesk_shard::outbox::Lane;
use fandesk_shard::sql::Database;
use fandesk_shard::{Recent, UnixMillis, ahead, schema, wake};
use fandesk_sqlite::Sqlite;

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::kept::Kept;
use crate::step::Step;
use crate::weather::Fault;
use crate::world::World;

pub(crate) struct Shard {
    pub(crate) number: u16,
    pub(crate) db: Sqlite,
    /// What the tables of fans do not know yet.
    pub(crate) recent: Recent,
    /// The slots that left or arrived, once somebody asked; read again after whatever may have changed them.
    pub(crate) slots: RefCell<Option<Rc<Slots>>>,
    /// Rises with each crash: what was under way for an older life comes to nothing.
    pub(crate) life: u64,
    /// Whether an instance is there; a call or the alarm makes one.
    alive: bool,
    pub(crate) waiting: Vec<(usize, u8)>,
    pub(crate) grouping: bool,
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

    pub(crate) fn after_change(&mut self, number: usize) {
        self.wrote(number);
        self.start_flush(number, Lane::Jobs);
        self.arm_for_what_is_due(number);
    }
}
