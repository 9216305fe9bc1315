//! The Clock moves slots: the steps of `src/mover.rs`, each of which may be the last, and how callers are led on.
//!
//! Moves of slots in which no simulated fan is are done at once: there are thousands, and nothing can happen to them.

use std::rc::Rc;

use fandesk_shard::moving::{self, Away, Call, Mover, Slots, Step as MoveStep, plan};
use fandesk_shard::routing::{self, Slot};
use fandesk_shard::sql::Database;

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::step::Step;
use crate::weather::Fault;
use crate::world::World;

/// What the Clock is doing, and what is wanted of it.
pub(crate) struct Moves {
    /// How often another number of shards is wanted yet, in this run. All slots of a run that has none stay.
    changes_left: u64,
    moves_at_all: bool,
    wanted: u16,
    mover: Option<Mover>,
    /// Rises with each mover: what was under way for an older one comes to nothing.
    life: u64,
}

impl Moves {
    pub(crate) fn begin(wanted: u16, changes_left: u64) -> Self {
        Self {
            changes_left,
            moves_at_all: changes_left > 0,
            wanted,
            mover: None,
            life: 0,
        }
    }

    pub(crate) fn stop(&mut self) {
        self.mover = None;
    }
}

impl World<'_> {
    /// The shard that keeps a slot, found by somebody who only knows the first layout; none while the slot is on its way.
    pub(crate) fn keeper(&self, slot: Slot) -> Option<usize> {
        let first = usize::from(self.layout.shard(slot));
        self.follow(first, |_, slots| slots.away(slot))
    }

    /// The shard that keeps a job, found by its id.
    pub(crate) fn keeper_of_job(&self, id: &str) -> Option<usize> {
        let job: fandesk_shard::jobs::JobId = id.parse().expect("the id of a job reads back");
        self.follow(usize::from(job.event.shard), |number, slots| {
            let away = slots.away_with_job(&self.shards[number].db, id);
            away.expect("slots can be read")
        })
    }

    fn follow(&self, first: usize, away: impl Fn(usize, &Slots) -> Option<Away>) -> Option<usize> {
        let mut number = first;
        for _ in 0..=self.shards.len() {
            match away(number, &self.slots(number)) {
                None => return Some(number),
                Some(Away::Left { shard, .. }) => number = usize::from(shard),
                Some(Away::Arriving) if self.sabotage == Some(Sabotage::AnswerWhileArriving) => {
                    return Some(number);
                }
                Some(Away::Arriving) => return None,
            }
        }
        panic!("callers are led in a circle");
    }

    pub(crate) fn slots(&self, number: usize) -> Rc<Slots> {
        let shard = &self.shards[number];
        let mut slots = shard.slots.borrow_mut();
        let read = || Rc::new(Slots::load(&shard.db).expect("slots can be read"));
        Rc::clone(slots.get_or_insert_with(read))
    }

    /// The Clock's minute, if slots move in this run: people who were erased are passed on, and a mover begins unless one is at work.
    pub(crate) fn tick_of_moves(&mut self) {
        if !self.moves.moves_at_all || self.moves.mover.is_some() {
            return;
        }
        if !self.calm && self.moves.changes_left > 0 && self.dice.chance(300) {
            self.moves.changes_left -= 1;
            self.moves.wanted = self.dice.between(1, self.shards.len() as i64) as u16;
            let wanted = self.moves.wanted;
            self.note(format_args!("{wanted} shards are wanted"));
        }
        self.wake(0);
        let fixed = routing::fix(&self.shards[0].db, &self.layout);
        fixed.expect("the layout is kept");
        self.sync(0);
        self.pass_on_erasures();
        self.moves.life += 1;
        self.moves.mover = Some(Mover::towards(self.moves.wanted));
        let life = self.moves.life;
        self.after_hop(Step::MoverAsks { life });
    }

    pub(crate) fn mover_asks(&mut self, life: u64) {
        if self.moves.life != life {
            return;
        }
        while let Some((shard, call)) = self.moves.mover.as_ref().and_then(Mover::next) {
            let number = usize::from(shard);
            let watched = self.is_watched(&call);
            if watched && self.strikes(Fault::HopFails) {
                break;
            }
            let Some(answer) = self.serve(number, &call) else {
                break;
            };
            if watched {
                self.note(format_args!("shard {number} does {:?}", call.step));
                return self.when_durable(number, Step::MoverHears { life, answer });
            }
            self.sync(number);
            self.hear(answer);
        }
        self.moves.stop();
    }

    pub(crate) fn mover_hears(&mut self, life: u64, answer: String) {
        if self.moves.life != life {
            return;
        }
        if self.strikes(Fault::ConsumerDies) {
            self.note(format_args!("the Clock ends while slots move"));
            return self.moves.stop();
        }
        self.hear(answer);
        self.after_hop(Step::MoverAsks { life });
    }

    fn hear(&mut self, answer: String) {
        if let Some(mover) = &mut self.moves.mover {
            mover
                .heard(answer)
                .expect("shards answer in the form of their step");
        }
    }

    /// As `Shard::moves`: one write, after which those who wait for a slot that left are led on.
    fn serve(&mut self, number: usize, call: &Call) -> Option<String> {
        self.wake(number);
        if !self.catch_up(number) {
            return None;
        }
        let (now, good) = (self.wall(), self.failing_statement());
        let db = Breaking::after(good, &self.shards[number].db);
        let answer = db.savepoint(|| moving::serve(&db, call, now));
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.note(format_args!("a step of a move fails: {error}"));
                return None;
            }
        };
        if call.step.changes_slots() {
            self.shards[number].slots.take();
            self.turn_away(number);
        }
        if call.step == MoveStep::Arrive {
            self.after_change(number);
        } else {
            self.wrote(number);
        }
        Some(answer)
    }

    /// Whether a simulated fan is in the slots that this is about.
    fn is_watched(&self, call: &Call) -> bool {
        let slots: Vec<u16> = serde_json::from_str(&call.batch.slots).unwrap_or_default();
        let mut fans = self.fans.iter();
        fans.any(|fan| slots.contains(&Slot::of(&fan.openid).number()))
    }

    /// The Clock tells all shards whom one has erased, and hears of each that its disk has it.
    fn pass_on_erasures(&mut self) {
        for number in 0..self.shards.len() {
            let people = self.serve(number, &Call::about(MoveStep::Erased, ""));
            let Some(people) = people.filter(|people| !people.is_empty()) else {
                continue;
            };
            let forget = Call::about(MoveStep::Forget, people.as_str());
            let mut heard = true;
            for other in 0..self.shards.len() {
                heard &= self.serve(other, &forget).is_some();
                self.sync(other);
            }
            if heard {
                self.serve(number, &Call::about(MoveStep::Told, people));
            }
        }
    }

    /// What of a move is still to be done, if anything.
    pub(crate) fn unmoved(&self) -> Option<&'static str> {
        if !self.moves.moves_at_all {
            return None;
        }
        let layout = routing::fix(&self.shards[0].db, &self.layout).expect("the layout is kept");
        if plan(&layout, self.moves.wanted).left > 0 {
            return Some("slots have yet to move");
        }
        let rows = |table| {
            let statement = format!("SELECT 1 FROM {table} LIMIT 1");
            let any = |db: &fandesk_sqlite::Sqlite| !matches!(db.first(&statement, &[]), Ok(None));
            self.shards.iter().any(|shard| any(&shard.db))
        };
        if rows("move") || rows("parcels") {
            return Some("a move has not ended");
        }
        rows("erased").then_some("a shard has not told the others whom it erased")
    }
}
