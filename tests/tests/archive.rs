//! Old events leave D1 for the bucket, and nobody who reads sees a difference; who is erased is gone from there too.

use std::collections::HashSet;
use std::time::Duration;

use fandesk_e2e::databases::number;
use fandesk_e2e::wait::within;
use fandesk_e2e::{Deployment, Fan, Message, Mode, Setup, eventually, new_openid};
use serde_json::Value;

/// The Clock comes each minute.
const A_TICK_OR_TWO: Duration = Duration::from_secs(150);

/// Everything that happened so far happened twenty days ago, and the shards forgot it since.
fn age(desk: &mut Deployment) {
    let databases = desk.databases();
    eventually("D1 has everything", || {
        let unflushed = "SELECT count(*) FROM events WHERE seq > (SELECT flushed FROM progress)";
        databases
            .shards()
            .all(|shard| number(shard, unflushed) == 0)
            .then_some(())
    });
    desk.stop();
    let databases = desk.databases();
    databases
        .ledger()
        .execute_batch("UPDATE events SET received_at = received_at - 20 * 86400000")
        .unwrap();
    for shard in databases.shards() {
        shard.execute_batch("DELETE FROM events").unwrap();
    }
    desk.start();
}

/// Waits until something is archived, D1 has nothing old, and no object has anything of who was erased.
#[track_caller]
fn wait_for_the_archive(desk: &Deployment) {
    let archived = "SELECT count(*) FROM archives";
    let left = "SELECT (SELECT count(*) FROM events WHERE received_at < (SELECT max(received_until) + 86400000 FROM archives)) \
                + (SELECT count(*) FROM archived_fans WHERE openid IS NULL)";
    let databases = desk.databases();
    let ledger = databases.ledger();
    let done = within(A_TICK_OR_TWO, || {
        (number(ledger, archived) > 0 && number(ledger, left) == 0).then_some(())
    });
    assert!(done.is_some(), "the archive was not done in time");
}

fn ids(events: &[Value]) -> HashSet<&str> {
    events
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect()
}

/// What is in the bucket, which is what D1 names.
#[track_caller]
fn archived(desk: &Deployment) -> String {
    let text: String = desk.objects().into_iter().map(|(_, text)| text).collect();
    let named = "SELECT sum(events) FROM archives";
    assert_eq!(
        text.lines().count() as i64,
        number(desk.databases().ledger(), named)
    );
    text
}

fn chatty(desk: &Deployment) -> Fan {
    let fan = desk.fan();
    fan.follow();
    fan.say("GO \"引号\" 😀");
    fan.say("帮助");
    fan
}

#[test]
fn archived_events_are_listed_as_before_and_an_erase_reaches_them() {
    let mut desk = Setup::new(Mode::Plain)
        .with("FANDESK_ERASE_AFTER_HOURS", "0")
        .start();
    let (leaves, stays) = (chatty(&desk), chatty(&desk));
    for _ in 0..40 {
        desk.wechat()
            .send(&Message::text(&new_openid(), "GO"))
            .expect(200);
    }
    age(&mut desk);
    let before = desk.api().events();
    let before_of_fan = desk.api().events_of(leaves.openid());
    assert_eq!((before.len(), before_of_fan.len()), (46, 3));
    wait_for_the_archive(&desk);

    // Everything is in the bucket, and looks as it did.
    assert_eq!(
        number(desk.databases().ledger(), "SELECT count(*) FROM events"),
        0
    );
    assert_eq!(
        number(desk.databases().ledger(), "SELECT count(*) FROM payloads"),
        0
    );
    assert_eq!(desk.api().events(), before);
    assert_eq!(desk.api().events_of(leaves.openid()), before_of_fan);
    assert!(archived(&desk).contains(leaves.openid()));

    // Old and new in one list, at any size of page.
    stays.say("GO");
    for limit in [1, 7, 1000] {
        let events = desk.api().all(&format!("/events?limit={limit}"));
        assert_eq!(events.len(), 47, "limit {limit}");
        assert_eq!(ids(&events).len(), 47);
        assert_eq!(events[..46], before);
        let path = format!("/events?limit={limit}&openid={}", stays.openid());
        assert_eq!(desk.api().all(&path).len(), 4, "limit {limit}");
    }

    // Who leaves is gone from D1 at once, and from the bucket with the next tick.
    leaves.unfollow();
    eventually("the fan's events are anonymous", || {
        desk.api()
            .events_of(leaves.openid())
            .is_empty()
            .then_some(())
    });
    let anonymous = |events: &[Value]| {
        events
            .iter()
            .filter(|event| event["openid"].is_null())
            .count()
    };
    assert_eq!(anonymous(&desk.api().events()), 4);
    wait_for_the_archive(&desk);
    assert_eq!(anonymous(&desk.api().events()), 4);
    let text = archived(&desk);
    assert!(!text.contains(leaves.openid()));
    assert!(text.contains(stays.openid()));
    assert_eq!(
        desk.databases().mentions(leaves.openid()),
        Vec::<String>::new()
    );
    assert_eq!(desk.api().events_of(stays.openid()).len(), 4);
}

#[test]
fn a_power_cut_while_it_archives_loses_and_doubles_nothing() {
    let mut desk = Setup::new(Mode::Plain).with("FANDESK_SHARDS", "24").start();
    for _ in 0..200 {
        desk.wechat()
            .send(&Message::text(&new_openid(), "GO"))
            .expect(200);
    }
    age(&mut desk);
    let before = desk.api().events();
    let begun = "SELECT count(*) FROM archives";
    let some = within(A_TICK_OR_TWO, || {
        (number(desk.databases().ledger(), begun) > 0).then_some(())
    });
    assert!(some.is_some(), "nothing was archived in time");
    desk.kill();
    desk.start();
    assert_eq!(desk.api().events(), before);
    let left = "SELECT count(*) FROM events";
    let all = within(A_TICK_OR_TWO, || {
        (number(desk.databases().ledger(), left) == 0).then_some(())
    });
    assert!(all.is_some(), "some were never archived");
    assert_eq!(desk.api().events(), before);
}
