//! What reaches D1, and what an erase leaves there. D1 is SQLite, so the statements run here as they run there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::mirror::{self, Statement};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::sql::{Database, Row, Value};
use fandesk_shard::{events, wake};
use fandesk_sqlite::Sqlite;
use support::{FAN, GRACE, SHARD, Shard};

struct D1 {
    people: Sqlite,
    ledger: Sqlite,
}

impl D1 {
    fn new() -> Self {
        let (people, ledger) = (Sqlite::new().unwrap(), Sqlite::new().unwrap());
        people
            .run_script(include_str!("../../../migrations/db/0001_people.sql"))
            .unwrap();
        for migration in support::LEDGER {
            ledger.run_script(migration).unwrap();
        }
        Self { people, ledger }
    }

    fn run(db: &Sqlite, statements: Vec<Statement>) {
        for Statement { sql, rows } in statements {
            db.run(sql, &["wx1".into(), rows.into()]).unwrap();
        }
    }

    fn count(&self, statement: &str) -> i64 {
        let db = if statement.contains("payloads") || statement.contains("events") {
            &self.ledger
        } else {
            &self.people
        };
        db.first(statement, &[])
            .unwrap()
            .and_then(|row| row.integer(0))
            .unwrap()
    }
}

fn people(shard: &Shard) -> (Vec<outbox::Waiting>, Vec<Statement>) {
    shard.catch_up();
    let rows = outbox::waiting(&shard.db, Lane::People, 1_000_000).unwrap();
    let statements = mirror::people(&rows);
    (rows, statements)
}

fn flush(shard: &Shard, d1: &D1) {
    let (rows, statements) = people(shard);
    D1::run(&d1.people, statements);
    let erasures = outbox::waiting(&shard.db, Lane::Ledger, 1_000_000).unwrap();
    let events = events::unflushed(&shard.db, 1_000_000).unwrap();
    D1::run(&d1.ledger, mirror::ledger(SHARD, &events, &erasures));
    shard.flushed(&events.iter().map(|event| event.seq).collect::<Vec<_>>());
    outbox::confirm(
        &shard.db,
        &rows
            .iter()
            .chain(&erasures)
            .map(|row| row.id)
            .collect::<Vec<_>>(),
    )
    .unwrap();
}

#[test]
fn everything_reaches_d1_once_however_often_it_is_sent() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.event("subscribe", "");
    shard.say("查物流 12345");
    shard.say("人工");
    let (_, statements) = people(&shard);
    D1::run(&d1.people, statements);
    let events = events::unflushed(&shard.db, 1_000_000).unwrap();
    D1::run(&d1.ledger, mirror::ledger(SHARD, &events, &[]));
    flush(&shard, &d1);
    assert_eq!(d1.count("SELECT count(*) FROM events"), 4);
    assert_eq!(d1.count("SELECT count(*) FROM payloads"), 4);
    for table in ["fans", "follows", "conversations", "jobs"] {
        assert_eq!(
            d1.count(&format!("SELECT count(*) FROM {table}")),
            1,
            "{table}"
        );
    }
}

#[test]
fn an_older_copy_never_overwrites_a_newer_one() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.event("subscribe", "");
    let (_, older) = people(&shard);
    shard.later(Duration::from_secs(1));
    shard.event("unsubscribe", "");
    flush(&shard, &d1);
    D1::run(&d1.people, older);
    assert_eq!(d1.count("SELECT followed FROM fans"), 0);
    assert_eq!(
        d1.count("SELECT count(*) FROM follows WHERE ended_at IS NOT NULL"),
        1
    );
}

#[test]
fn a_row_that_changed_during_its_flush_is_sent_again() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.event("subscribe", "");
    let (sent, statements) = people(&shard);
    shard.later(Duration::from_secs(1));
    shard.event("unsubscribe", "");
    D1::run(&d1.people, statements);
    outbox::confirm(
        &shard.db,
        &sent.iter().map(|row| row.id).collect::<Vec<_>>(),
    )
    .unwrap();
    flush(&shard, &d1);
    assert_eq!(d1.count("SELECT followed FROM fans"), 0);
}

