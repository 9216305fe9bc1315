//! The life of a conversation at the desk, step by step.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::lifecycle::State;
use fandesk_desk::{Deed, Role};
use serde_json::json;
use support::{DAY, MINUTE, Office, SECOND, agent, opened, person, said, who};

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
fn a_fan_who_is_handed_over_goes_to_who_is_free() {
    let mut office = one_agent();
    office.open("3.41");
    assert_eq!(office.holder("3.41"), Some("an"));
    assert_eq!(office.get("3.41").epoch, 2);
    assert_eq!(office.says(), ["assigned"]);
    let says = &office.changes.says[0];
    assert_eq!(says.openid, "o-3.41");
    assert_eq!(says.body["name"], "name of an");
}

#[test]
fn a_fan_who_writes_while_on_hold_resumes() {
    let mut office = one_agent();
    office.open("3.41");
    office.sent("3.41", "an");
    office.deed(&agent("an"), "3.41", Deed::Hold).unwrap();
    assert_eq!(office.get("3.41").state, State::OnHold);
    office.wrote("3.41");
    assert_eq!(office.get("3.41").state, State::Assigned);
    assert_eq!(office.get("3.41").unread, 1);
    assert_eq!(office.get("3.41").preview, "还在吗");
}

#[test]
fn a_fan_who_comes_back_in_time_gets_the_same_agent_again() {
    let people = [
        person("an", 2, &["desk"], &[]),
        person("bo", 2, &["desk"], &[]),
    ];
    let mut office = Office::new(&people, &[]);
    office.connect("an");
    office.open("3.41");
    office.sent("3.41", "an");
    office.deed(&agent("an"), "3.41", Deed::Resolve).unwrap();
    assert_eq!(office.says(), ["resolved"]);
    assert_eq!(office.changes.says[0].body["ask"], true);
    office.connect("bo");
    office.now += 2 * DAY;
    office.row(
        "reopened",
        "3.41",
        json!({ "epoch": 7, "entry": said("?")["entry"] }),
    );
    let found = office.get("3.41");
    assert_eq!((found.reopened, found.epoch), (1, 8));
    assert_eq!(office.holder("3.41"), Some("an"));
    // How it was is asked once.
    office.deed(&agent("an"), "3.41", Deed::Resolve).unwrap();
    assert_eq!(office.changes.says[0].body["ask"], false);
}

#[test]
fn who_comes_back_while_the_agent_is_away_gets_another() {
    let mut office = one_agent();
    office.open("3.41");
    office.deed(&agent("an"), "3.41", Deed::Resolve).unwrap();
    office.drop("an");
    office.row("reopened", "3.41", said("?"));
    assert_eq!(office.get("3.41").state, State::Reopened);
    let people = [
        person("an", 2, &["desk"], &[]),
        person("bo", 2, &["desk"], &[]),
    ];
    office.staff(&people, &[]);
    office.connect("bo");
    assert_eq!(office.holder("3.41"), Some("bo"));
}

#[test]
fn a_fan_who_wrote_before_the_shard_heard_that_it_is_done_is_not_lost() {
    let mut office = by_hand();
    office.open("3.41");
    office.deed(&agent("an"), "3.41", Deed::Take).unwrap();
    office.deed(&agent("an"), "3.41", Deed::Resolve).unwrap();
    let epoch = office.get("3.41").epoch;
    office.wrote("3.41");
    assert_eq!(office.get("3.41").state, State::Reopened);
    assert_eq!(office.get("3.41").epoch, epoch + 1);
    assert_eq!(office.says(), ["reopen"]);
}

#[test]
fn what_is_done_is_closed_at_the_moment_when_nobody_may_come_back() {
    let mut office = one_agent();
    office.open("3.41");
    office.deed(&agent("an"), "3.41", Deed::Resolve).unwrap();
    let due = office.desk.next_due(fandesk_desk::UnixMillis(office.now));
    assert_eq!(due, Some(fandesk_desk::UnixMillis(office.now + 7 * DAY)));
    office.wait(7 * DAY - 1);
    assert_eq!(office.get("3.41").state, State::Resolved);
    office.wait(1);
    assert!(office.desk.conversation("3.41").is_none());
    assert_eq!(office.says(), ["closed"]);
    assert_eq!(office.changes.closed[0].state, State::Closed);
}

