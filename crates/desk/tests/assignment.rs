//! Who is given which fan: fairness in examples, and what holds whatever happens.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::collections::BTreeMap;

use fandesk_desk::agent::{Agent, Status};
use fandesk_desk::lifecycle::State;
use fandesk_desk::{Changes, Conversation, Deed, Desk, Refused, Role, UnixMillis};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::chance::{Day, Happens, happenings, setups};
use support::{DAY, MINUTE, Office, SECOND, agent, opened, person, who};

fn team(more: Value) -> Value {
    let mut team = json!({ "id": "desk", "name": "服务台" });
    team.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    team
}

/// How many each of these people has.
fn loads(office: &Office, people: &[&str]) -> Vec<u32> {
    people
        .iter()
        .map(|person| office.desk.load(person))
        .collect()
}

#[test]
fn a_thousand_arrivals_are_spread_evenly_over_forty_agents_and_none_to_who_is_away() {
    for channel in ["wechat", "web"] {
        let names: Vec<String> = (0..44).map(|n| format!("agent-{n:02}")).collect();
        let people: Vec<Value> = names
            .iter()
            .map(|name| person(name, 40, &["desk"], &[]))
            .collect();
        let mut office = Office::new(&people, &[]);
        office.channel = channel;
        // Four never come.
        for name in &names[..40] {
            office.connect(name);
        }
        for n in 0..1_000 {
            office.open(&format!("{}.{n}", n % 7));
            office.now += (n * 7919) % 5_000;
            let given = names[..40].iter().map(|name| office.desk.load(name));
            let (least, most) = (given.clone().min().unwrap(), given.max().unwrap());
            assert!(most - least <= 1, "{least} to {most} after {n}");
        }
        assert_eq!(
            names[..40]
                .iter()
                .map(|name| office.desk.load(name))
                .sum::<u32>(),
            1_000
        );
        assert!(names[40..].iter().all(|name| office.desk.load(name) == 0));
    }
}

#[test]
fn of_two_who_have_as_many_the_one_who_was_given_none_for_longest_is_next() {
    let people = ["an", "bo", "cy"].map(|id| person(id, 5, &["desk"], &[]));
    let mut office = Office::new(&people, &[]);
    for id in ["an", "bo", "cy"] {
        office.connect(id);
    }
    let mut given = Vec::new();
    for n in 0..6 {
        let id = n.to_string();
        office.open(&id);
        let holder = office.holder(&id).unwrap().to_owned();
        office.deed(&agent(&holder), &id, Deed::Resolve).unwrap();
        given.push(holder);
        office.now += SECOND;
    }
    assert_eq!(given, ["an", "bo", "cy", "an", "bo", "cy"]);
}

#[test]
fn who_is_free_again_is_given_who_waits_by_priority_then_by_time() {
    let policy = json!({ "policy": { "by_tag": { "complaint": { "priority": 5 } } } });
    let mut office = Office::new(&[person("an", 1, &["desk"], &[])], &[team(policy)]);
    office.connect("an");
    for (id, tags) in [
        ("1", json!([])),
        ("2", json!([])),
        ("3", json!(["complaint"])),
    ] {
        office.row("opened", id, opened(json!({ "tags": tags })));
        office.now += SECOND;
    }
    let mut served = Vec::new();
    for _ in 0..3 {
        let id = ["1", "2", "3"]
            .into_iter()
            .find(|id| office.holder(id).is_some())
            .unwrap();
        served.push(id);
        office.deed(&agent("an"), id, Deed::Resolve).unwrap();
    }
    assert_eq!(served, ["1", "3", "2"]);
}

#[test]
fn a_skill_is_waited_for_and_then_done_without() {
    let people = [
        person("an", 5, &["desk"], &[]),
        person("bo", 5, &["desk"], &["phone", "english"]),
    ];
    let mut office = Office::new(
        &people,
        &[team(
            json!({ "fallback": { "team": "desk", "after_ms": 60_000 } }),
        )],
    );
    office.connect("an");
    let wants = || opened(json!({ "skills": ["phone", "english"] }));
    office.row("opened", "1", wants());
    assert_eq!(office.holder("1"), None);
    let due = office.desk.next_due(UnixMillis(office.now)).unwrap();
    assert_eq!(due, UnixMillis(office.now + MINUTE));
    office.wait(MINUTE);
    assert_eq!(office.holder("1"), Some("an"));
    office.connect("bo");
    office.row("opened", "2", wants());
    assert_eq!(office.holder("2"), Some("bo"));
}

