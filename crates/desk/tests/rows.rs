//! The Desk over SQLite: what is written down is what is read back, once, and nothing personal stays after an erase.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed test is what a test is for"
)]

mod support;

use fandesk_desk::lifecycle::State;
use fandesk_desk::rows::{self, audit, feed, outbox};
use fandesk_desk::{Command, Deed, Refused, Role, UnixMillis, Who, list};
use fandesk_shard::sql::{Database, SqlError};
use serde_json::{Value, json};
use support::kept::{Kept, one_agent};
use support::{DAY, MINUTE, agent, opened, person, said, who};

#[test]
fn what_is_loaded_is_what_was_kept() {
    let mut kept = one_agent();
    kept.row(
        "k1",
        "opened",
        "3.41",
        opened(json!({ "tags": ["complaint"] })),
    );
    let draft = Deed::Draft(Some("您的包".to_owned()));
    kept.deed(agent("an"), "3.41", draft).done.unwrap();
    kept.row("k2", "opened", "3.42", opened(json!({})));
    kept.deed(agent("an"), "3.42", Deed::Resolve).done.unwrap();
    assert_eq!(rows::load(&kept.db).unwrap(), kept.desk);
}

#[test]
fn a_desk_of_more_conversations_than_are_read_at_once_is_loaded_whole() {
    let team = json!({ "id": "desk", "mode": "manual" });
    let mut kept = Kept::new(&[], &[team]);
    for n in 0..1_001 {
        let id = n.to_string();
        kept.row(&id, "opened", &id, opened(json!({})));
    }
    assert_eq!(rows::load(&kept.db).unwrap(), kept.desk);
    assert_eq!(kept.desk.conversations().count(), 1_001);
}

#[test]
fn a_row_that_comes_twice_changes_nothing() {
    let mut kept = one_agent();
    assert!(kept.row("k1", "opened", "3.41", opened(json!({}))).says);
    let before = (kept.desk.clone(), kept.dump());
    let again = kept.row("k1", "wrote", "3.41", said("again"));
    assert!(again.fed.is_empty() && !again.says);
    assert_eq!((kept.desk.clone(), kept.dump()), before);
    kept.now += 3 * DAY;
    rows::sweep(&kept.db, UnixMillis(kept.now)).unwrap();
    assert!(!rows::taken::is_taken(&kept.db, "k1").unwrap());
}

#[test]
fn a_turn_that_cannot_be_written_leaves_nothing_in_memory() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    let before = (kept.desk.clone(), kept.dump());
    kept.db
        .run("ALTER TABLE audit RENAME TO elsewhere", &[])
        .unwrap();
    let command = Command::Deed {
        who: agent("an"),
        id: "3.41".to_owned(),
        deed: Deed::Resolve,
    };
    let failed: Result<_, SqlError> =
        rows::turn(&kept.db, &mut kept.desk, command, UnixMillis(kept.now));
    assert!(failed.is_err());
    kept.db
        .run("ALTER TABLE elsewhere RENAME TO audit", &[])
        .unwrap();
    assert_eq!((kept.desk.clone(), kept.dump()), before);
}

#[test]
fn a_closed_conversation_is_in_its_row_and_comes_back_from_there() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    kept.deed(agent("an"), "3.41", Deed::Resolve).done.unwrap();
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    assert!(kept.desk.conversation("3.41").is_none());
    let refused = kept.deed(agent("an"), "3.41", Deed::Take).done.unwrap_err();
    let state = State::Closed;
    assert_eq!(refused, Refused::State { state });
    // A score that comes late is kept and brings nothing back.
    kept.row("k2", "scored", "3.41", json!({ "score": 5 }));
    assert!(kept.desk.conversation("3.41").is_none());
    let closed = rows::closed(&kept.db, None, 10).unwrap();
    assert_eq!(closed[0].score, Some(5));
    // A fan whom the shard let return does.
    kept.row("k3", "reopened", "3.41", said("?"));
    assert_eq!(
        kept.desk.conversation("3.41").unwrap().state,
        State::Assigned
    );
    assert_eq!(rows::closed(&kept.db, None, 10).unwrap(), []);
    assert_eq!(rows::load(&kept.db).unwrap(), kept.desk);
}

#[test]
fn closed_conversations_are_paged_newest_first() {
    let mut kept = one_agent();
    for id in ["1", "2", "3"] {
        kept.row(id, "opened", id, opened(json!({})));
        kept.deed(agent("an"), id, Deed::Resolve).done.unwrap();
        kept.now += MINUTE;
    }
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    let page = rows::closed(&kept.db, None, 2).unwrap();
    let ids = |page: &[fandesk_desk::Conversation]| {
        page.iter()
            .map(|found| found.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&page), ["3", "2"]);
    let rest = rows::closed(&kept.db, Some((page[1].opened_at, &page[1].id)), 2).unwrap();
    assert_eq!(ids(&rest), ["1"]);
}

