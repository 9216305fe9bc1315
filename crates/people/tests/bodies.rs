//! Whatever body is sent about people and teams is refused with a field, or read into something that reads back as itself.

use fandesk_people::{Person, Team};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Fields of both, so that bodies get further than their first unknown one.
const FIELDS: [&str; 24] = [
    "login",
    "name",
    "role",
    "teams",
    "skills",
    "capacity",
    "persona",
    "active",
    "totp",
    "kf_account",
    "avatar",
    "tags",
    "mode",
    "fallback",
    "team",
    "after_ms",
    "hours",
    "policy",
    "by_tag",
    "first_answer_ms",
    "priority",
    "roster",
    "person",
    "from",
];

/// Texts that some field takes, and any other.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "admin", "agent", "manual", "desk", "alice", "a@b.c", "小艾", " "
        ])
        .prop_map(str::to_owned),
        Just("https://example.com/a.png".to_owned()),
        ".{0,50}",
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-200_i64..200_000).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner),
        ]
    })
}

fn object(of: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let field = prop::sample::select(FIELDS.to_vec());
    prop::collection::vec((field, of), 0..5).prop_map(|members| {
        let members = members.into_iter();
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Value::Object(members.collect::<Map<_, _>>())
    })
}

proptest! {
    #[test]
    fn a_person_is_read_whole_or_refused(body in prop_oneof![any_json(), object(any_json())]) {
        let mut named = json!({ "login": "bob", "name": "Bob", "role": "agent" });
        if let (Some(named), Some(body)) = (named.as_object_mut(), body.as_object()) {
            named.extend(body.clone());
        }
        for body in [&body, &named] {
            match Person::new("p1".to_owned(), body, 7) {
                Ok(person) => {
                    let again = person.clone().changed(&person.to_json());
                    prop_assert_eq!(again, Ok(person));
                }
                Err(wrong) => prop_assert!(!wrong.field.is_empty() && !wrong.message.is_empty()),
            }
        }
    }

    #[test]
    fn a_team_is_read_whole_or_refused(body in prop_oneof![any_json(), object(any_json())]) {
        let mut named = json!({ "name": "Sales" });
        if let (Some(named), Some(body)) = (named.as_object_mut(), body.as_object()) {
            named.extend(body.clone());
        }
        for body in [&body, &named] {
            match Team::read("sales", body) {
                Ok(team) => prop_assert_eq!(Team::read("sales", &team.to_json()), Ok(team)),
                Err(wrong) => prop_assert!(!wrong.field.is_empty() && !wrong.message.is_empty()),
            }
        }
    }
}
