//! The alarm of a Durable Object: set when it is not set for as early already, and taken back when nothing is due.

use std::cell::RefCell;
use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::wake::Alarm;
use futures_util::FutureExt;
use worker::State;

use crate::log;
use crate::random::now;

/// When an object wakes at the latest, if something went wrong on the way.
pub(crate) const WAKE_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// Makes sure that the alarm comes at `at` or earlier. `known` is what this instance knows of it, `part` is for the log.
pub(crate) fn set(state: &State, known: &RefCell<Alarm>, part: &'static str, at: UnixMillis) {
    if !known.borrow_mut().arm(at, now()) {
        return;
    }
    let storage = state.storage();
    let offset = at.0.saturating_sub(now().0).max(0);
    begin(state, part, "an alarm was not set", async move {
        storage.set_alarm(offset).await
    });
}

/// An object that has forgotten everything would else wake each minute for ever.
pub(crate) fn take_back(state: &State, part: &'static str) {
    let storage = state.storage();
    begin(state, part, "an alarm was not deleted", async move {
        storage.delete_alarm().await
    });
}

/// Begins here and now, so that a change of the alarm is part of the same write as its cause, and comes before later ones.
fn begin(
    state: &State,
    part: &'static str,
    failure: &'static str,
    change: impl Future<Output = worker::Result<()>> + 'static,
) {
    let mut change = change.boxed_local();
    if (&mut change).now_or_never().is_none() {
        state.wait_until(async move {
            if let Err(error) = change.await {
                log::error(part, failure, &[("reason", &error)]);
            }
        });
    }
}
