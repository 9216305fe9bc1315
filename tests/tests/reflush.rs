//! D1 is set back to an earlier moment, and the shards tell it again what happened since.

use std::time::{SystemTime, UNIX_EPOCH};

use fandesk_e2e::databases::{number, rows};
use fandesk_e2e::{Answer, Api, Deployment, Message, Mode, Setup, eventually, new_openid};
use serde_json::json;

/// Who is gone wrote this.
const SECRET: &str = "my address is 7 Secret Lane";

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

fn reflush(api: &Api, query: &str) -> Answer {
    api.ask("POST", &format!("/reflush?{query}"), &[], None)
}

fn write(desk: &Deployment, openid: &str, text: &str) {
    desk.wechat().send(&Message::text(openid, text)).expect(200);
}

/// Waits until nothing waits for D1.
#[track_caller]
fn settle(desk: &Deployment) {
    let waits = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM events WHERE seq > (SELECT flushed FROM progress))";
    let databases = desk.databases();
    eventually("D1 has everything", || {
        databases
            .shards()
            .all(|shard| number(shard, waits) == 0)
            .then_some(())
    });
}

/// What D1 knows of everyone. When a fan was last seen is left out: D1 learns it once a day.
fn known(desk: &Deployment) -> Vec<Vec<String>> {
    let databases = desk.databases();
    let mut known = Vec::new();
    for query in [
        "SELECT fan_ref, openid, rev, followed, pushes_stopped, first_seen_at FROM fans ORDER BY 1",
        "SELECT * FROM follows ORDER BY 1, 2",
        "SELECT * FROM conversations ORDER BY 1, 2",
        "SELECT * FROM jobs ORDER BY 1, 2",
        "SELECT * FROM erasures ORDER BY 1, 2",
        "SELECT account, version, format, document FROM playbooks ORDER BY 1, 2",
    ] {
        known.push(rows(databases.people(), query));
    }
    for table in ["events", "payloads", "erasures"] {
        let query = format!("SELECT * FROM {table} ORDER BY 1, 2, 3");
        known.push(rows(databases.ledger(), &query));
    }
    known
}

#[test]
fn a_d1_that_was_set_back_lacks_nothing_afterwards_and_who_was_erased_stays_erased() {
    let mut desk = Setup::new(Mode::Plain)
        .with("FANDESK_ERASE_AFTER_HOURS", "0")
        .start();
    let (stays, leaves) = (desk.fan(), desk.fan());
    leaves.follow();
    write(&desk, leaves.openid(), SECRET);
    stays.follow();
    stays.say("GO");
    for _ in 0..20 {
        write(&desk, &new_openid(), "GO");
    }
    settle(&desk);
    desk.stop();
    let copy = desk.copy_of_d1();
    desk.start();

    let set_back_to = now();
    stays.say("查物流 12345");
    // Last: whoever waits for a person is not answered by the bot.
    stays.say("人工");
    for _ in 0..20 {
        write(&desk, &new_openid(), "GO");
    }
    leaves.unfollow();
    let second = "default = { text = \"the second\" }\n";
    assert_eq!(desk.api().publish(second).expect(200).json()["version"], 2);
    eventually("a person was erased", || {
        let databases = desk.databases();
        (number(databases.people(), "SELECT count(*) FROM erasures") == 1
            && number(databases.ledger(), "SELECT count(*) FROM erasures") == 1)
            .then_some(())
    });
    eventually("the job ended", || {
        let jobs = desk.api().jobs_of(stays.openid());
        (jobs.len() > 1 && jobs.iter().all(|job| job["state"] == "done")).then_some(())
    });
    settle(&desk);
    let (before, events) = (known(&desk), desk.api().events());

    desk.stop();
    desk.set_back_d1(&copy);
    desk.start();
    assert_ne!(known(&desk), before);
    assert!(!desk.databases().mentions(SECRET).is_empty());

    let since = format!("since={set_back_to}");
    let reflushed = reflush(&desk.api(), &since).expect(200).json();
    assert_eq!(
        (&reflushed["shards"], &reflushed["playbook"]),
        (&json!(8), &json!(2))
    );
    settle(&desk);
    assert_eq!(known(&desk), before);
    assert_eq!(desk.api().events(), events);
    assert_eq!(desk.databases().mentions(SECRET), Vec::<String>::new());
    assert_eq!(
        desk.databases().mentions(leaves.openid()),
        Vec::<String>::new()
    );

    // Once more changes nothing, and the next version is one that every shard takes.
    let again = reflush(&desk.api(), "since=0").expect(200).json();
    assert_eq!(again["playbook"], json!(null));
    settle(&desk);
    assert_eq!(known(&desk), before);
    let third = "default = { text = \"the third\" }\n";
    let published = desk.api().publish(third).expect(200).json();
    assert_eq!(published, json!({ "version": 3, "warnings": [] }));
    let shards = desk.api().all("/playbook/shards?");
    assert!(
        shards.iter().all(|shard| shard["version"] == 3),
        "{shards:?}"
    );
}

#[test]
fn a_reflush_without_a_moment_that_was_is_refused() {
    let desk = Setup::new(Mode::Plain).without_demo().start();
    let api = desk.api();
    for wrong in [
        String::new(),
        "since=".to_owned(),
        "since=yesterday".to_owned(),
        "since=-1".to_owned(),
        "since=1.5".to_owned(),
        format!("since={}", now() + 3_600_000),
    ] {
        let error = reflush(&api, &wrong).expect(422).json();
        assert_eq!(error["error"]["field"], "since", "{wrong}");
    }
    let error = reflush(&api, "since=0&until=1").expect(422).json();
    assert_eq!(error["error"]["field"], "until");
    api.get("/reflush").expect(405);
    reflush(&api.without_token(), "since=0").expect(401);
}