#[test]
fn a_fan_may_end_it_by_word_and_say_how_it_was() {
    let mut office = one_agent();
    office.open("3.41");
    office.row("ended", "3.41", json!({ "epoch": 9 }));
    assert_eq!(office.get("3.41").state, State::Resolved);
    assert!(office.says().is_empty(), "the shard knows");
    assert_eq!(office.desk.load("an"), 0);
    office.row("scored", "3.41", json!({ "score": 4 }));
    assert_eq!(office.get("3.41").score, Some(4));
}

#[test]
fn an_end_that_a_new_assignment_overtook_is_told_to_the_shard_again() {
    let mut office = by_hand();
    office.open("3.41");
    office.deed(&agent("an"), "3.41", Deed::Take).unwrap();
    let ended_under = office.get("3.41").epoch + 1;
    office.deed(&agent("an"), "3.41", Deed::Release).unwrap();
    office.deed(&agent("bo"), "3.41", Deed::Take).unwrap();
    let given_out = office.get("3.41").epoch;
    assert!(given_out > ended_under);
    office.row("ended", "3.41", json!({ "epoch": ended_under }));
    assert_eq!(office.get("3.41").state, State::Resolved);
    assert_eq!(office.get("3.41").epoch, given_out + 1);
    let body = json!({ "do": "resolved", "conversation": "3.41", "epoch": given_out + 1, "agent": "bo", "ask": false });
    assert_eq!(office.changes.says.len(), 1);
    assert_eq!(office.changes.says[0].body, body);
    // Of one that is done already, the shard heard under the newer epoch.
    office.row("ended", "3.41", json!({ "epoch": ended_under }));
    assert!(office.says().is_empty());
}

#[test]
fn who_releases_a_fan_is_not_given_it_again_at_once() {
    let mut office = one_agent();
    office.open("3.41");
    office.deed(&agent("an"), "3.41", Deed::Release).unwrap();
    assert_eq!(office.get("3.41").state, State::Waiting);
    assert_eq!(office.says(), ["released"]);
    // Nobody else came: better them than nobody.
    office.wait(2 * MINUTE);
    assert_eq!(office.holder("3.41"), Some("an"));
}

#[test]
fn an_agent_who_is_gone_keeps_their_fans_for_thirty_seconds() {
    let people = [
        person("an", 2, &["desk"], &[]),
        person("bo", 2, &["desk"], &[]),
    ];
    let mut office = Office::new(&people, &[]);
    office.connect("an");
    office.open("3.41");
    office
        .deed(&agent("an"), "3.41", Deed::Draft(Some("您的包".to_owned())))
        .unwrap();
    office.connect("bo");
    office.drop("an");
    office.wait(30 * SECOND - 1);
    assert_eq!(office.holder("3.41"), Some("an"));
    office.wait(1);
    assert_eq!(office.holder("3.41"), Some("bo"));
    assert_eq!(office.says(), ["released", "assigned"]);
    let draft = office.get("3.41").draft.as_ref().unwrap();
    assert_eq!((draft.by.as_str(), draft.text.as_str()), ("an", "您的包"));
}

#[test]
fn who_comes_back_within_that_time_keeps_them() {
    let mut office = one_agent();
    office.open("3.41");
    office.drop("an");
    office.wait(10 * SECOND);
    office.connect("an");
    office.wait(60 * SECOND);
    assert_eq!(office.holder("3.41"), Some("an"));
}

#[test]
fn a_tap_that_opens_the_window_again_is_seen_and_is_no_word_of_the_fan() {
    let mut office = one_agent();
    office.open("3.41");
    office.sent("3.41", "an");
    office.deed(&agent("an"), "3.41", Deed::Hold).unwrap();
    let until = office.now + 3 * DAY;
    let window = json!({ "window": { "until": until, "left": 3 } });
    office.row("window", "3.41", window);
    let found = office.get("3.41");
    assert_eq!((found.state, found.unread), (State::OnHold, 0));
    let window = &found.window;
    assert_eq!((window.until.map(|at| at.0), window.left), (Some(until), 3));
}

#[test]
fn a_fan_is_told_their_place_in_the_queue() {
    let mut office = by_hand();
    for id in ["3.1", "3.2", "3.3"] {
        office.open(id);
        office.now += SECOND;
    }
    office.row("asked_position", "3.3", json!({}));
    assert_eq!(office.says(), ["say"]);
    let text = office.changes.says[0].body["text"].as_str().unwrap();
    assert_eq!(text, "您前面还有 2 位。\nThere are 2 people ahead of you.");
}

