//! Fans come, go and come back: follow times, places in menus, and the erasure of personal data.

use fandesk_e2e::databases::number;
use fandesk_e2e::simulator::BUSINESS;
use fandesk_e2e::{Deployment, Fan, Message, Mode, Setup, Shared, eventually, new_openid};
use serde_json::Value;

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());
static FORGETFUL: Shared = Shared::new(forgetful);

/// Erases a person's data as soon as they leave.
fn forgetful() -> Deployment {
    Setup::new(Mode::Plain)
        .with("FANDESK_ERASE_AFTER_HOURS", "0")
        .start()
}

#[track_caller]
fn wait_until_forgotten(desk: &Deployment, fan: &Fan) {
    let path = format!("/fans/{}", fan.openid());
    eventually("the fan is forgotten", || {
        (desk.api().get(&path).status == 404).then_some(())
    });
}

/// Follows, asks for a parcel and a person, and leaves; returns when the data is gone from the shard.
fn come_and_go(desk: &Deployment) -> Fan {
    let fan = desk.fan();
    fan.follow_by("counter-1");
    fan.say("查物流 30001");
    fan.gets("30001");
    fan.say("人工");
    fan.unfollow();
    wait_until_forgotten(desk, &fan);
    fan
}

#[test]
fn who_follows_again_has_two_intervals() {
    let desk = DESK.lend();
    let openid = new_openid();
    let wechat = desk.wechat();
    for (event, at) in [
        ("subscribe", 1_700_000_000),
        ("unsubscribe", 1_700_000_100),
        ("subscribe", 1_700_000_200),
    ] {
        wechat
            .send(&Message::event(&openid, event).with("CreateTime", at))
            .expect(200);
    }
    let fan = desk.api().fan(&openid);
    let times = |follow: &Value| (follow["started_at"].as_i64(), follow["ended_at"].as_i64());
    let follows: Vec<_> = fan["follows"]
        .as_array()
        .unwrap()
        .iter()
        .map(times)
        .collect();
    assert_eq!(
        follows,
        [
            (Some(1_700_000_000_000), Some(1_700_000_100_000)),
            (Some(1_700_000_200_000), None)
        ]
    );
    assert_eq!(fan["followed"], true);
    assert_eq!(fan["erase_at"], Value::Null);
}

#[test]
fn who_left_will_be_erased_after_thirty_days() {
    let desk = DESK.lend();
    let fan = desk.fan();
    fan.follow();
    fan.unfollow();
    let fan = desk.api().fan(fan.openid());
    let days =
        (fan["erase_at"].as_i64().unwrap() - fan["last_seen_at"].as_i64().unwrap()) / 86_400_000;
    assert_eq!((days, &fan["followed"]), (30, &Value::Bool(false)));
}

#[test]
fn a_place_in_a_menu_survives_a_restart() {
    let mut desk = Setup::new(Mode::Plain).start();
    let openid = new_openid();
    let wechat = desk.wechat();
    let say = |text: &str| wechat.text(&wechat.send(&Message::text(&openid, text)));
    say("菜单");
    say("1");
    desk.restart();
    assert!(say("1").contains("1 维修价格"));
}

#[test]
fn a_fan_stays_with_their_shard_when_the_setting_changes() {
    let mut desk = Setup::new(Mode::Plain).start();
    let openids: Vec<String> = (0..20).map(|_| new_openid()).collect();
    for openid in &openids {
        desk.wechat().send(&Message::text(openid, "GO")).expect(200);
    }
    desk.stop();
    desk.set("FANDESK_SHARDS", "3");
    desk.start();
    for openid in &openids {
        assert_eq!(desk.api().events_of(openid).len(), 1);
    }
}

#[test]
fn who_left_is_erased_from_what_the_api_shows() {
    let desk = FORGETFUL.lend();
    let fan = come_and_go(&desk);
    assert_eq!(desk.api().events_of(fan.openid()), Vec::<Value>::new());
    assert!(
        !desk
            .api()
            .get("/events?limit=1000")
            .body
            .contains(fan.openid())
    );
    eventually("the copies of the jobs are nobody's", || {
        desk.api().jobs_of(fan.openid()).is_empty().then_some(())
    });
}