#[test]
fn who_waited_too_long_for_one_team_goes_to_another() {
    let people = [
        person("an", 5, &["desk"], &[]),
        person("bo", 5, &["sales"], &[]),
    ];
    let fallback = json!({ "fallback": { "team": "sales", "after_ms": 60_000 } });
    let mut office = Office::new(&people, &[team(fallback), json!({ "id": "sales" })]);
    office.connect("bo");
    office.open("1");
    office.wait(MINUTE - 1);
    assert_eq!(office.get("1").team, "desk");
    office.wait(1);
    assert_eq!(
        (office.get("1").team.as_str(), office.holder("1")),
        ("sales", Some("bo"))
    );
}

#[test]
fn the_roster_says_who_is_given_new_fans() {
    let people = ["an", "bo"].map(|id| person(id, 9, &["desk"], &[]));
    let start = support::MORNING;
    let roster = json!({ "roster": [{ "person": "bo", "from": start + MINUTE, "until": start + 2 * MINUTE }] });
    let mut office = Office::new(&people, &[team(roster)]);
    office.connect("an");
    office.connect("bo");
    office.open("1");
    assert_eq!(office.holder("1"), None);
    assert_eq!(
        office.desk.next_due(UnixMillis(start)),
        Some(UnixMillis(start + MINUTE))
    );
    office.wait(MINUTE);
    assert_eq!(office.holder("1"), Some("bo"));
    // When all of a roster is over it says nothing.
    office.wait(MINUTE);
    office.open("2");
    assert_eq!(office.holder("2"), Some("an"));
}

#[test]
fn in_a_manual_team_nobody_is_given_anything() {
    let mut office = Office::new(
        &[person("an", 5, &["desk"], &[])],
        &[team(json!({ "mode": "manual" }))],
    );
    office.connect("an");
    office.open("1");
    office.wait(10 * MINUTE);
    assert_eq!(office.get("1").state, State::Waiting);
    office.deed(&agent("an"), "1", Deed::Take).unwrap();
    assert_eq!(office.holder("1"), Some("an"));
}

#[test]
fn who_is_away_keeps_their_fans_and_is_given_none() {
    let mut office = Office::new(&[person("an", 5, &["desk"], &[])], &[]);
    office.connect("an");
    office.open("1");
    let away = fandesk_desk::Command::Status {
        who: agent("an"),
        away: true,
    };
    office.turn(away).unwrap();
    office.open("2");
    office.wait(10 * MINUTE);
    assert_eq!(loads(&office, &["an"]), [1]);
    let back = fandesk_desk::Command::Status {
        who: agent("an"),
        away: false,
    };
    office.turn(back).unwrap();
    assert_eq!(loads(&office, &["an"]), [2]);
}

#[test]
fn an_analyst_is_neither_there_nor_away() {
    let mut analyst = person("ana", 0, &["desk"], &[]);
    analyst["role"] = "analyst".into();
    let mut office = Office::new(&[analyst], &[]);
    office.connect("ana");
    let away = fandesk_desk::Command::Status {
        who: who("ana", Role::Analyst, &["desk"]),
        away: true,
    };
    assert_eq!(office.turn(away), Err(Refused::Role));
    let status = office.desk.agent("ana").unwrap().presence.status();
    assert_eq!(status.name(), "online");
}

#[test]
fn fans_of_who_is_gone_are_shared_out_fairly() {
    let people = ["an", "bo", "cy"].map(|id| person(id, 9, &["desk"], &[]));
    let mut office = Office::new(&people, &[]);
    office.connect("an");
    for n in 0..6 {
        office.open(&n.to_string());
    }
    office.connect("bo");
    office.connect("cy");
    office.drop("an");
    office.wait(30 * SECOND);
    assert_eq!(loads(&office, &["an", "bo", "cy"]), [0, 3, 3]);
}

#[test]
fn a_wait_is_predicted_from_the_pace_of_the_last_hour() {
    let mut office = Office::new(&[person("an", 1, &["desk"], &[])], &[]);
    office.connect("an");
    office.open("0");
    assert_eq!(
        office
            .desk
            .predicted_wait("desk", 1, UnixMillis(office.now)),
        None
    );
    for n in 1..4 {
        office.now += 2 * MINUTE;
        office.open(&n.to_string());
        office
            .deed(&agent("an"), &(n - 1).to_string(), Deed::Resolve)
            .unwrap();
    }
    let wait = office
        .desk
        .predicted_wait("desk", 3, UnixMillis(office.now));
    assert_eq!(wait, Some(3 * 2 * MINUTE));
    let tomorrow = UnixMillis(office.now + DAY);
    assert_eq!(office.desk.predicted_wait("desk", 3, tomorrow), None);
}

