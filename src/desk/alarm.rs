//! When the desk wakes by itself: for a deadline, to see who is still there, to tell what waits.
//!
//! Deadlines are promised to the second, whatever happens to this instance, so they are the object's alarm, which outlives it, and not a
//! timer in memory. While consoles watch, the next look at them is nearly always what comes first, so that a message seldom sets
//! the alarm anew, which would be a write of its own.
//!
//! Correct as long as whatever has to be done later is found in the model, the sockets or the outbox at each waking.

use std::rc::Rc;
use std::time::Duration;

use fandesk_desk::{Command, rows};
use fandesk_shard::UnixMillis;

use super::Service;
use crate::alarm::{self, WAKE_AGAIN_AFTER};
use crate::log;
use crate::random::now;

/// Between two times of forgetting old rows.
const SWEPT_EVERY: Duration = Duration::from_secs(300);

impl Service {
    /// The alarm came. It is set again before anything is tried, so that a crash at any point leaves a desk that wakes.
    pub(super) fn alarm_rang(self: &Rc<Self>) {
        self.alarm.borrow_mut().went_off();
        self.set_alarm(now().plus(WAKE_AGAIN_AFTER));
        self.turn_or_log(Command::Tick);
        self.look_who_is_there();
        self.start_telling();
        self.sweep();
        self.alarm.borrow_mut().went_off();
        if !self.wake_for_what_is_due() {
            alarm::take_back(&self.state, "desk");
        }
    }

    /// Wakes the desk when something is due; false when nothing is at all.
    pub(super) fn wake_for_what_is_due(&self) -> bool {
        let deadline = self.model.borrow().next_due(now());
        let due = [deadline, self.next_look(), self.next_telling()];
        match due.into_iter().flatten().min() {
            Some(at) => {
                self.set_alarm(at);
                true
            }
            None => false,
        }
    }

    /// Makes sure that the alarm comes at `at` or earlier.
    fn set_alarm(&self, at: UnixMillis) {
        alarm::set(&self.state, &self.alarm, "desk", at);
    }

    /// Forgets what is old: keys of rows that were taken, what consoles were told.
    fn sweep(&self) {
        let now = now();
        let lately = |at: UnixMillis| at <= now && now < at.plus(SWEPT_EVERY);
        if self.swept_at.get().is_some_and(lately) {
            return;
        }
        self.swept_at.set(Some(now));
        if let Err(error) = rows::sweep(&self.db, now) {
            log::error("desk", "old rows were not forgotten", &[("reason", &error)]);
        }
    }
}
