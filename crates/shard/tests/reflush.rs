//! A D1 that was set back is told again what it lost, and only that.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::time::Duration;

use fandesk_shard::jobs::Report;
use fandesk_shard::mirror::{self, Statement};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::reflush::{ERASURES_KEPT_FOR, MARGIN, reflush, sweep};
use fandesk_shard::sql::{Database, Row};
use fandesk_shard::{UnixMillis, events};
use fandesk_sqlite::Sqlite;
use support::{FAN, GRACE, NOW, SHARD, Shard};

const TABLES: [&str; 7] = [
    "fans",
    "follows",
    "conversations",
    "jobs",
    "erasures",
    "events",
    "payloads",
];

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

    fn of(&self, table: &str) -> &Sqlite {
        match table {
            "events" | "payloads" => &self.ledger,
            _ => &self.people,
        }
    }

    fn rows(&self, table: &str) -> Vec<Row> {
        self.of(table)
            .query(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3"), &[])
            .unwrap()
    }

    /// Everything that it has.
    fn all(&self) -> Vec<(&'static str, Vec<Row>)> {
        TABLES.map(|table| (table, self.rows(table))).to_vec()
    }

    fn run(db: &Sqlite, statements: Vec<Statement>) {
        for Statement { sql, rows } in statements {
            db.run(sql, &["wx1".into(), rows.into()]).unwrap();
        }
    }

    /// Takes all that waits at the shard.
    fn take_from(&self, shard: &Shard) {
        shard.catch_up();
        let people = outbox::waiting(&shard.db, Lane::People, 1_000_000).unwrap();
        let erasures = outbox::waiting(&shard.db, Lane::Ledger, 1_000_000).unwrap();
        let events = events::unflushed(&shard.db, 1_000_000).unwrap();
        Self::run(&self.people, mirror::people(&people));
        Self::run(&self.ledger, mirror::ledger(SHARD, &events, &erasures));
        if !events.is_empty() {
            shard.flushed(&events.iter().map(|event| event.seq).collect::<Vec<_>>());
        }
        let ids: Vec<i64> = people.iter().chain(&erasures).map(|row| row.id).collect();
        outbox::confirm(&shard.db, &ids).unwrap();
    }

    /// Another one with the same rows, as Time Travel would bring it back.
    fn copy(&self) -> Self {
        let copy = Self::new();
        for table in TABLES {
            for Row(values) in self.rows(table) {
                let places = vec!["?"; values.len()].join(", ");
                copy.of(table)
                    .run(&format!("INSERT INTO {table} VALUES ({places})"), &values)
                    .unwrap();
            }
        }
        copy
    }
}

/// Follows, writes, waits for a person, has a job done and another one open.
fn busy(shard: &Shard) {
    shard.event("subscribe", "qrscene_counter-1");
    shard.say("GO");
    shard.say("查物流 12345");
    shard.say("查物流 67890");
    shard.say("人工");
    shard.catch_up();
    let job = shard.jobs().remove(0);
    let lease = shard.lease(&job.id);
    let error = "the business system says no".to_owned();
    shard.settle(&job.id, &lease, Report::Refused { error });
}

#[test]
fn a_d1_that_lost_everything_gets_the_same_rows_again() {
    let (shard, before) = (Shard::new(), D1::new());
    busy(&shard);
    before.take_from(&shard);
    let restored = D1::new();
    reflush(&shard.db, NOW).unwrap();
    restored.take_from(&shard);
    assert_eq!(restored.all(), before.all());
    for table in ["fans", "follows", "conversations", "jobs", "events"] {
        assert!(!restored.rows(table).is_empty(), "{table}");
    }
}

