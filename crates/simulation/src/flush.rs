//! The outbox leaves: the steps of `src/fan_shard/flush.rs`, and what D1 and the queue do with it.

use fandesk_shard::UnixMillis;
use fandesk_shard::events;
use fandesk_shard::forwards::{self, Copy};
use fandesk_shard::mirror::{self, Statement};
use fandesk_shard::outbox::{self, Lane, Waiting};
use fandesk_shard::parked;
use fandesk_shard::sql::{Database, SqlError};

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::step::Step;
use crate::weather::Fault;
use crate::world::World;

/// Small, so that a run of some dozen events sees what many flushes do to each other.
const FLUSH_BYTES: usize = 3_000;
const FULL_ROUND: usize = 8;
/// Copies in a round.
const COPIES: i64 = 4;

/// How long a destination may take before the flush counts as failed. As in `src/fan_shard/flush.rs`.
const MAY_TAKE_MS: i64 = 20_000;

pub(crate) const ACCOUNT: &str = "wx1";

/// Rows on their way to one destination.
#[derive(Clone)]
pub(crate) struct Flush {
    shard: usize,
    life: u64,
    /// Tells it from others of the same lane.
    nr: u64,
    lane: Lane,
    /// The first of its run: a success ends the lane's back-off.
    first: bool,
    rows: Vec<i64>,
    events: Vec<i64>,
    /// The place up to which D1 had the ledger when they were read.
    flushed: i64,
    statements: Vec<Statement>,
    jobs: Vec<String>,
    /// What the Desk is told.
    told: Vec<String>,
    copies: Vec<Copy>,
    /// Of those, the ones that the other system refused while it took others.
    refused: Vec<Copy>,
}

impl Flush {
    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.events.is_empty() && self.copies.is_empty()
    }
}

/// The number of the callback that a copy is of.
fn callback_in(fields: &str) -> Option<usize> {
    let fields: serde_json::Value = serde_json::from_str(fields).ok()?;
    fields["Number"].as_str()?.parse().ok()
}

