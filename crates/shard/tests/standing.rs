//! What a shard says of itself, for alerts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_playbook::Alerts;
use fandesk_shard::alerts::Standing;
use fandesk_shard::alerts::standing::measure;
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::sql::Database as _;
use fandesk_shard::{UnixMillis, events, parked};
use support::{NOW, Shard};

fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

fn standing(shard: &Shard) -> Standing {
    measure(&shard.db, &Alerts::default(), shard.now.get()).unwrap()
}

fn since(standing: &Standing, lane: Lane) -> Option<UnixMillis> {
    let mut lanes = Lane::ALL.into_iter().zip(standing.behind_since);
    lanes.find(|(of, _)| *of == lane).unwrap().1
}

#[test]
fn a_lane_is_behind_since_its_first_failure_until_it_is_flushed() {
    let shard = Shard::new();
    assert_eq!(standing(&shard), Standing::default());
    outbox::failed(&shard.db, Lane::People, NOW, 0).unwrap();
    outbox::failed(&shard.db, Lane::People, NOW.plus(minutes(7)), 0).unwrap();
    assert_eq!(since(&standing(&shard), Lane::People), Some(NOW));
    outbox::succeeded(&shard.db, Lane::People).unwrap();
    assert_eq!(standing(&shard), Standing::default());
}

#[test]
fn the_ledger_is_behind_since_its_oldest_event_that_d1_lacks() {
    let shard = Shard::new();
    shard.say("hello");
    shard.later(minutes(3));
    shard.say("hello?");
    assert_eq!(since(&standing(&shard), Lane::Ledger), Some(NOW));
    let first = events::unflushed(&shard.db, usize::MAX).unwrap()[0].seq;
    let before = events::flushed(&shard.db).unwrap();
    events::flushed_to(&shard.db, before, first).unwrap();
    assert_eq!(
        since(&standing(&shard), Lane::Ledger),
        Some(NOW.plus(minutes(3)))
    );
}

#[test]
fn jobs_are_behind_when_nobody_does_what_is_due() {
    let shard = Shard::new();
    shard.say("查物流 1");
    shard.later(minutes(12));
    assert_eq!(since(&standing(&shard), Lane::Jobs), Some(NOW));
}

#[test]
fn rows_that_d1_refuses_are_counted() {
    let shard = Shard::new();
    parked::park(&shard.db, parked::Parked::Event(1), NOW).unwrap();
    assert_eq!(standing(&shard).parked, 1);
}

#[test]
fn jobs_that_failed_are_counted_for_as_long_as_the_rules_say() {
    let shard = Shard::new();
    shard.say("查物流 1");
    shard
        .db
        .run(
            "UPDATE jobs SET state = 'dead', ended_at = ?",
            &[NOW.into()],
        )
        .unwrap();
    assert_eq!(standing(&shard).failed_jobs, 1);
    shard.later(minutes(60));
    assert_eq!(standing(&shard).failed_jobs, 0);
}
