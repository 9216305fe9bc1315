//! Numbers at the ends of what fits, and JSON of any kind, do no harm: the desk neither panics nor turns for ever.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::team::Team;
use fandesk_desk::{Arrived, Command, Deed, Desk, Role, UnixMillis, Who};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{MORNING, person, who};

fn numbers() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(-1),
        Just(i64::MAX),
        Just(i64::MIN),
        Just(MORNING),
        -100_000_000_i64..100_000_000,
    ]
}

/// JSON of any kind, with names that mean something now and then.
fn anything() -> impl Strategy<Value = Value> {
    let names = &[
        "id", "team", "policy", "by_tag", "hours", "zone", "roster", "type", "entry", "text", "at",
    ][..];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        numbers().prop_map(Value::from),
        "[a-z+:0-9]{0,6}".prop_map(Value::from),
        prop::sample::select(names).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, move |inner| {
        let members = prop::collection::btree_map(prop::sample::select(names), inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

fn teams() -> impl Strategy<Value = Value> {
    let hours = prop_oneof![
        Just(Value::Null),
        Just(json!({ "zone": "+08:00", "open": [{ "times": ["09:00-18:00"] }] })),
        Just(json!({ "zone": "-12:00", "open": [] })),
    ];
    (hours, prop::collection::vec(numbers(), 9)).prop_map(|(hours, n)| {
        json!({ "id": "desk", "hours": hours, "reopen_days": n[0], "fallback": { "team": "sales", "after_ms": n[1] },
            "roster": [{ "person": "an", "from": n[2], "until": n[3] }],
            "policy": { "first_answer_ms": n[4].max(0), "next_answer_ms": n[5].max(0), "resolution_ms": n[6].max(0),
                "warn_ms": n[7].max(0), "by_tag": { "complaint": { "first_answer_ms": n[8].max(0), "priority": n[8] } } } })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_the_numbers_are_every_turn_ends(
        team in teams(),
        rows in prop::collection::vec((
            prop::sample::select(&["opened", "wrote", "sent", "ended", "reopened", "asked_position"][..]),
            numbers(), numbers(), numbers()), 1..8),
    ) {
        let mut desk = Desk::default();
        let people = vec![person("an", 3, &["desk"], &[])];
        let teams = vec![team, json!({ "id": "sales" })];
        desk.turn(Command::Staff { rev: 1, people, teams }, UnixMillis(MORNING)).1.unwrap();
        let agent = "an".to_owned();
        desk.turn(Command::Connected { agent }, UnixMillis(MORNING)).1.unwrap();
        let lead = who("sue", Role::Admin, &[]);
        for (n, (kind, at, epoch, now)) in rows.into_iter().enumerate() {
            let row = json!({ "key": n.to_string(), "type": kind, "conversation": (n % 2).to_string(), "epoch": epoch,
                "openid": "o", "fan_ref": "f", "at": at, "entry": { "text": "?", "kind": "text" },
                "window": { "until": at, "left": epoch } });
            let row = Box::new(Arrived::read(&row).unwrap());
            let now = UnixMillis(now);
            desk.turn(Command::Arrived(row), now).1.unwrap();
            let tags = Deed::Tags(vec!["complaint".to_owned()]);
            let deed = Command::Deed { who: lead.clone(), id: "0".to_owned(), deed: tags };
            // Refused where there is none.
            let _ = desk.turn(deed, now).1;
            prop_assert!(desk.next_due(now).is_none_or(|due| due > now));
            prop_assert!(desk.wall(&lead, now).is_object());
        }
    }

    #[test]
    fn whatever_is_sent_is_read_or_refused(value in anything(), text in "\\PC{0,40}") {
        let _ = Team::read(&value);
        let _ = Who::read(&value);
        let mut desk = Desk::default();
        let row = json!({ "key": text, "type": "opened", "conversation": text, "fan_ref": text, "openid": text, "at": 0,
            "entry": value, "window": value, "fan_tags": value, "skills": value, "agent": value });
        let row = Box::new(Arrived::read(&row).unwrap());
        desk.turn(Command::Arrived(row), UnixMillis(MORNING)).1.unwrap();
        let staff = Command::Staff { rev: 1, people: vec![value.clone()], teams: vec![value] };
        let before = desk.clone();
        if desk.turn(staff, UnixMillis(MORNING)).1.is_err() {
            prop_assert_eq!(desk, before);
        }
    }
}
