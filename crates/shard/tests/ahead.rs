//! The ledger runs ahead of the tables of fans, and nobody can tell.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::sql::Database;
use fandesk_shard::{Recent, ahead, events, fan, schema};
use fandesk_sqlite::Sqlite;
use proptest::prelude::*;
use support::{FAN, NOW, Shard, text};

fn tables(shard: &Shard) -> Vec<Vec<fandesk_shard::sql::Row>> {
    [
        "SELECT * FROM fans ORDER BY openid",
        "SELECT * FROM fan_events ORDER BY openid, seq",
        "SELECT seq, kind, hit, payload, reply FROM events ORDER BY seq",
        "SELECT key, body FROM outbox ORDER BY key",
    ]
    .iter()
    .map(|statement| shard.db.query(statement, &[]).unwrap())
    .collect()
}

#[test]
fn a_menu_is_walked_while_the_table_of_fans_is_still_empty() {
    let shard = Shard::new();
    shard.say("menu");
    assert!(text(&shard.say("1")).starts_with("phones"));
    let fans = shard.db.query("SELECT openid FROM fans", &[]).unwrap();
    assert_eq!(fans.len(), 0);
    assert!(shard.fan().place.is_some());
}

#[test]
fn after_a_crash_the_fan_stands_where_the_ledger_says() {
    let shard = Shard::new();
    shard.say("menu");
    shard.say("1");
    shard.forget_what_is_in_memory();
    assert!(text(&shard.say("1")).starts_with("repairs"));
}

#[test]
fn a_group_that_fails_leaves_no_fan_in_memory() {
    let shard = Shard::new();
    shard.say("menu");
    shard
        .db
        .run(
            "CREATE TRIGGER poison BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'poisoned'); END",
            &[],
        )
        .unwrap();
    assert!(shard.message(FAN, 100, "1").is_err());
    shard.db.run("DROP TRIGGER poison", &[]).unwrap();
    // Were the step in memory, this would be the second.
    assert!(text(&shard.say("1")).starts_with("phones"));
}

#[test]
fn d1_hears_of_a_new_fan_once_and_of_their_newest_state() {
    let shard = Shard::new();
    shard.event("subscribe", "");
    shard.later(std::time::Duration::from_secs(1));
    shard.event("unsubscribe", "");
    shard.catch_up();
    let rows = outbox::waiting(&shard.db, Lane::People, i64::MAX).unwrap();
    let fans: Vec<_> = rows
        .iter()
        .filter(|row| row.key.starts_with("fans:"))
        .collect();
    assert_eq!(fans.len(), 1);
    let body: serde_json::Value = serde_json::from_str(&fans[0].body).unwrap();
    assert_eq!((&body["rev"], &body["followed"]), (&2.into(), &0.into()));
    assert_eq!(body["openid"], FAN);
}

#[test]
fn what_was_kept_before_the_ledger_ran_ahead_is_found_and_flushed_as_before() {
    let db = Sqlite::new().unwrap();
    schema::migrate(&db).unwrap();
    let later = [
        "goal",
        "owners",
        "history",
        "move",
        "slots",
        "parcels",
        "message_keys",
        "left_jobs",
        "roster",
        "roster_until",
        "erased",
        "erasures",
        "forwards",
        "forwards_given_up",
        "fan_tags",
        "identities",
        "hand_over_rate",
    ];
    for table in later {
        db.run(&format!("DROP TABLE {table}"), &[]).unwrap();
    }
    // As the second step left a shard: events with marks, of which the first two are flushed.
    for statement in [
        "DROP TABLE progress",
        "DROP TABLE fan_events",
        "ALTER TABLE events DROP COLUMN fan",
        "CREATE INDEX events_by_fan ON events (openid, seq) WHERE openid IS NOT NULL",
        "CREATE INDEX events_to_flush ON events (seq) WHERE flushed = 0",
        "ALTER TABLE lanes DROP COLUMN failing_since",
        "ALTER TABLE fans DROP COLUMN desk",
        "ALTER TABLE conversations DROP COLUMN revision",
        "ALTER TABLE conversations DROP COLUMN changed_at",
        "DELETE FROM steps WHERE step >= 3",
        "INSERT INTO events (openid, kind, occurred_at, received_at, payload, flushed) \
         VALUES ('oA', 'text', 1, 1, '{}', 1), ('oB', 'text', 2, 2, '{}', 1), ('oA', 'text', 3, 3, '{}', 0)",
    ] {
        db.run(statement, &[]).unwrap();
    }
    schema::migrate(&db).unwrap();
    ahead::catch_up(&db, &mut Recent::default()).unwrap();
    let seqs =
        |events: Vec<events::Event>| events.iter().map(|event| event.seq).collect::<Vec<_>>();
    assert_eq!(seqs(events::unflushed(&db, usize::MAX).unwrap()), [3]);
    let of_a = events::list(&db, Some("oA"), 0, 100, usize::MAX).unwrap();
    assert_eq!(seqs(of_a), [1, 3]);
    assert_eq!(fan::load(&db, "oA").unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whenever the tables catch up, and whatever the memory loses, fans get the same answers and the tables come out the same.
    #[test]
    fn when_the_tables_catch_up_makes_no_difference(
        steps in prop::collection::vec((0..4_u8, 0..8_usize, 0..3_u8), 1..40)
    ) {
        const WORDS: [&str; 8] = ["menu", "1", "0", "GO", "TD", "人工", "查物流 12345", "hello"];
        let (one, other) = (Shard::new(), Shard::new());
        for (nth, (who, word, then)) in (1_u64..).zip(&steps) {
            let openid = format!("oFan{who}");
            let answers = [&one, &other].map(|shard| shard.message(&openid, nth, WORDS[*word]).unwrap());
            prop_assert_eq!(&answers[0], &answers[1]);
            one.catch_up();
            match then {
                0 => other.catch_up(),
                1 => other.forget_what_is_in_memory(),
                _ => {}
            }
        }
        other.catch_up();
        prop_assert_eq!(tables(&one), tables(&other));
        prop_assert_eq!(one.now.get(), NOW);
    }
}