#[test]
fn a_transfer_hides_it_from_the_team_before() {
    let people = [
        person("an", 2, &["desk"], &[]),
        person("bo", 2, &["sales"], &[]),
    ];
    let mut office = Office::new(&people, &[json!({ "id": "sales", "name": "售前" })]);
    office.connect("an");
    office.connect("bo");
    office.open("3.41");
    let team = "sales".to_owned();
    office
        .deed(&agent("an"), "3.41", Deed::Transfer { team })
        .unwrap();
    assert_eq!(office.holder("3.41"), Some("bo"));
    let refused = office.desk.seen(&agent("an"), "3.41").unwrap_err();
    assert_eq!((refused.code(), refused.status()), ("forbidden", 403));
    let nowhere = Deed::Transfer {
        team: "x".to_owned(),
    };
    let refused = office
        .deed(&who("bo", Role::Agent, &["sales"]), "3.41", nowhere)
        .unwrap_err();
    assert_eq!((refused.status(), refused.field()), (422, Some("team")));
}

#[test]
fn a_team_is_chosen_by_name_then_by_what_the_fan_is_called() {
    let teams = [
        json!({ "id": "sales", "tags": [] }),
        json!({ "id": "vip", "tags": ["vip"] }),
    ];
    let mut office = Office::new(&[], &teams);
    let fan = |more| opened(more);
    office.row(
        "opened",
        "1",
        fan(json!({ "team": "sales", "fan_tags": ["vip"] })),
    );
    office.row("opened", "2", fan(json!({ "fan_tags": ["new", "vip"] })));
    office.row("opened", "3", fan(json!({ "team": "gone" })));
    let teams = ["1", "2", "3"].map(|id| office.get(id).team.as_str());
    assert_eq!(teams, ["sales", "vip", "desk"]);
}

#[test]
fn a_row_of_a_lost_conversation_opens_it_again() {
    let mut office = one_agent();
    office.wrote("3.41");
    assert_eq!(office.holder("3.41"), Some("an"));
    assert_eq!(office.get("3.41").reason, "reopened");
    // Of who was erased meanwhile there is nothing to open.
    office.row("opened", "3.40", opened(json!({ "openid": null })));
    assert!(office.desk.conversation("3.40").is_none());
    // What is no word of the fan opens nothing.
    office.row("scored", "3.42", json!({ "score": 1 }));
    assert!(office.desk.conversation("3.42").is_none());
}

#[test]
fn an_erased_fan_leaves_nothing_personal() {
    let mut office = one_agent();
    office.open("3.41");
    office
        .deed(&agent("an"), "3.41", Deed::Draft(Some("secret".to_owned())))
        .unwrap();
    office.row("erased", "3.41", json!({}));
    assert!(office.desk.conversation("3.41").is_none());
    let closed = &office.changes.closed[0];
    assert_eq!(closed.openid, None);
    assert_eq!((closed.preview.as_str(), closed.draft.clone()), ("", None));
    assert!(office.changes.erased.contains("f-3.41"));
    assert!(office.says().is_empty());
}

#[test]
fn people_who_leave_a_team_give_its_fans_back() {
    let mut office = one_agent();
    office.open("3.41");
    let mut gone = person("an", 2, &["desk"], &[]);
    gone["active"] = false.into();
    office.staff(&[gone], &[]);
    assert_eq!(office.get("3.41").state, State::Waiting);
    assert_eq!(office.says(), ["released"]);
}

#[test]
fn a_fan_of_a_team_that_is_gone_comes_to_the_desk() {
    let mut office = Office::new(&[], &[json!({ "id": "vip" })]);
    office.row("opened", "1", opened(json!({ "team": "vip" })));
    office.staff(&[], &[]);
    assert_eq!(office.get("1").team, "desk");
}

#[test]
fn a_row_that_cannot_be_read_names_the_field() {
    let mut office = one_agent();
    let row = office.row_json("scored", "3.41", json!({ "score": 6 }));
    let error = fandesk_desk::Arrived::read(&row).unwrap_err();
    assert_eq!(error.to_string(), "`score` is not a number from 1 to 5");
    let later = office.row_json("invented_later", "3.41", json!({}));
    assert!(fandesk_desk::Arrived::read(&later).is_ok());
}

#[test]
fn who_takes_a_fan_without_a_console_keeps_it_while_they_do_something() {
    let mut office = Office::new(&[person("an", 2, &["desk"], &[])], &[]);
    office.open("3.41");
    office.deed(&agent("an"), "3.41", Deed::Take).unwrap();
    office.wait(20 * SECOND);
    office.sent("3.41", "an");
    office.wait(20 * SECOND);
    assert_eq!(office.holder("3.41"), Some("an"));
    office.wait(10 * SECOND);
    assert_eq!(office.get("3.41").state, State::Waiting);
}