/// Whether somebody could serve this fan, said in other words than the desk's.
fn could_serve(desk: &Desk, agent: &Agent, waiting: &Conversation, now: UnixMillis) -> bool {
    let team = desk.team(&waiting.team).unwrap();
    let only_one = desk.teams().count() == 1;
    let able = !waiting.wants_skills
        || waiting
            .skills
            .iter()
            .all(|skill| agent.skills.contains(skill));
    agent.role == Role::Agent
        && agent.active
        && agent.presence.status() == Status::Online
        && desk.load(&agent.id) < agent.capacity
        && (agent.teams.contains(&waiting.team) || (only_one && waiting.team == "desk"))
        && able
        && waiting.avoids.as_ref() != Some(&agent.id)
        && team.has_on_duty(&agent.id, now)
}

/// What holds after every turn.
fn check(
    before: &Desk,
    after: &Desk,
    changes: &Changes,
    now: UnixMillis,
) -> Result<(), TestCaseError> {
    let mut loads: BTreeMap<&str, u32> = BTreeMap::new();
    for found in after.conversations() {
        if found.state.is_held() {
            let agent = found.agent.as_deref();
            prop_assert!(agent.is_some(), "{} is held by nobody", found.id);
            *loads.entry(agent.unwrap_or_default()).or_default() += 1;
        }
        if found.state.queues() {
            prop_assert!(found.agent.is_none() && found.waiting_since.is_some());
            if after.team(&found.team).is_some_and(|team| team.is_balanced) {
                let free = after
                    .agents()
                    .find(|agent| could_serve(after, agent, found, now));
                prop_assert!(
                    free.is_none(),
                    "{} waits while {:?} is free",
                    found.id,
                    free
                );
            }
        }
        prop_assert!(
            after.team(&found.team).is_some(),
            "{} is of no team",
            found.id
        );
        prop_assert!(found.state != State::Closed && found.state != State::New);
    }
    for agent in after.agents() {
        let load = loads.get(agent.id.as_str()).copied().unwrap_or(0);
        prop_assert_eq!(load, after.load(&agent.id));
        // Only a capacity that was lowered leaves somebody with more.
        let had = before.load(&agent.id);
        prop_assert!(load <= agent.capacity.max(had), "{} has {load}", agent.id);
    }
    for found in before.conversations() {
        let now = after.conversation(&found.id);
        let now = now.or_else(|| changes.closed.iter().find(|closed| closed.id == found.id));
        let Some(now) = now else {
            return Err(TestCaseError::fail(format!("{} is lost", found.id)));
        };
        prop_assert!(now.epoch >= found.epoch);
        let holder = |found: &Conversation| found.agent.clone().filter(|_| found.state.is_held());
        let (had, has) = (holder(found), holder(now));
        if had != has && now.openid.is_some() {
            // The shard that ends it says the epoch itself.
            prop_assert!(
                now.epoch > found.epoch || now.state == State::Resolved,
                "{} {had:?} {has:?}",
                found.id
            );
        }
    }
    prop_assert!(
        after.next_due(now).is_none_or(|due| due > now),
        "something is due still"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn whatever_happens_nobody_is_over_capacity_and_no_fan_waits_while_somebody_is_free(
        setup in setups(),
        happenings in happenings(),
        channel in prop::sample::select(&["wechat", "web"][..]),
    ) {
        let mut day = Day::new(channel);
        let mut desk = Desk::default();
        desk.turn(day.staff(&setup), day.at()).1.unwrap();
        for happens in &happenings {
            let before = desk.clone();
            let command = day.command(happens);
            let (changes, done) = desk.turn(command, day.at());
            check(&before, &desk, &changes, day.at())?;
            if done.is_err() && !matches!(happens, Happens::Waits(_)) {
                // Nothing but what time did.
                let mut other = before.clone();
                other.turn(fandesk_desk::Command::Tick, day.at()).1.unwrap();
                prop_assert_eq!(&other, &desk);
            }
        }
    }
}
