//! Fans are given to whoever is there, and given on when somebody is gone.

use std::time::Duration;

use fandesk_e2e::wait::within;
use fandesk_e2e::{Agent, Deployment, Fan, Invited, Mode, Setup, eventually};
use serde_json::{Value, json};

fn waiting_fan(desk: &Deployment) -> Fan {
    let fan = desk.fan();
    assert!(fan.say("人工").is_well());
    fan
}

/// Who has each of these fans.
fn holders(watcher: &Agent, fans: &[Fan]) -> Vec<Value> {
    let holder = |fan: &Fan| watcher.sees(&watcher.finds(fan.openid()))["agent"].clone();
    fans.iter().map(holder).collect()
}

#[test]
fn fans_are_shared_fairly_and_shared_again_when_somebody_is_gone() {
    let desk = Setup::new(Mode::Plain).start();
    let boss = desk.hires(Invited::supervisor("主管"));
    let agents: Vec<Agent> = ["艾丽丝", "鲍勃", "卡罗"]
        .map(|name| desk.hires(Invited::agent(name)))
        .into();
    let mut consoles: Vec<_> = agents.iter().map(Agent::watches).collect();
    let fans: Vec<Fan> = (0..6).map(|_| waiting_fan(&desk)).collect();
    let count = |holders: &[Value], agent: &Agent| {
        holders
            .iter()
            .filter(|holder| **holder == json!(agent.id()))
            .count()
    };
    let shared = eventually("everybody has two", || {
        let holders = holders(&boss, &fans);
        agents
            .iter()
            .all(|agent| count(&holders, agent) == 2)
            .then_some(holders)
    });
    // A lid is closed. What she has is kept for her for half a minute, and then given to the others.
    consoles[0].falls_silent();
    let again = within(Duration::from_secs(60), || {
        let holders = holders(&boss, &fans);
        (count(&holders, &agents[0]) == 0
            && agents[1..].iter().all(|agent| count(&holders, agent) == 3))
        .then_some(holders)
    });
    let again = again.expect("her fans are given to the others, one each");
    for (before, after) in shared.iter().zip(&again) {
        assert!(
            *before == json!(agents[0].id()) || before == after,
            "who has a fan keeps them"
        );
    }
    consoles.clear();
}

#[test]
fn a_console_is_told_of_a_fan_who_is_given_to_its_holder_and_of_what_they_write() {
    let desk = Setup::new(Mode::Safe).start();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let console = alice.watches();
    let fan = waiting_fan(&desk);
    let id = console.hears("the conversation", |news| {
        let found = &news["conversation"];
        (found["openid"] == fan.openid() && found["agent"] == alice.id())
            .then(|| found["id"].as_str().unwrap().to_owned())
    });
    fan.say("你好，有人吗");
    let entry = console.hears("what the fan wrote", |news| {
        let is_it = news["type"] == "entry" && news["entry"]["text"] == "你好，有人吗";
        is_it.then(|| news.clone())
    });
    assert_eq!(
        (&entry["conversation"], &entry["entry"]["from"]),
        (&json!(id), &json!("fan"))
    );
}

#[test]
fn somebody_who_types_is_seen_by_colleagues_of_the_team_and_by_nobody_else() {
    let desk = Setup::new(Mode::Plain).start();
    let teams = json!({ "id": "night", "name": "夜班" });
    desk.api().put("/teams/night", &teams).expect(200);
    let (alice, bob) = (
        desk.hires(Invited::agent("艾丽丝")),
        desk.hires(Invited::agent("鲍勃")),
    );
    let carol = desk.hires(Invited::agent("卡罗").of(&["night"]));
    let (hers, his, foreign) = (alice.watches(), bob.watches(), carol.watches());
    let id = alice.finds(waiting_fan(&desk).openid());
    hers.say(&json!({ "type": "typing", "conversation": id }));
    let typing = his.hears("who types", |news| {
        (news["type"] == "typing").then(|| news.clone())
    });
    assert_eq!(
        (&typing["agent"], &typing["conversation"]),
        (&json!(alice.id()), &json!(id))
    );
    assert!(
        foreign
            .heard()
            .iter()
            .all(|heard| heard.message["type"] == "hello" || heard.message["type"] == "agent")
    );
}

#[test]
fn a_deadline_that_passes_while_the_desk_is_down_is_missed_at_its_exact_moment() {
    let mut desk = Setup::new(Mode::Plain).start();
    let policy = json!({ "first_answer_ms": 4_000, "next_answer_ms": 4_000, "resolution_ms": 60_000,
                         "warn_ms": 1_000, "by_tag": {} });
    let teams = json!({ "id": "desk", "name": "服务台", "policy": policy });
    desk.api().put("/teams/desk", &teams).expect(200);
    let boss = desk.hires(Invited::supervisor("主管"));
    let (awake, asleep) = (waiting_fan(&desk), waiting_fan(&desk));
    let deadline = |fan: &Fan| {
        let found = boss.sees(&boss.finds(fan.openid()));
        let of_kind = |deadline: &&Value| deadline["kind"] == "first_answer";
        found["deadlines"]
            .as_array()
            .unwrap()
            .iter()
            .find(of_kind)
            .unwrap()
            .clone()
    };
    let due = deadline(&asleep)["due_at"].as_i64().unwrap();
    desk.kill();
    std::thread::sleep(Duration::from_secs(5));
    desk.start();
    for fan in [&awake, &asleep] {
        let missed = eventually("it is noticed", || {
            Some(deadline(fan)).filter(|deadline| !deadline["breached_at"].is_null())
        });
        assert_eq!(missed["breached_at"], missed["due_at"]);
    }
    assert_eq!(deadline(&asleep)["due_at"].as_i64(), Some(due));
    // One more, with somebody who watches: the word comes with the moment.
    let console = boss.watches();
    let late = waiting_fan(&desk);
    let id = boss.finds(late.openid());
    let due = deadline(&late)["due_at"].as_i64().unwrap();
    let of_it = |what: &str| {
        console.hears(what, |news| {
            (news["type"] == "deadline" && news["conversation"] == id && news["what"] == what)
                .then_some(())
        });
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_millis()
    };
    of_it("warning");
    let told_at = i64::try_from(of_it("breach")).unwrap();
    assert!(
        (due..due + 1_000).contains(&told_at),
        "{} ms late",
        told_at - due
    );
}
