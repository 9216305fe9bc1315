//! The one thread: what will happen when, and everything that it happens to.
//!
//! Whatever takes time (a hop, the disk, an answer) is a [`Step`] that waits in one queue with its moment, so whatever can
//! happen in between does, in some run. There is no clock but this queue's.

use std::collections::BinaryHeap;
use std::fmt;
use std::time::Duration;

use fandesk_playbook::Playbook;
use fandesk_shard::routing::{Layout, Slot};
use fandesk_shard::{Random, UnixMillis};
use fandesk_sqlite::Sqlite;

use crate::databases::{self, Databases};
use crate::delivery::{Delivery, Keeper};
use crate::dice::Dice;
use crate::fans::{Callback, Fan};
use crate::ledger::{Ledger, Permits};
use crate::moving::Moves;
use crate::says::Says;
use crate::shard::Shard;
use crate::step::{Scheduled, Step};
use crate::told::Told;
use crate::trace::Trace;
use crate::weather::{Fault, Weather};
use crate::wechat::WeChat;
use crate::{Sabotage, Tally};

/// Where the simulated time begins, in Unix milliseconds.
pub(crate) const BEGIN: i64 = 1_700_000_000_000;

pub(crate) struct World<'a> {
    pub(crate) dice: Dice,
    weather: Weather,
    /// Nothing fails any more.
    pub(crate) calm: bool,
    /// And all has ended.
    pub(crate) quiet: bool,
    /// Unix milliseconds, as WeChat counts them.
    pub(crate) now: i64,
    /// What fandesk's clock is ahead.
    skew: i64,
    queue: BinaryHeap<Scheduled>,
    scheduled: u64,
    pub(crate) shards: Vec<Shard>,
    /// Databases of shards that this run has not.
    spare: Vec<Sqlite>,
    /// The first one.
    pub(crate) layout: Layout,
    pub(crate) moves: Moves,
    /// What shards know of windows, kept by the rules rather than by their code.
    pub(crate) permits: Permits,
    pub(crate) people: Sqlite,
    pub(crate) events: Sqlite,
    pub(crate) fans: Vec<Fan>,
    pub(crate) callbacks: Vec<Callback>,
    pub(crate) deliveries: Vec<Delivery>,
    /// What the other system got: from which shard, which event, whose, and the callback.
    pub(crate) copied: Vec<(usize, i64, String, Option<usize>)>,
    /// What the Desk took.
    pub(crate) told: Told,
    /// What the Desk says.
    pub(crate) says: Says,
    pub(crate) wechat: WeChat,
    pub(crate) keeper: Keeper,
    pub(crate) playbook: &'a Playbook,
    pub(crate) erase_after: Duration,
    /// The longest pause between two deeds of fans, in milliseconds.
    pub(crate) pause: i64,
    pub(crate) acts_left: u64,
    pub(crate) ledger: Ledger,
    trace: Trace,
    pub(crate) tally: Tally,
    /// What broke first.
    pub(crate) broken: Option<String>,
    pub(crate) sabotage: Option<Sabotage>,
}

impl<'a> World<'a> {
    /// Over databases that are empty.
    pub(crate) fn new(
        seed: u64,
        playbook: &'a Playbook,
        databases: Databases,
        sabotage: Option<Sabotage>,
        aloud: bool,
    ) -> Self {
        let mut dice = Dice::of(seed);
        let weather = Weather::draw(&mut dice);
        let shards = dice.between(1, databases::SHARDS) as u16;
        let fans = dice.between(1, 5) as usize;
        let pause = dice.pick(&[20, 2_000, 60_000, 1_800_000, 28_800_000]);
        let erase_after = Duration::from_secs(dice.pick(&[0, 60, 3600, 720 * 3600]));
        let acts_left = 6 + dice.below(25);
        let Databases {
            shards: in_shards,
            people,
            events,
        } = databases;
        let mut in_shards = in_shards.into_iter();
        // A move of thousands of slots takes longer than all the rest, so most runs have none, but for those that are to show something of it.
        let of_moves = sabotage == Some(Sabotage::AnswerWhileArriving);
        let moves = if dice.chance(100) || of_moves {
            1 + dice.below(3)
        } else {
            0
        };
        let most = if moves > 0 { shards + 2 } else { shards };
        let mut world = Self {
            weather,
            calm: false,
            quiet: false,
            now: BEGIN + dice.between(0, 86_400_000),
            skew: 0,
            queue: BinaryHeap::new(),
            scheduled: 0,
            shards: (0..most)
                .zip(&mut in_shards)
                .map(|(number, db)| Shard::new(number, db))
                .collect(),
            spare: in_shards.collect(),
            layout: Layout::even(shards).expect("there is a shard"),
            moves: Moves::begin(shards, moves),
            permits: Permits::default(),
            people,
            events,
            fans: (0..fans)
                .map(|_| Fan::new(&format!("oFan{}", &dice.token()[..24])))
                .collect(),
            callbacks: Vec::new(),
            deliveries: Vec::new(),
            copied: Vec::new(),
            told: Told::default(),
            says: Says::default(),
            wechat: WeChat::default(),
            keeper: Keeper::default(),
            playbook,
            erase_after,
            pause,
            acts_left,
            ledger: Ledger::default(),
            trace: Trace::new(aloud),
            tally: Tally::default(),
            broken: None,
            sabotage,
            dice,
        };
        world.after(0, Step::FanActs);
        world.after(1, Step::Tick);
        for _ in 0..world.dice.below(8) {
            let wait = world.dice.between(0, pause * 20);
            world.after(wait, Step::DeskActs);
        }
        world
    }

