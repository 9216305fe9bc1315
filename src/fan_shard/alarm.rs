//! When a shard wakes by itself: a timer for what is near, the object's alarm for what is far, and as the net under the timer.
//!
//! An alarm is a durable write of its own, synced apart from the object's SQLite, and everything that a shard receives has to
//! be carried on seconds later. Setting an alarm each time would cost as many syncs as the messages themselves. So the
//! near wake-ups are timers in memory. They are lost with the instance; then the alarm, which is set at most once in [`NET`] and
//! always with something to do, wakes the next one, and whoever asks the shard first wakes it earlier.
//!
//! Correct as long as whatever has to be done later is found in the tables at each waking (see `fandesk_shard::wake`).

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use fandesk_shard::{UnixMillis, wake};
use worker::Delay;

use super::Shard;
use crate::alarm::{self, WAKE_AGAIN_AFTER};
use crate::log;
use crate::random::now;

/// How far ahead a timer reaches, and how long at most after a crash a shard sleeps that has something to do.
const NET: Duration = Duration::from_secs(10);

/// What is set, as far as this instance knows.
#[derive(Default)]
pub(super) struct Wake {
    alarm: RefCell<wake::Alarm>,
    timer: RefCell<wake::Alarm>,
}

impl Shard {
    /// The alarm came. It is set again before anything is tried, so that a crash at any point leaves a shard that wakes.
    pub(super) fn alarm_rang(self: &Rc<Self>) {
        self.wake.alarm.borrow_mut().went_off();
        self.set_alarm(now().plus(WAKE_AGAIN_AFTER));
        self.do_what_is_due();
        self.wake.alarm.borrow_mut().went_off();
        if !self.wake_for_what_is_due() {
            alarm::take_back(&self.state, "shard");
        }
    }

    fn do_what_is_due(self: &Rc<Self>) {
        if self.catch_up_or_log() {
            self.housekeeping();
            self.start_flushes();
        }
    }

    /// Wakes the shard when the tables say; false when nothing is due at all.
    pub(super) fn wake_for_what_is_due(self: &Rc<Self>) -> bool {
        match wake::next(&self.db, now(), |lane| self.lanes.is_busy(lane)) {
            Ok(Some(at)) => self.wake_at(at),
            Ok(None) => return false,
            Err(error) => {
                log::error("shard", "the schedule is unreadable", &[("reason", &error)]);
                self.wake_at(now().plus(WAKE_AGAIN_AFTER));
            }
        }
        true
    }

    /// Makes sure that the shard wakes at `at` or earlier.
    pub(super) fn wake_at(self: &Rc<Self>, at: UnixMillis) {
        let net = now().plus(NET);
        if at < net {
            self.set_timer(at);
        }
        self.set_alarm(at.max(net));
    }

    fn set_timer(self: &Rc<Self>, at: UnixMillis) {
        if !self.wake.timer.borrow_mut().arm(at, now()) {
            return;
        }
        let shard = Rc::clone(self);
        let left = u64::try_from(at.0.saturating_sub(now().0)).unwrap_or(0);
        self.state.wait_until(async move {
            Delay::from(Duration::from_millis(left)).await;
            // An earlier timer, set since, has done the work; it set this one again if there is more.
            if shard.wake.timer.borrow().is_set_for(at) {
                shard.wake.timer.borrow_mut().went_off();
                shard.do_what_is_due();
                shard.wake_for_what_is_due();
            }
        });
    }

    /// Makes sure that the alarm comes at `at` or earlier.
    fn set_alarm(&self, at: UnixMillis) {
        alarm::set(&self.state, &self.wake.alarm, "shard", at);
    }
}