#[test]
fn a_list_has_closed_ones_only_when_they_are_asked_for() {
    let mut kept = one_agent();
    let people = [person("an", 9, &["desk"], &[])];
    for (n, id) in ["1", "2", "3", "4", "5"].into_iter().enumerate() {
        kept.row(id, "opened", id, opened(json!({})));
        // Every other one is over before the list is asked for.
        if n % 2 == 0 {
            kept.deed(agent("an"), id, Deed::Resolve).done.unwrap();
        }
        kept.now += MINUTE;
    }
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    let staff = Command::Staff {
        rev: 2,
        people: people.to_vec(),
        teams: vec![],
    };
    kept.turn(staff).done.unwrap();
    let all = list::Query {
        states: State::ALL.to_vec(),
        ..list::Query::default()
    };
    let ids = |query: &list::Query, after: Option<&str>| {
        let (page, next) = rows::list(&kept.db, &kept.desk, &agent("an"), query, after, 2).unwrap();
        let ids: Vec<_> = page
            .iter()
            .map(|found| found["id"].as_str().unwrap().to_owned())
            .collect();
        (ids, next)
    };
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = ids(&all, after.as_deref());
        seen.extend(page);
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["5", "4", "3", "2", "1"]);
    assert_eq!(ids(&list::Query::default(), None).0, ["4", "2"]);
    let theirs = rows::of_fan(&kept.db, "f-3", 10).unwrap();
    assert_eq!((theirs.len(), theirs[0].state), (1, State::Closed));
}

