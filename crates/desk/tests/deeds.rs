//! What people do at the desk, and what they may not.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::lifecycle::State;
use fandesk_desk::{Deed, Refused, Role};
use serde_json::json;
use support::{Office, agent, person, who};

/// One team that gives fans out, and an agent who is there.
fn one_agent() -> Office {
    let mut office = Office::new(&[person("an", 2, &["desk"], &[])], &[]);
    office.connect("an");
    office
}

/// Two agents who take fans themselves.
fn by_hand() -> Office {
    let people = [
        person("an", 2, &["desk"], &[]),
        person("bo", 2, &["desk"], &[]),
    ];
    let team = json!({ "id": "desk", "name": "服务台", "mode": "manual" });
    let mut office = Office::new(&people, &[team]);
    office.connect("an");
    office.connect("bo");
    office
}

#[test]
fn of_two_who_take_at_once_the_second_is_told_who_was_faster() {
    let mut office = by_hand();
    office.open("3.41");
    assert_eq!(office.get("3.41").state, State::Waiting);
    office.deed(&agent("an"), "3.41", Deed::Take).unwrap();
    let refused = office.deed(&agent("bo"), "3.41", Deed::Take).unwrap_err();
    assert_eq!(refused.to_string(), "name of an has this conversation");
    assert_eq!((refused.code(), refused.status()), ("not_yours", 409));
    // Once more by the first is no mistake.
    office.deed(&agent("an"), "3.41", Deed::Take).unwrap();
    assert_eq!(office.get("3.41").epoch, 2);
}

#[test]
fn only_who_has_it_may_answer() {
    let mut office = by_hand();
    office.open("3.41");
    let nobody = office.desk.may_answer(&agent("an"), "3.41").unwrap_err();
    assert_eq!(nobody, Refused::NotYours { by: None });
    office.deed(&agent("an"), "3.41", Deed::Take).unwrap();
    let answering = office.desk.may_answer(&agent("an"), "3.41").unwrap();
    assert_eq!(
        (answering.epoch, answering.name.as_str()),
        (2, "name of an")
    );
    assert!(office.desk.may_answer(&agent("bo"), "3.41").is_err());
}

#[test]
fn roles_say_who_may_do_what() {
    let mut office = by_hand();
    office.open("3.41");
    let assign = || Deed::Assign {
        agent: "bo".to_owned(),
    };
    let refused = office.deed(&agent("an"), "3.41", assign()).unwrap_err();
    assert_eq!(refused, Refused::Role);
    let analyst = who("ana", Role::Analyst, &["desk"]);
    assert_eq!(
        office.deed(&analyst, "3.41", Deed::Read),
        Err(Refused::Role)
    );
    let other = who("sue", Role::Supervisor, &["sales"]);
    let lead = who("sue", Role::Supervisor, &["desk"]);
    // While there is one team it is everybody's.
    office.deed(&other, "3.41", Deed::Read).unwrap();
    office.deed(&lead, "3.41", assign()).unwrap();
    assert_eq!(office.holder("3.41"), Some("bo"));
    let missing = office.deed(&lead, "3.99", Deed::Read).unwrap_err();
    assert_eq!(missing.status(), 404);
    let none = Deed::Assign {
        agent: "nobody".to_owned(),
    };
    let refused = office.deed(&lead, "3.41", none).unwrap_err();
    assert_eq!(refused.field(), Some("agent"));
}

#[test]
fn nobody_takes_more_than_they_can_bear() {
    let mut office = by_hand();
    for id in ["1", "2", "3"] {
        office.open(id);
    }
    office.deed(&agent("an"), "1", Deed::Take).unwrap();
    office.deed(&agent("an"), "2", Deed::Take).unwrap();
    let refused = office.deed(&agent("an"), "3", Deed::Take).unwrap_err();
    assert_eq!((refused.code(), refused.status()), ("conflict", 409));
    assert!(refused.to_string().contains("has 2 conversations already"));
}

#[test]
fn what_cannot_be_is_refused_with_the_field() {
    let mut office = one_agent();
    office.open("3.41");
    let tags = Deed::Tags(vec![" ".to_owned()]);
    let refused = office.deed(&agent("an"), "3.41", tags).unwrap_err();
    assert_eq!((refused.status(), refused.field()), (422, Some("tags")));
    let long = Deed::Draft(Some("字".repeat(4_001)));
    let refused = office.deed(&agent("an"), "3.41", long).unwrap_err();
    assert_eq!(refused.field(), Some("text"));
    let resume = office.deed(&agent("an"), "3.41", Deed::Resume).unwrap_err();
    assert_eq!(
        resume,
        Refused::State {
            state: State::Assigned
        }
    );
}

#[test]
fn the_audit_tells_of_answers_and_notes_and_not_what_they_say() {
    let mut office = one_agent();
    office.open("3.41");
    office.sent("3.41", "an");
    let done = |office: &Office| {
        let row = &office.changes.audit[0];
        (row.person.clone(), row.action.clone(), row.object.clone())
    };
    let row = |action: &str| ("an".to_owned(), action.to_owned(), "3.41".to_owned());
    assert_eq!(done(&office), row("answer"));
    let entry = json!({ "kind": "note", "text": "VIP", "agent": { "id": "an", "name": "An" } });
    office.row("noted", "3.41", json!({ "entry": entry }));
    assert_eq!(done(&office), row("note"));
    assert!(!office.changes.audit[0].detail.to_string().contains("VIP"));
}