impl World<'_> {
    pub(crate) fn start_flush(&mut self, number: usize, lane: Lane) {
        if self.shards[number].flushes[lane as usize].is_some() {
            self.arm_for_what_is_due(number);
            return;
        }
        let wall = self.wall();
        let good = self.failing_statement();
        match outbox::may_flush(&Breaking::after(good, &self.shards[number].db), lane, wall) {
            Ok(true) => self.send_round(number, lane, true),
            Ok(false) => drop(self.arm_for_what_is_due(number)),
            Err(_) => self.flush_failed(number, lane),
        }
    }

    fn send_round(&mut self, number: usize, lane: Lane, first: bool) {
        let good = self.failing_statement();
        match self.read_round(number, lane, first, good) {
            Ok(flush) if flush.is_empty() => {
                self.shards[number].flushes[lane as usize] = None;
                self.arm_for_what_is_due(number);
            }
            Ok(flush) => {
                self.shards[number].flushes[lane as usize] = Some(flush.nr);
                self.note(format_args!(
                    "shard {number} sends {} rows and {} events of lane {}",
                    flush.rows.len(),
                    flush.events.len(),
                    lane.name()
                ));
                let too_early = match lane {
                    Lane::Forwards => Sabotage::CopiesTakenBeforeSending,
                    Lane::Desk => Sabotage::DeskToldBeforeSending,
                    Lane::Jobs | Lane::People | Lane::Ledger => Sabotage::ConfirmBeforeSending,
                };
                if self.sabotage == Some(too_early) {
                    let wall = self.wall();
                    let _ = confirm(&self.shards[number].db, &flush, wall);
                }
                let flush = Box::new(flush);
                let given_up = flush.clone();
                self.after(
                    MAY_TAKE_MS,
                    Step::FlushEnds {
                        flush: given_up,
                        ok: false,
                    },
                );
                self.when_durable(number, Step::FlushArrives(flush));
            }
            Err(_) => self.flush_failed(number, lane),
        }
    }

    fn read_round(
        &mut self,
        number: usize,
        lane: Lane,
        first: bool,
        good: Option<u64>,
    ) -> Result<Flush, SqlError> {
        self.tally.flushes += 1;
        let wall = self.wall();
        let shard = &self.shards[number];
        let db = Breaking::after(good, &shard.db);
        let rows = outbox::waiting(&db, lane, FLUSH_BYTES as i64)?;
        let events = match lane {
            Lane::Ledger => events::unflushed(&db, FLUSH_BYTES)?,
            Lane::Jobs | Lane::People | Lane::Forwards | Lane::Desk => Vec::new(),
        };
        let copies = match lane {
            Lane::Forwards => forwards::next(&db, wall, COPIES)?,
            Lane::Jobs | Lane::People | Lane::Ledger | Lane::Desk => Vec::new(),
        };
        let flushed = events::flushed(&db)?;
        let (statements, jobs) = match lane {
            Lane::Jobs => (Vec::new(), rows.iter().map(|row| row.key.clone()).collect()),
            Lane::People => (mirror::people(&rows), Vec::new()),
            Lane::Ledger => (mirror::ledger(shard.number, &events, &rows), Vec::new()),
            Lane::Forwards | Lane::Desk => (Vec::new(), Vec::new()),
        };
        Ok(Flush {
            shard: number,
            life: shard.life,
            nr: self.tally.flushes,
            lane,
            first,
            rows: rows.iter().map(|row: &Waiting| row.id).collect(),
            events: events.iter().map(|event| event.seq).collect(),
            flushed,
            statements,
            jobs,
            told: match lane {
                Lane::Desk => rows.into_iter().map(|row| row.body).collect(),
                _ => Vec::new(),
            },
            copies,
            refused: Vec::new(),
        })
    }

    /// D1 or the queue: it may refuse, take it and say nothing, or take it long after the shard gave up.
    pub(crate) fn flush_arrives(&mut self, mut flush: Box<Flush>) {
        let lane = flush.lane.name();
        if self.strikes(Fault::DestinationRefuses) {
            self.note(format_args!("the destination of lane {lane} refuses"));
            return self.after_hop(Step::FlushEnds { flush, ok: false });
        }
        if self.strikes(Fault::DestinationLate) {
            self.note(format_args!("rows of lane {lane} are stuck on their way"));
            let wait = self.dice.between(1_000, 60_000);
            return self.after(wait, Step::FlushArrives(flush));
        }
        self.note(format_args!(
            "rows of lane {lane} of shard {} arrive",
            flush.shard
        ));
        match flush.lane {
            Lane::Jobs => flush.jobs.iter().for_each(|job| self.queue_takes(job)),
            Lane::People => run(&self.people, &flush.statements),
            Lane::Ledger => {
                run(&self.events, &flush.statements);
                self.shards[flush.shard].d1_changed = true;
            }
            Lane::Desk => self.desk_takes(&flush.told),
            Lane::Forwards => {
                self.copies_arrive(&mut flush);
                if flush.refused.len() == flush.copies.len() {
                    return self.after_hop(Step::FlushEnds { flush, ok: false });
                }
            }
        }
        if self.strikes(Fault::ConfirmationLost) {
            self.note(format_args!("the confirmation gets lost"));
            return;
        }
        self.after_hop(Step::FlushEnds { flush, ok: true });
    }

    /// The other system takes copies, of each fan in order: none after one that it refuses.
    fn copies_arrive(&mut self, flush: &mut Flush) {
        for copy in flush.copies.clone() {
            let of_fan = |refused: &Copy| refused.openid == copy.openid;
            if flush.refused.iter().any(of_fan) {
                continue;
            }
            if self.strikes(Fault::CopyRefused) {
                flush.refused.push(copy);
                continue;
            }
            let number = callback_in(&copy.fields);
            self.copied
                .push((flush.shard, copy.event, copy.openid, number));
        }
    }

    /// At least once, in any order, or, as the design fears, not at all.
    fn queue_takes(&mut self, job: &str) {
        if self.strikes(Fault::DoorbellLost) {
            return self.note(format_args!("the doorbell of job {job} gets lost"));
        }
        let copies = if self.strikes(Fault::DoorbellDoubled) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            let wait = if self.strikes(Fault::DoorbellSlow) {
                self.dice.between(1_000, 90_000)
            } else {
                self.dice.between(1, 60)
            };
            self.after(
                wait,
                Step::Doorbell {
                    job: job.to_owned(),
                    nth: 1,
                },
            );
        }
    }

    pub(crate) fn flush_ends(&mut self, flush: Flush, ok: bool) {
        let Flush {
            shard: number,
            life,
            nr,
            lane,
            first,
            ..
        } = flush;
        let shard = &self.shards[number];
        if shard.life != life || shard.flushes[lane as usize] != Some(nr) {
            return;
        }
        self.shards[number].flushes[lane as usize] = None;
        if !ok {
            return self.flush_failed(number, lane);
        }
        let (good, wall) = (self.failing_statement(), self.wall());
        let db = Breaking::after(good, &self.shards[number].db);
        let confirmed = confirm(&db, &flush, wall).and_then(|()| {
            if first {
                outbox::succeeded(&db, lane)
            } else {
                Ok(())
            }
        });
        self.wrote(number);
        if confirmed.is_err() {
            return self.flush_failed(number, lane);
        }
        let enough = match lane {
            Lane::Jobs | Lane::Forwards | Lane::Desk => 1,
            Lane::People | Lane::Ledger => FULL_ROUND,
        };
        if flush.rows.len() + flush.events.len() + flush.copies.len() < enough {
            self.arm_for_what_is_due(number);
        } else {
            self.send_round(number, lane, false);
        }
    }

    fn flush_failed(&mut self, number: usize, lane: Lane) {
        self.shards[number].flushes[lane as usize] = None;
        let (wall, jitter, good) = (
            self.wall(),
            self.dice.below(256) as u8,
            self.failing_statement(),
        );
        self.note(format_args!(
            "lane {} of shard {number} backs off",
            lane.name()
        ));
        // When even that cannot be written, the lane is tried again without a pause.
        let _ = outbox::failed(
            &Breaking::after(good, &self.shards[number].db),
            lane,
            wall,
            jitter,
        );
        self.wrote(number);
        self.arm_for_what_is_due(number);
    }
}

/// As the shell does when the destination has confirmed.
fn confirm(db: &impl Database, flush: &Flush, wall: UnixMillis) -> Result<(), SqlError> {
    for copy in &flush.copies {
        if flush.refused.contains(copy) {
            forwards::refused(db, copy, wall)?;
        } else if !flush
            .refused
            .iter()
            .any(|refused| refused.openid == copy.openid)
        {
            forwards::taken(db, copy.place)?;
        }
    }
    if let Some(last) = flush.events.last() {
        parked::taken(db, &flush.events)?;
        events::flushed_to(db, flush.flushed, *last)?;
    }
    outbox::confirm(db, &flush.rows)
}

/// One batch of D1: a transaction.
fn run(db: &fandesk_sqlite::Sqlite, statements: &[Statement]) {
    db.savepoint(|| {
        statements.iter().try_for_each(|statement| {
            db.run(
                statement.sql,
                &[ACCOUNT.into(), statement.rows.as_str().into()],
            )
        })
    })
    .unwrap_or_else(|error: SqlError| panic!("D1 refuses what a shard sends: {error}"));
}
