//! What is over is found, and lets nobody read on who may not see what goes on.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::lifecycle::State;
use fandesk_desk::{Command, Deed, Refused, Role, Who, rows};
use serde_json::{Value, json};
use support::kept::Kept;
use support::{DAY, agent, opened, person, who};

/// A fan with this conversation, at a team.
fn fan(team: &str) -> Value {
    opened(json!({ "openid": "o-1", "fan_ref": "f-1", "team": team }))
}

/// `an` of `desk`, who resolved 3.41, and `bo` of `sales`.
fn resolved_at_the_desk() -> Kept {
    let people = [
        person("an", 3, &["desk"], &[]),
        person("bo", 3, &["sales"], &[]),
    ];
    let mut kept = Kept::new(&people, &[json!({ "id": "sales" })]);
    for agent in ["an", "bo"] {
        let agent = agent.to_owned();
        kept.turn(Command::Connected { agent }).done.unwrap();
    }
    kept.row("k1", "opened", "3.41", fan("desk"));
    kept.deed(agent("an"), "3.41", Deed::Resolve).done.unwrap();
    kept
}

fn close(kept: &mut Kept) {
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    assert!(kept.desk.conversation("3.41").is_none());
}

fn read(kept: &Kept, who: &Who) -> Result<(), Refused> {
    let read = rows::readable(&kept.db, &kept.desk, who, "3.41").unwrap();
    read.map(drop)
}

#[test]
fn what_is_closed_in_the_turn_that_resolves_it_is_found() {
    let team = json!({ "id": "desk", "reopen_days": 0 });
    let mut kept = Kept::new(&[person("an", 3, &["desk"], &[])], &[team]);
    let an = "an".to_owned();
    kept.turn(Command::Connected { agent: an }).done.unwrap();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    kept.deed(agent("an"), "3.41", Deed::Resolve).done.unwrap();
    assert!(kept.desk.conversation("3.41").is_none());
    let found = rows::find(&kept.db, &kept.desk, "3.41").unwrap().unwrap();
    assert_eq!(found.state, State::Closed);
    assert!(rows::find(&kept.db, &kept.desk, "3.42").unwrap().is_none());
}

#[test]
fn what_is_over_lets_nobody_read_on_while_another_team_has_the_fan() {
    let mut kept = resolved_at_the_desk();
    assert!(read(&kept, &agent("an")).is_ok());
    kept.row("k2", "opened", "3.50", fan("sales"));
    assert_eq!(read(&kept, &agent("an")), Err(Refused::ForeignTeam));
    close(&mut kept);
    assert_eq!(read(&kept, &agent("an")), Err(Refused::ForeignTeam));
    // That it was, and how it ended, they see as before.
    assert!(
        rows::seen(&kept.db, &kept.desk, &agent("an"), "3.41")
            .unwrap()
            .is_ok()
    );
    let of_both = who("sue", Role::Supervisor, &["desk", "sales"]);
    assert!(read(&kept, &of_both).is_ok());
    let seller = who("bo", Role::Agent, &["sales"]);
    assert_eq!(read(&kept, &seller), Err(Refused::ForeignTeam));
    kept.deed(seller.clone(), "3.50", Deed::Resolve)
        .done
        .unwrap();
    assert!(read(&kept, &agent("an")).is_ok());
}

#[test]
fn nothing_is_noted_in_what_is_closed() {
    let mut kept = resolved_at_the_desk();
    let note = |kept: &Kept| rows::notable(&kept.db, &kept.desk, &agent("an"), "3.41").unwrap();
    assert!(note(&kept).is_ok());
    close(&mut kept);
    let state = State::Closed;
    assert_eq!(note(&kept), Err(Refused::State { state }));
}