#[test]
fn news_are_numbered_and_asked_for_from_any_number_on() {
    let mut kept = one_agent();
    let told = kept.row("k1", "opened", "3.41", opened(json!({})));
    let all = feed::after(&kept.db, 0, 100).unwrap().unwrap();
    assert!(all.ends_with(&told.fed));
    let messages: Vec<Value> = told
        .fed
        .iter()
        .filter_map(|fed| fed.message_for(&kept.desk, &agent("an")))
        .map(|message| serde_json::from_str(&message).unwrap())
        .collect();
    let types: Vec<_> = messages
        .iter()
        .map(|told| told["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["entry", "conversation", "agent"]);
    assert_eq!(messages[1]["conversation"]["agent_name"], "name of an");
    assert_eq!(messages[2]["agent"]["load"], 1);
    let newest = feed::newest(&kept.db).unwrap();
    assert_eq!(messages[2]["n"], newest);
    assert_eq!(feed::after(&kept.db, newest, 100).unwrap(), Some(vec![]));
    assert_eq!(feed::after(&kept.db, newest + 1, 100).unwrap(), None);
    kept.now += 61 * MINUTE;
    rows::sweep(&kept.db, UnixMillis(kept.now)).unwrap();
    assert_eq!(feed::after(&kept.db, 1, 100).unwrap(), None);
    assert_eq!(feed::after(&kept.db, newest, 100).unwrap(), Some(vec![]));
}

#[test]
fn who_loses_sight_of_a_conversation_is_told_that_it_is_gone() {
    let people = [person("an", 3, &["desk"], &[])];
    let mut kept = Kept::new(&people, &[json!({ "id": "sales" })]);
    kept.row("k1", "opened", "3.41", opened(json!({})));
    let lead = who("sue", Role::Supervisor, &["desk"]);
    let team = "sales".to_owned();
    let told = kept.deed(lead, "3.41", Deed::Transfer { team });
    let message = |who: &Who| told.fed[0].message_for(&kept.desk, who);
    let gone = message(&agent("an")).unwrap();
    assert!(gone.ends_with(r#""id":"3.41","type":"gone"}"#), "{gone}");
    let seller = who("bo", Role::Agent, &["sales"]);
    assert!(message(&seller).unwrap().contains(r#""team":"sales""#));
    assert_eq!(message(&who("cy", Role::Agent, &["other"])), None);
    assert_eq!(message(&who("ana", Role::Analyst, &["sales"])), None);
}

#[test]
fn what_a_shard_does_not_take_holds_back_only_its_fan() {
    let mut kept = one_agent();
    for id in ["1", "2"] {
        kept.row(id, "opened", id, opened(json!({})));
    }
    let now = UnixMillis(kept.now);
    let waiting =
        |kept: &Kept, now| outbox::waiting(&kept.db, outbox::Lane::Shards, now, 10).unwrap();
    let first = waiting(&kept, now);
    assert_eq!(first.len(), 2);
    let later = UnixMillis(kept.now + 1_000);
    outbox::postpone(&kept.db, &[first[0].id], later).unwrap();
    kept.deed(agent("an"), "1", Deed::Resolve).done.unwrap();
    let openids =
        |rows: Vec<outbox::Waiting>| rows.into_iter().map(|row| row.openid).collect::<Vec<_>>();
    assert_eq!(openids(waiting(&kept, now)), ["o-2"]);
    assert_eq!(openids(waiting(&kept, later)), ["o-1", "o-2", "o-1"]);
    let all: Vec<i64> = waiting(&kept, later).iter().map(|row| row.id).collect();
    outbox::confirm(&kept.db, &all).unwrap();
    assert_eq!(outbox::due(&kept.db, outbox::Lane::Shards).unwrap(), None);
}

#[test]
fn d1_is_told_the_newest_state_of_a_case_and_nothing_personal() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    kept.row("k2", "wrote", "3.41", said("还在吗"));
    let rows = outbox::waiting(&kept.db, outbox::Lane::Cases, UnixMillis(kept.now), 10).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].key, "3.41");
    assert!(!rows[0].body.contains("o-3.41") && !rows[0].body.contains("还在吗"));
}

#[test]
fn who_is_erased_is_in_no_table_any_more() {
    let mut kept = one_agent();
    let fan = json!({ "openid": "openid-1", "fan_ref": "ref-1" });
    let mut first = opened(fan.clone());
    first["entry"]["text"] = "secret word".into();
    kept.row("k1", "opened", "3.41", first.clone());
    kept.deed(agent("an"), "3.41", Deed::Resolve).done.unwrap();
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    kept.row("k2", "opened", "3.50", first);
    let draft = Deed::Draft(Some("secret draft".to_owned()));
    kept.deed(agent("an"), "3.50", draft).done.unwrap();
    assert!(kept.dump().contains("openid-1") && kept.dump().contains("secret"));
    // The shard does not say any more who it was.
    let erased = json!({ "openid": null, "fan_ref": "ref-1" });
    kept.row("k3", "erased", "", erased);
    assert!(!kept.dump().contains("openid-1"));
    assert!(!kept.dump().contains("secret"));
    assert_eq!(rows::load(&kept.db).unwrap(), kept.desk);
    assert!(audit::verify(&kept.db).unwrap().broken_at.is_none());
}

#[test]
fn what_comes_late_of_who_was_erased_does_not_make_them_again() {
    let mut kept = one_agent();
    let fan = json!({ "openid": "openid-1", "fan_ref": "ref-1" });
    let gone = json!({ "openid": null, "fan_ref": "ref-1" });
    kept.row("k2", "erased", "", gone);
    let late = kept.row("k1", "opened", "3.41", opened(fan));
    assert!(late.fed.is_empty() && !late.says);
    assert!(kept.desk.conversation("3.41").is_none());
    assert!(!kept.dump().contains("openid-1"));
    assert!(rows::taken::is_taken(&kept.db, "k1").unwrap());
    // Who comes back is another person.
    let back = json!({ "openid": "openid-1", "fan_ref": "ref-2" });
    kept.row("k3", "opened", "3.42", opened(back));
    assert!(kept.desk.conversation("3.42").is_some());
    kept.now += 3 * DAY;
    rows::sweep(&kept.db, UnixMillis(kept.now)).unwrap();
    assert!(!rows::erased::is_erased(&kept.db, "ref-1").unwrap());
}

#[test]
fn what_nobody_sent_goes_when_the_conversation_is_closed() {
    let mut kept = one_agent();
    kept.row("k1", "opened", "3.41", opened(json!({})));
    let draft = Deed::Draft(Some("secret draft".to_owned()));
    kept.deed(agent("an"), "3.41", draft).done.unwrap();
    kept.deed(agent("an"), "3.41", Deed::Resolve).done.unwrap();
    kept.now += 8 * DAY;
    kept.turn(Command::Tick).done.unwrap();
    let closed = rows::recall(&kept.db, "3.41").unwrap().unwrap();
    assert_eq!((closed.state, closed.draft), (State::Closed, None));
    assert!(!kept.dump().contains("secret draft"));
}

#[test]
fn a_newer_list_that_says_what_is_known_keeps_its_number_and_writes_nothing_else() {
    let people = [person("alice", 2, &["desk"], &[])];
    let mut kept = Kept::new(&people, &[]);
    let before = kept.dump();
    let list = |rev, people: &[Value]| Command::Staff {
        rev,
        people: people.to_vec(),
        teams: Vec::new(),
    };
    let turned = kept.turn(list(2, &people));
    assert!(turned.done.is_ok() && turned.fed.is_empty());
    let renumbered = before.replacen("[Integer(1), Integer(1)]", "[Integer(1), Integer(2)]", 1);
    assert_eq!(kept.dump(), renumbered);
    // Older ones are still not taken, after a restart neither.
    kept.desk = rows::load(&kept.db).unwrap();
    kept.turn(list(1, &[])).done.unwrap();
    assert!(kept.desk.agent("alice").is_some());
    kept.turn(list(3, &[])).done.unwrap();
    assert!(kept.desk.agent("alice").is_none());
}
