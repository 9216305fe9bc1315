//! What a destination refuses holds back nothing else.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use fandesk_desk::UnixMillis;
use fandesk_desk::rows::outbox::{self, Lane, Vain, Waiting};
use serde_json::json;
use support::kept::{Kept, one_agent};
use support::{MINUTE, opened};

/// Cases that wait for D1, at a moment.
fn waiting(kept: &Kept, at: i64) -> Vec<Waiting> {
    outbox::waiting(&kept.db, Lane::Cases, UnixMillis(at), 10).unwrap()
}

/// Gives what waits to a D1 that answers so to a conversation's row.
fn give(
    kept: &Kept,
    d1: impl Fn(&str) -> Option<Result<(), &'static str>>,
) -> Option<Vain<&'static str>> {
    let until = UnixMillis(kept.now + MINUTE);
    let rows = waiting(kept, kept.now);
    let given = outbox::one_by_one(&kept.db, rows, async |row| d1(&row.key), |_| until);
    match pin!(given).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(given) => given.unwrap(),
        Poll::Pending => panic!("nothing is waited for"),
    }
}

fn three_cases() -> Kept {
    let mut kept = one_agent();
    for id in ["3.1", "3.2", "3.3"] {
        kept.row(id, "opened", id, opened(json!({})));
    }
    kept
}

fn keys(rows: &[Waiting]) -> Vec<&str> {
    rows.iter().map(|row| row.key.as_str()).collect()
}

#[test]
fn a_row_that_is_never_taken_holds_back_no_other() {
    let kept = three_cases();
    let vain = give(&kept, |id| {
        Some(if id == "3.2" { Err("no") } else { Ok(()) })
    });
    assert_eq!(vain, Some(Vain::Refused("no")));
    assert!(waiting(&kept, kept.now).is_empty());
    let left = waiting(&kept, kept.now + MINUTE);
    assert_eq!((keys(&left), left[0].tries), (vec!["3.2"], 1));
}

#[test]
fn when_no_answer_comes_all_that_are_left_wait() {
    let kept = three_cases();
    let vain = give(&kept, |id| (id == "3.1").then_some(Ok(())));
    assert_eq!(vain, Some(Vain::Silent));
    assert!(waiting(&kept, kept.now).is_empty());
    assert_eq!(keys(&waiting(&kept, kept.now + MINUTE)), ["3.2", "3.3"]);
}

#[test]
fn what_is_taken_row_by_row_is_told() {
    let kept = three_cases();
    assert_eq!(give(&kept, |_| Some(Ok(()))), None);
    assert_eq!(outbox::due(&kept.db, Lane::Cases).unwrap(), None);
}