#[test]
fn what_happened_since_comes_back_and_nothing_is_doubled() {
    let (shard, d1) = (Shard::new(), D1::new());
    busy(&shard);
    d1.take_from(&shard);
    let restored = d1.copy();
    shard.later(MARGIN * 3);
    shard.say("GO");
    shard.event("unsubscribe", "");
    d1.take_from(&shard);
    assert_ne!(restored.all(), d1.all());
    // Set back by an hour: of what happened before its margin nothing is sent.
    let since = UnixMillis(shard.now.get().0 - 1000);
    let reflushed = reflush(&shard.db, since).unwrap();
    assert_eq!(reflushed.events, 2);
    restored.take_from(&shard);
    assert_eq!(restored.all(), d1.all());
}

#[test]
fn what_d1_has_stays_as_it_is() {
    let (shard, d1) = (Shard::new(), D1::new());
    busy(&shard);
    d1.take_from(&shard);
    let before = d1.all();
    for _ in 0..2 {
        reflush(&shard.db, NOW).unwrap();
        d1.take_from(&shard);
        assert_eq!(d1.all(), before);
    }
}

#[test]
fn who_was_erased_since_is_erased_again() {
    let (shard, d1) = (Shard::new(), D1::new());
    busy(&shard);
    shard.event("unsubscribe", "");
    d1.take_from(&shard);
    let restored = d1.copy();
    shard.later(GRACE + Duration::from_secs(1));
    assert_eq!(shard.erase_due().unwrap(), 1);
    d1.take_from(&shard);
    // The events of then are long forgotten here: only the name of the erased tells.
    events::sweep(&shard.db, shard.now.get()).unwrap();
    assert_eq!(shard.events().len(), 0);
    reflush(&shard.db, shard.now.get()).unwrap();
    restored.take_from(&shard);
    for table in TABLES {
        let told = format!("{:?}", restored.rows(table));
        assert!(
            !told.contains(FAN) && !told.contains("12345"),
            "{table}: {told}"
        );
    }
    assert_eq!(restored.rows("events"), d1.rows("events"));
    assert_eq!(restored.rows("erasures").len(), 1);
}

#[test]
fn a_flush_that_began_before_does_not_hide_what_is_sent_again() {
    let (shard, restored) = (Shard::new(), D1::new());
    shard.say("GO");
    D1::new().take_from(&shard);
    shard.say("GO");
    let flushed = events::flushed(&shard.db).unwrap();
    let under_way = events::unflushed(&shard.db, 1_000_000).unwrap();
    assert_eq!(under_way.len(), 1);
    reflush(&shard.db, NOW).unwrap();
    events::flushed_to(&shard.db, flushed, under_way[0].seq).unwrap();
    restored.take_from(&shard);
    assert_eq!(restored.rows("events").len(), 2);
}

#[test]
fn a_moment_after_everything_sends_nothing() {
    let (shard, d1) = (Shard::new(), D1::new());
    shard.say("GO");
    d1.take_from(&shard);
    let later = NOW.plus(MARGIN + Duration::from_secs(1));
    let reflushed = reflush(&shard.db, later).unwrap();
    assert_eq!((reflushed.events, reflushed.rows), (0, 0));
}

#[test]
fn erasures_are_remembered_for_as_long_as_d1_can_be_set_back() {
    let shard = Shard::new();
    shard.event("subscribe", "");
    shard.event("unsubscribe", "");
    shard.later(GRACE + Duration::from_secs(1));
    assert_eq!(shard.erase_due().unwrap(), 1);
    let remembered = |at: UnixMillis| {
        sweep(&shard.db, at).unwrap();
        shard
            .db
            .query("SELECT fan_ref FROM erasures", &[])
            .unwrap()
            .len()
    };
    let erased_at = shard.now.get();
    assert!(ERASURES_KEPT_FOR > Duration::from_secs(30 * 24 * 60 * 60));
    assert_eq!(
        remembered(erased_at.plus(ERASURES_KEPT_FOR - Duration::from_secs(1))),
        1
    );
    assert_eq!(remembered(erased_at.plus(ERASURES_KEPT_FOR)), 0);
}