#[test]
fn a_flush_is_cut_by_bytes_but_never_empty() {
    let shard = Shard::new();
    for _ in 0..10 {
        shard.say("hello");
    }
    assert_eq!(events::unflushed(&shard.db, 1).unwrap().len(), 1);
    let few = events::unflushed(&shard.db, 1500).unwrap().len();
    assert!((2..10).contains(&few), "{few}");
    shard.say("人工");
    assert_eq!(
        outbox::waiting(&shard.db, Lane::People, 1).unwrap().len(),
        1
    );
}

#[test]
fn the_grace_period_erases_the_person_and_keeps_the_counts() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.event("subscribe", "");
    shard.say("查物流 12345");
    shard.say("人工");
    flush(&shard, &d1);
    shard.event("unsubscribe", "");
    shard.later(GRACE);
    assert_eq!(shard.erase_due().unwrap(), 1);
    flush(&shard, &d1);

    assert_eq!(d1.count("SELECT count(*) FROM fans"), 0);
    assert_eq!(d1.count("SELECT count(*) FROM payloads"), 0);
    assert_eq!(
        d1.count("SELECT count(*) FROM jobs WHERE openid IS NOT NULL OR state = 'waiting'"),
        0
    );
    assert_eq!(d1.count("SELECT count(*) FROM events"), 5);
    assert_eq!(d1.count("SELECT count(*) FROM follows"), 1);
    let traces = [
        "events",
        "fans",
        "jobs",
        "outbox",
        "conversations",
        "follows",
        "layout",
        "playbook",
        "lanes",
    ];
    for table in traces {
        let rows = shard
            .db
            .query(&format!("SELECT * FROM {table}"), &[])
            .unwrap();
        assert!(
            !rows.iter().any(mentions_the_fan),
            "{table} still names the fan"
        );
    }
}

fn mentions_the_fan(row: &Row) -> bool {
    row.0.iter().any(
        |value| matches!(value, Value::Text(text) if text.contains(FAN) || text.contains("12345")),
    )
}

#[test]
fn a_flush_in_flight_during_an_erase_brings_nothing_back() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.event("subscribe", "");
    shard.say("hello");
    let (_, late_people) = people(&shard);
    let late_events = mirror::ledger(
        SHARD,
        &events::unflushed(&shard.db, 1_000_000).unwrap(),
        &[],
    );
    shard.event("unsubscribe", "");
    shard.later(GRACE);
    shard.erase_due().unwrap();
    flush(&shard, &d1);
    D1::run(&d1.people, late_people);
    D1::run(&d1.ledger, late_events);
    assert_eq!(d1.count("SELECT count(*) FROM fans"), 0);
    assert_eq!(d1.count("SELECT count(*) FROM payloads"), 0);
    assert_eq!(d1.count("SELECT count(*) FROM events"), 3);
}

#[test]
fn a_flush_in_flight_during_an_erase_leaves_nothing_open() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.say("查物流 12345");
    shard.say("人工");
    let (_, late) = people(&shard);
    shard.event("unsubscribe", "");
    shard.later(GRACE);
    shard.erase_due().unwrap();
    flush(&shard, &d1);
    D1::run(&d1.people, late);
    let dead = "SELECT count(*) FROM jobs WHERE state = 'dead' AND last_error IS NOT NULL AND openid IS NULL";
    assert_eq!(d1.count(dead), 1);
    assert_eq!(d1.count("SELECT count(*) FROM jobs"), 1);
    assert_eq!(
        d1.count("SELECT count(*) FROM conversations WHERE state = 'closed'"),
        1
    );
}

#[test]
fn a_return_within_the_grace_period_restores() {
    let shard = Shard::new();
    shard.event("subscribe", "");
    let before = shard.fan().fan_ref;
    shard.later(Duration::from_secs(1));
    shard.event("unsubscribe", "");
    shard.later(GRACE.saturating_sub(Duration::from_secs(1)));
    shard.event("subscribe", "");
    shard.later(Duration::from_secs(3600));
    assert_eq!(shard.erase_due().unwrap(), 0);
    assert_eq!(shard.fan().fan_ref, before);
}

