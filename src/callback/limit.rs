//! Who sends many callbacks that are refused is turned away for a while: one count an isolate, by the rules of [`crate::refusals`].

use std::cell::RefCell;

use wechat::Query;

use super::words::{Words, say};
use crate::log;
use crate::random::now;
use crate::refusals::Refusals;
use crate::settings::Settings;

thread_local! {
    static REFUSALS: RefCell<Refusals> = const { RefCell::new(Refusals::new()) };
}

/// Whether somebody is over the limit, so that [`turn_away`] has to be asked.
pub(super) fn limiting() -> bool {
    REFUSALS.with_borrow(Refusals::limiting)
}

/// Writes into the log how many callbacks were refused since it was last said, if that is due.
pub(crate) fn tell_refusals() {
    let Some(tally) = REFUSALS.with_borrow_mut(|refusals| refusals.tell(now())) else {
        return;
    };
    log::warn(
        "callback",
        "callbacks were refused",
        &[
            ("unsigned", &tally.unsigned),
            ("malformed", &tally.malformed),
            ("too_large", &tally.too_large),
            ("turned_away", &tally.turned_away),
            ("reason", &tally.reason),
        ],
    );
}

/// The answer to one who is over the limit of refused callbacks. Whoever signs is heard all the same.
pub(super) fn turn_away(settings: &Settings, query: &Query, address: &str) -> Option<Words> {
    let now = now();
    let over = REFUSALS.with_borrow_mut(|refusals| refusals.turns_away(address, now));
    if !over || settings.keyring.is_signed(query, now.seconds()) {
        return None;
    }
    REFUSALS.with_borrow_mut(Refusals::turned_away);
    tell_refusals();
    Some(too_many())
}

/// Counts a refusal. One too many is answered so.
pub(super) fn count(words: &mut Words, address: &str) {
    if !matches!(words.status, 400 | 401 | 413) {
        return;
    }
    let over = REFUSALS
        .with_borrow_mut(|refusals| refusals.count(address, words.status, &words.text, now()));
    tell_refusals();
    if over {
        *words = too_many();
    }
}

fn too_many() -> Words {
    say(429, "too many refused callbacks: wait a minute".to_owned())
}
