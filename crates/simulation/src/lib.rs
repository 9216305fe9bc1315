//! fandesk from one seed, in one thread, without a clock.
//!
//! Fans write, tap, follow and leave; WeChat waits 5 s and tries three times; shards decide, write, crash and start again; D1, the
//! queue, WeChat's API and whoever calls it fail in every way that `weather` lists, and the clock jumps. All of it is drawn from
//! the seed, so a run that breaks something is repeated by its number. After every step the invariants are looked at
//! (`ledger`), and at the end, when nothing fails any more and time has passed, what must have come of it (`settled`).
//!
//! What runs here is the code that runs in the Worker: everything of `fandesk-shard`, with the same SQL and the migrations of D1, over
//! `rusqlite`. What is modelled is what stands around it, step for step as in `src/`: a shard's shell (`shard`: disk and
//! output gate; `group`: group commit; `waking`: timer and alarm; `flush`: lanes, back-off, time-outs), the Clock that moves slots (`moving`), consumers
//! and the TokenKeeper (`delivery`), WeChat (`fans`, `wechat`), the system that gets copies (`copies`), the Desk (`told`, `says`), people at the API (`desk`). A change there wants the same
//! change here.
//!
//! It relies on what the platform promises: one thread a shard; nothing leaves a shard before the disk has what was written; a
//! batch of D1 is a transaction. To show that the invariants bite, a shell can be broken on purpose ([`Sabotage`]).
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a native tool: a panic ends a run and is a finding, and nothing comes from outside"
)]

mod breaking;
mod copies;
mod databases;
mod delivery;
mod desk;
mod dice;
mod fans;
mod flush;
mod group;
mod kept;
mod ledger;
mod moving;
mod says;
mod set_back;
mod settled;
mod shard;
mod step;
mod told;
mod trace;
mod waking;
mod weather;
mod wechat;
mod world;

use std::cell::Cell;
use std::ops::AddAssign;

use fandesk_playbook::{Format, Playbook};

use crate::databases::Databases;
use crate::world::World;

/// Something broken on purpose, in the shell around the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Answers leave before the disk has the group.
    AnswerBeforeSync,
    /// Rows are confirmed in the outbox before their destination has them.
    ConfirmBeforeSending,
    /// What the Desk says has another key with each try.
    SaysAreNew,
    /// What an agent writes reaches the shard under a newer epoch than theirs.
    EpochsAreMadeUp,
    /// Rows for the Desk are confirmed before it has them.
    DeskToldBeforeSending,
    /// Copies count as taken before the other system has them.
    CopiesTakenBeforeSending,
    /// A retry is not recognised: the key of a message is stored with the number of its try.
    RetriesAreNew,
    /// A claim takes nothing from the fan's window.
    NothingReserved,
    /// A shard answers about slots that have not arrived.
    AnswerWhileArriving,
    /// A consumer whose call got no answer calls again without asking the shard.
    CallAgainUnasked,
    /// Shards are not told that D1 was set back.
    SetBackInSilence,
    /// A shard goes on with the fans in its memory after their table has caught up and was changed.
    FansAreRememberedTooLong,
}

/// One seed in so many sets D1 back at its end: all settles once more then, which takes as long as the rest.
const SET_BACK_EACH: u64 = 8;

/// How a seed is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Steps after which the failures stop, if the fans have not had enough before.
    pub steps: u64,
    /// Prints every step.
    pub aloud: bool,
    /// What is broken on purpose.
    pub sabotage: Option<Sabotage>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            steps: 5_000,
            aloud: false,
            sabotage: None,
        }
    }
}

/// What happened, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps in all.
    pub steps: u64,
    /// Events whose answer left a shard.
    pub acknowledged: u64,
    /// Callbacks whose answer WeChat read in time.
    pub answered: u64,
    /// Second and third tries.
    pub retries: u64,
    /// Callbacks that WeChat gave up.
    pub gave_up: u64,
    /// Instances of shards that ended at an arbitrary step.
    pub crashes: u64,
    /// Rounds of lanes.
    pub flushes: u64,
    /// Jobs that ended.
    pub jobs: u64,
    /// Messages that WeChat sent to fans.
    pub messages: u64,
    /// Of these, second copies that `at_least_once` allows or a person asked for.
    pub doubled: u64,
    /// Fans who were erased.
    pub erased: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.steps += other.steps;
        self.acknowledged += other.acknowledged;
        self.answered += other.answered;
        self.retries += other.retries;
        self.gave_up += other.gave_up;
        self.crashes += other.crashes;
        self.flushes += other.flushes;
        self.jobs += other.jobs;
        self.messages += other.messages;
        self.doubled += other.doubled;
        self.erased += other.erased;
    }
}

/// What came of a seed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// In numbers.
    pub tally: Tally,
    /// All steps as one number: the same seed gives the same.
    pub trace_hash: u64,
    /// The invariant that does not hold, if one does not.
    pub broken: Option<Broken>,
}

/// An invariant that does not hold.
#[derive(Clone, Debug)]
pub struct Broken {
    /// In plain words.
    pub what: String,
    /// What happened before.
    pub last_steps: Vec<String>,
}

/// Runs seeds, one after the other. The playbook is compiled once.
pub struct Simulation {
    playbook: Playbook,
    databases: Cell<Option<Databases>>,
}

impl Simulation {
    /// With the playbook of the simulated fans.
    ///
    /// # Panics
    /// When that playbook has a mistake.
    #[must_use]
    pub fn new() -> Self {
        let parsed = Playbook::parse(include_str!("playbook.toml"), Format::Toml);
        Self {
            playbook: parsed
                .expect("the simulated playbook has no mistake")
                .playbook,
            databases: Cell::default(),
        }
    }

    /// Runs one seed to its end. Which were run before makes no difference.
    #[must_use]
    pub fn run(&self, seed: u64, options: Options) -> Outcome {
        let Options {
            sabotage, aloud, ..
        } = options;
        // After a panic there are none, and new ones are made.
        let databases = self.databases.take().unwrap_or_else(Databases::new);
        let mut world = World::new(seed, &self.playbook, databases, sabotage, aloud);
        let half = world.acts_left / 2;
        let mut copy = None;
        while world.tally.steps < options.steps && world.acts_left > 0 && world.step(i64::MAX) {
            if copy.is_none() && world.acts_left <= half && seed.is_multiple_of(SET_BACK_EACH) {
                copy = Some(world.copy_of_d1());
            }
        }
        // Failures go on for a while after the last deed.
        let end = world.now + world.pause.max(30_000);
        while world.tally.steps < options.steps && world.step(end) {}
        world.settle_down(copy.as_ref());
        let (tally, trace_hash) = (world.tally, world.trace_hash());
        let what = world.broken.take();
        let (last_steps, databases) = world.end();
        self.databases.set(Some(databases.emptied()));
        Outcome {
            tally,
            trace_hash,
            broken: what.map(|what| Broken { what, last_steps }),
        }
    }
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}