#[test]
fn a_return_after_an_erase_is_a_new_person() {
    let shard = Shard::new();
    shard.event("subscribe", "");
    let before = shard.fan().fan_ref;
    shard.event("unsubscribe", "");
    shard.later(GRACE);
    shard.erase_due().unwrap();
    shard.event("subscribe", "");
    assert_ne!(shard.fan().fan_ref, before);
}

#[test]
fn a_retry_during_an_erase_changes_nothing() {
    let shard = Shard::new();
    shard.event("unsubscribe", "");
    shard.now.set(shard.now.get().plus(GRACE));
    shard.erase_due().unwrap();
    assert_eq!(shard.events().len(), 1);
    assert!(fandesk_shard::fan::load(&shard.db, FAN).unwrap().is_none());
}

#[test]
fn the_shard_wakes_for_what_waits_and_sleeps_when_all_is_done() {
    let (shard, d1) = (Shard::new(), D1::new());
    assert_eq!(
        wake::next(&shard.db, shard.now.get(), |_| false).unwrap(),
        None
    );
    shard.say("hello");
    assert_eq!(
        wake::next(&shard.db, shard.now.get(), |_| false).unwrap(),
        Some(shard.now.get().plus(outbox::GATHER_FOR))
    );
    flush(&shard, &d1);
    // Nothing is left but to forget the event one day.
    assert_eq!(
        wake::next(&shard.db, shard.now.get(), |_| false).unwrap(),
        Some(
            shard
                .now
                .get()
                .plus(events::KEPT_FOR)
                .plus(events::SWEPT_EVERY)
        )
    );
}

#[test]
fn a_failing_lane_waits_longer_each_time_and_at_most_a_minute_or_so() {
    let shard = Shard::new();
    shard.say("hello");
    let mut waits = Vec::new();
    for _ in 0..12 {
        outbox::failed(&shard.db, Lane::Ledger, shard.now.get(), 128).unwrap();
        let due = outbox::due(&shard.db, Lane::Ledger, shard.now.get())
            .unwrap()
            .unwrap();
        waits.push(due.0 - shard.now.get().0);
    }
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(
        (900..1100).contains(&waits[0]) && (55_000..75_001).contains(&waits[11]),
        "{waits:?}"
    );
    assert!(!outbox::may_flush(&shard.db, Lane::Ledger, shard.now.get()).unwrap());
    outbox::succeeded(&shard.db, Lane::Ledger).unwrap();
    assert!(outbox::may_flush(&shard.db, Lane::Ledger, shard.now.get()).unwrap());
}

#[test]
fn events_are_forgotten_in_order_and_never_before_d1_has_them() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.say("1");
    flush(&shard, &d1);
    shard.say("2");
    shard.later(events::KEPT_FOR);
    events::sweep(&shard.db, shard.now.get()).unwrap();
    assert_eq!(
        shard
            .events()
            .iter()
            .map(|event| event.seq)
            .collect::<Vec<_>>(),
        [2]
    );
    assert_eq!(events::kept_from(&shard.db).unwrap(), 2);
    flush(&shard, &d1);
    events::sweep(&shard.db, shard.now.get()).unwrap();
    assert_eq!(events::kept_from(&shard.db).unwrap(), 3);
}

#[test]
fn what_is_kept_has_no_gap_when_the_clock_was_set_back() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.say("1");
    shard
        .now
        .set(shard.now.get().minus(Duration::from_secs(600)));
    shard.say("2");
    flush(&shard, &d1);
    shard.later(events::KEPT_FOR);
    events::sweep(&shard.db, shard.now.get()).unwrap();
    assert_eq!(events::kept_from(&shard.db).unwrap(), 1);
    assert_eq!(shard.events().len(), 2);
}

#[test]
fn a_lane_that_waits_for_its_destination_is_not_due_all_the_time() {
    let shard = Shard::new();
    shard.say("1");
    outbox::failed(&shard.db, Lane::Ledger, shard.now.get(), 0).unwrap();
    outbox::failed(&shard.db, Lane::People, shard.now.get(), 0).unwrap();
    shard.later(Duration::from_secs(10));
    let next = |flushing| wake::next(&shard.db, shard.now.get(), |_| flushing).unwrap();
    assert!(next(false) < Some(shard.now.get()));
    assert!(next(true) > Some(shard.now.get()));
}