    /// Lets a step happen so many milliseconds from now.
    pub(crate) fn after(&mut self, wait: i64, step: Step) {
        self.scheduled += 1;
        self.queue.push(Scheduled {
            at: self.now + wait.max(0),
            nr: self.scheduled,
            step,
        });
    }

    /// Lets a step happen after a hop through the network.
    pub(crate) fn after_hop(&mut self, step: Step) {
        let wait = self.dice.between(0, 15);
        self.after(wait, step);
    }

    /// How long the disk takes this time.
    pub(crate) fn disk(&mut self) -> i64 {
        if self.strikes(Fault::DiskSlow) {
            self.dice.between(500, 8_000)
        } else {
            self.dice.between(1, 8)
        }
    }

    /// fandesk's clock.
    pub(crate) fn wall(&self) -> UnixMillis {
        UnixMillis(self.now + self.skew)
    }

    /// When fandesk's clock will show `at`, from now.
    pub(crate) fn until(&self, at: i64) -> i64 {
        at - self.wall().0
    }

    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        self.dice.chance(self.weather.per_mille(fault))
    }

    pub(crate) fn shard_of(&self, openid: &str) -> usize {
        usize::from(self.layout.shard(Slot::of(openid)))
    }

    pub(crate) fn note(&mut self, what: fmt::Arguments<'_>) {
        self.trace.note(self.now - BEGIN, what);
    }

    /// An invariant does not hold. The first one is what is reported.
    pub(crate) fn violated(&mut self, what: String) {
        self.broken.get_or_insert(what);
    }

    /// Does the next step, if one comes before `end`. False when none does or something broke.
    pub(crate) fn step(&mut self, end: i64) -> bool {
        if self.broken.is_some() || self.queue.peek().is_none_or(|next| next.at > end) {
            return false;
        }
        let Some(Scheduled { at, step, .. }) = self.queue.pop() else {
            return false;
        };
        self.now = at;
        self.tally.steps += 1;
        self.happens(step);
        if self.strikes(Fault::Crash) {
            let shard = self.dice.below(self.shards.len() as u64) as usize;
            self.crash(shard);
        }
        if self.strikes(Fault::ClockJumps) {
            let jump = self
                .dice
                .pick(&[-600_000, -5_000, 45_000, 70_000, 7_200_000]);
            // Far jumps add up to less than the day for which answers are remembered.
            if (self.skew + jump).abs() < 12 * 3_600_000 {
                self.skew += jump;
                self.note(format_args!("fandesk's clock jumps by {} s", jump / 1000));
                self.set_alarms_anew();
            }
        }
        if self.strikes(Fault::TokenReplaced) {
            self.wechat.replace_token(self.now, &mut self.dice);
            self.note(format_args!("somebody else gets a new access token"));
        }
        self.check_what_changed();
        true
    }

    /// From now on nothing fails, and fans do nothing more.
    pub(crate) fn clear_up(&mut self) {
        self.acts_left = 0;
        self.weather = Weather::calm();
        self.calm = true;
        self.note(format_args!("from here on nothing fails any more"));
    }

    /// The last steps in words, and the databases as they were left.
    pub(crate) fn end(self) -> (Vec<String>, Databases) {
        let shards = self.shards.into_iter().map(|shard| shard.db);
        let databases = Databases {
            shards: shards.chain(self.spare).collect(),
            people: self.people,
            events: self.events,
        };
        (self.trace.last_steps(), databases)
    }

    pub(crate) fn trace_hash(&self) -> u64 {
        self.trace.hash()
    }

    fn happens(&mut self, step: Step) {
        match step {
            Step::FanActs => self.fan_acts(),
            Step::Try { callback, nth } => self.wechat_tries(callback, nth),
            Step::Arrive { callback, nth } => self.message_arrives(callback, nth),
            Step::Answered { callback, nth, ok } => self.wechat_reads(callback, nth, ok),
            Step::TimedOut { callback, nth } => self.wechat_waited(callback, nth),
            Step::TakeGroup { shard, life } => self.take_group(shard, life),
            Step::GroupSynced(group) => self.group_synced(group),
            Step::Gate { shard, life, then } => self.gate_opens(shard, life, *then),
            Step::DiskIdle { shard, life } => self.disk_idle(shard, life),
            Step::Timer { shard, life, at } => self.timer(shard, life, at),
            Step::Alarm { shard, at } => self.alarm(shard, at),
            Step::FlushArrives(flush) => self.flush_arrives(flush),
            Step::FlushEnds { flush, ok } => self.flush_ends(*flush, ok),
            Step::Doorbell { job, nth } => self.doorbell(job, nth),
            Step::Claim { job, nth } => self.claim(job, nth),
            Step::Go { delivery } => self.go(delivery),
            Step::NotNow => {}
            Step::Call {
                delivery,
                token,
                again,
            } => self.call_arrives(delivery, token, again),
            Step::Returned {
                delivery,
                token,
                again,
                answer,
            } => self.call_returns(delivery, &token, again, answer),
            Step::Settle { delivery, report } => self.settle(delivery, report),
            Step::Settled {
                delivery,
                delivered,
            } => self.settled(delivery, delivered),
            Step::Tick => self.tick(),
            Step::MoverAsks { life } => self.mover_asks(life),
            Step::MoverHears { life, answer } => self.mover_hears(life, answer),
            Step::Known {
                callback,
                nth,
                answer,
            } => self.let_go(&[(callback, nth, Some(answer))]),
            Step::DeskPlans { conversation } => self.desk_plans(&conversation),
            Step::SayArrives { saying, nth } => self.say_arrives(saying, nth),
            Step::SayHeard { saying, nth, taken } => self.say_heard(saying, nth, taken),
            Step::SayTimedOut { saying, nth } => self.say_timed_out(saying, nth),
            Step::DeskActs => self.desk_acts(),
        }
    }
}
