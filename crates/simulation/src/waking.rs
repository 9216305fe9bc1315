//! A shard wakes, by a timer or by its alarm, and does what is due: the steps of `src/fan_shard/alarm.rs`.

use fandesk_shard::jobs::rows;
use fandesk_shard::outbox::Lane;
use fandesk_shard::sql::{Database, SqlError};
use fandesk_shard::{UnixMillis, erase, events, forwards, identities, jobs, moving, reflush, wake};

use crate::breaking::Breaking;
use crate::step::Step;
use crate::weather::Fault;
use crate::world::World;

/// When the shard wakes at the latest, if something went wrong on the way. As in `src/fan_shard`.
const WAKE_AGAIN_AFTER: std::time::Duration = std::time::Duration::from_secs(60);

/// How far ahead a timer reaches; the alarm is the net under it. As in `src/fan_shard`.
const NET: std::time::Duration = std::time::Duration::from_secs(10);

impl World<'_> {
    /// A timer for what is near, and the alarm as the net under it.
    pub(crate) fn wake_at(&mut self, number: usize, at: UnixMillis) {
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
        let mut given_up = 0;
        for chore in 0..5 {
            let good = self.failing_statement();
            let playbook = Some(self.playbook);
            let shard = &self.shards[number];
            let swept_at = shard.swept_at;
            let db = Breaking::after(good, &shard.db);
            let done: Result<(), SqlError> = db.savepoint(|| match chore {
                0 => jobs::settle::expire(&db, playbook, now),
                1 => rows::ring_due(&db, now),
                2 => forwards::give_up(&db, now).map(|copies| given_up = copies),
                3 => erase::erase_due(&db, now).map(drop),
                _ if swept_at.is_some_and(|at| now < at.plus(events::SWEPT_EVERY)) => Ok(()),
                _ => {
                    rows::sweep(&db, now)?;
                    events::sweep(&db, now)?;
                    forwards::sweep(&db, now)?;
                    identities::sweep(&db, now)?;
                    moving::sweep(&db, now)?;
                    reflush::sweep(&db, now)
                }
            });
            match done {
                Ok(()) if chore == 2 => self.shards[number].given_up += given_up,
                Ok(()) if chore == 4 => {
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
}