#[test]
fn that_something_happened_is_still_counted_after_an_erase() {
    let desk = forgetful();
    come_and_go(&desk);
    let events = desk.api().events();
    let kinds: Vec<_> = events
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "event.subscribe",
            "text",
            "text",
            "handover",
            "event.unsubscribe"
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event["payload"].is_null() && event["reply"].is_null())
    );
}

/// Waits until nothing is on its way to D1, and asserts that no database mentions the fan.
#[track_caller]
fn assert_forgotten_everywhere(desk: &Deployment, fan: &Fan) {
    let databases = desk.databases();
    eventually("everything on its way to D1 has arrived", || {
        let waiting = "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM events WHERE seq > (SELECT flushed FROM progress))";
        databases
            .shards()
            .all(|shard| number(shard, waiting) == 0)
            .then_some(())
    });
    assert_eq!(
        number(databases.ledger(), "SELECT count(*) FROM erasures"),
        1
    );
    assert_eq!(databases.mentions(fan.openid()), Vec::<String>::new());
}

#[test]
fn no_database_mentions_who_left() {
    let desk = forgetful();
    let fan = come_and_go(&desk);
    assert_forgotten_everywhere(&desk, &fan);
}

#[test]
fn a_look_up_under_way_does_not_bring_back_who_left() {
    let desk = forgetful();
    let fan = desk.fan();
    desk.simulator().slow_down(BUSINESS, 2_000, 1);
    fan.say("查物流 30002");
    eventually("it is under way", || {
        (desk.simulator().calls(BUSINESS) == 1).then_some(())
    });
    fan.unfollow();
    wait_until_forgotten(&desk, &fan);
    eventually("the answer came", || {
        (desk.simulator().stats()["demo"]["answered"] == 1).then_some(())
    });
    // Whoever asks after that has the consumer to themselves, so the first answer has been settled.
    let other = desk.fan();
    other.say("查物流 30003");
    other.gets("30003");
    assert_eq!(fan.service_messages(), Vec::<String>::new());
    assert_forgotten_everywhere(&desk, &fan);
}

#[test]
fn who_returns_after_an_erase_is_a_new_person() {
    let desk = FORGETFUL.lend();
    let fan = come_and_go(&desk);
    fan.follow();
    let returned = desk.api().fan(fan.openid());
    assert_eq!(returned["follows"].as_array().unwrap().len(), 1);
    assert_eq!(returned["follows"][0]["scene"], Value::Null);
    assert_eq!(returned["waiting_since"], Value::Null);
    assert_eq!(desk.api().events_of(fan.openid()).len(), 1);
}

#[test]
fn a_revoked_authorisation_erases_whom_it_names_not_whom_it_is_from() {
    let desk = FORGETFUL.lend();
    // Several, so that hardly all senders belong to the shards of the fans by chance.
    let openids: Vec<String> = (0..6).map(|_| new_openid()).collect();
    for openid in &openids {
        desk.wechat().send(&Message::text(openid, "GO")).expect(200);
        let event = Message::event(&new_openid(), "user_authorization_revoke");
        let revoked = event
            .with("OpenID", openid.as_str())
            .with("RevokeInfo", "1");
        desk.wechat().send(&revoked).expect(200);
    }
    for openid in &openids {
        eventually("what the fan said is gone", || {
            desk.api().events_of(openid).is_empty().then_some(())
        });
    }
}

#[test]
fn an_event_about_the_account_makes_no_fan() {
    let desk = DESK.lend();
    let sender = new_openid();
    let finished = Message::event(&sender, "MASSSENDJOBFINISH")
        .with("MsgID", 1_000_001)
        .with("Status", "sendsuccess");
    desk.wechat().send(&finished).expect(200);
    assert_eq!(
        desk.api().events_of(&sender)[0]["kind"],
        "event.masssendjobfinish"
    );
    desk.api().get(&format!("/fans/{sender}")).expect(404);
}
