//! D1 as the memory behind the shards: what they no longer keep is shown from there, and nobody sees a difference.

use std::collections::HashSet;

use fandesk_e2e::databases::number;
use fandesk_e2e::{Deployment, Message, Mode, Setup, eventually, new_openid};

/// Waits until D1 has so many events.
#[track_caller]
fn wait_for_ledger(desk: &Deployment, events: i64) {
    let databases = desk.databases();
    eventually("D1 has them", || {
        (number(databases.ledger(), "SELECT count(*) FROM events") == events).then_some(())
    });
    eventually("the shards know it", || {
        let unflushed = "SELECT count(*) FROM events WHERE seq > (SELECT flushed FROM progress)";
        databases
            .shards()
            .all(|shard| number(shard, unflushed) == 0)
            .then_some(())
    });
}

/// Lets the shards forget, as they do after some days.
fn forget(desk: &mut Deployment, statement: &str) {
    desk.stop();
    for shard in desk.databases().shards() {
        shard.execute_batch(statement).unwrap();
    }
    desk.start();
}

#[test]
fn events_look_the_same_from_d1() {
    let mut desk = Setup::new(Mode::Plain).start();
    let openid = new_openid();
    let list = serde_json::json!([{ "A": "1" }, { "A": "二" }]);
    let wechat = desk.wechat();
    wechat
        .send(&Message::event(&openid, "subscribe").with("EventKey", "qrscene_counter-1"))
        .expect(200);
    wechat
        .send(&Message::text(&openid, "GO \"quoted\" 😀"))
        .expect(200);
    wechat.send(&Message::text(&openid, "人工")).expect(200);
    wechat
        .send(&Message::bare(&openid, "new_type").with("List", list))
        .expect(200);
    let before = desk.api().events_of(&openid);
    assert_eq!(before.len(), 5);
    wait_for_ledger(&desk, 5);
    forget(&mut desk, "DELETE FROM events");
    assert_eq!(desk.api().events_of(&openid), before);
    assert_eq!(desk.api().events(), before);
}

#[test]
fn a_list_that_begins_in_d1_and_ends_in_the_shards_has_everything_once() {
    let mut desk = Setup::new(Mode::Plain).start();
    let send = |desk: &Deployment, count: usize| {
        for _ in 0..count {
            desk.wechat()
                .send(&Message::text(&new_openid(), "GO"))
                .expect(200);
        }
    };
    send(&desk, 60);
    wait_for_ledger(&desk, 60);
    let before = desk.api().events();
    forget(&mut desk, "DELETE FROM events");
    send(&desk, 40);
    for limit in [1, 7, 1000] {
        let events = desk.api().all(&format!("/events?limit={limit}"));
        assert_eq!(events.len(), 100, "limit {limit}");
        assert_eq!(
            events
                .iter()
                .map(|event| event["id"].as_str())
                .collect::<HashSet<_>>()
                .len(),
            100
        );
        assert_eq!(events[..60], before);
    }
}

#[test]
fn the_largest_messages_reach_d1_too() {
    let desk = Setup::new(Mode::Plain).with("FANDESK_SHARDS", "1").start();
    // Quotes grow with every layer of JSON around them.
    let content = "\"".repeat(255 * 1024);
    for _ in 0..8 {
        desk.wechat()
            .send(&Message::text(&new_openid(), &content))
            .expect(200);
    }
    wait_for_ledger(&desk, 8);
    let longest = "SELECT min(length(payload ->> 'Content')) FROM payloads";
    assert_eq!(number(desk.databases().ledger(), longest), 255 * 1024);
}

#[test]
fn a_job_looks_the_same_from_d1() {
    let mut desk = Setup::new(Mode::Plain).start();
    let fan = desk.fan();
    fan.say("GO");
    let id = desk.api().write_well(fan.openid(), "news");
    let before = desk.api().job_becomes(&id, "done");
    // Listing brings D1 up to date.
    assert_eq!(desk.api().jobs_of(fan.openid())[0], before);
    forget(&mut desk, "DELETE FROM jobs");
    assert_eq!(desk.api().job(&id), before);
}
