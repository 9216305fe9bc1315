//! Faults around a running deployment: rows that D1 refuses for ever, a D1 that is locked, a day's backlog, lost alarms, and answers of
//! WeChat that are half, wrong or refusals in a storm. `docs/reliability.md` lists what each costs.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fandesk_e2e::databases::number;
use fandesk_e2e::stub::{Asked, Reply};
use fandesk_e2e::wait::within;
use fandesk_e2e::{
    Deployment, Message, Mode, Setup, Stub, at_once, eventually, message, new_openid,
};

/// Longer than the three failures after which a bad row is looked for.
const SEARCHED_FOR: Duration = Duration::from_secs(60);

/// After this, WeChat gives a callback up.
const WECHATS_PATIENCE: Duration = Duration::from_secs(5);

/// Makes D1 refuse every event.
const AWAY: &str =
    "CREATE TRIGGER away BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'away'); END";
const MEND: &str = "DROP TRIGGER away";

fn start_with_one_shard() -> Deployment {
    Setup::new(Mode::Plain).with("FANDESK_SHARDS", "1").start()
}

/// So many fans write at once, and every one is answered. Returns their openids.
#[track_caller]
fn crowd(desk: &Deployment, fans: usize) -> Vec<String> {
    let openids: Vec<String> = (0..fans).map(|_| new_openid()).collect();
    let wechat = desk.wechat();
    let answers = at_once(fans, |fan| wechat.send(&Message::text(&openids[fan], "GO")));
    for answer in &answers {
        assert!(wechat.text(answer).contains("出发"));
    }
    openids
}

#[track_caller]
fn wait_for_events(desk: &Deployment, events: i64) {
    let databases = desk.databases();
    let arrived = within(SEARCHED_FOR, || {
        (number(databases.ledger(), "SELECT count(*) FROM events") == events).then_some(())
    });
    assert!(arrived.is_some(), "D1 does not get {events} events");
}

#[test]
fn rows_that_d1_refuses_for_ever_are_parked_alone_and_arrive_when_it_takes_them() {
    let mut desk = start_with_one_shard();
    let bad = new_openid();
    let databases = desk.databases();
    databases
        .ledger()
        .execute_batch(&format!(
            "CREATE TRIGGER bad BEFORE INSERT ON payloads WHEN NEW.openid = '{bad}' \
             BEGIN SELECT RAISE(ABORT, 'never'); END"
        ))
        .unwrap();
    databases
        .people()
        .execute_batch(&format!(
            "CREATE TRIGGER bad BEFORE INSERT ON fans WHEN NEW.openid = '{bad}' \
             BEGIN SELECT RAISE(ABORT, 'never'); END"
        ))
        .unwrap();
    let wechat = desk.wechat();
    assert!(
        wechat
            .text(&wechat.send(&Message::text(&bad, "GO")))
            .contains("出发")
    );
    crowd(&desk, 40);

    wait_for_events(&desk, 40);
    let known = "SELECT count(*) FROM fans";
    eventually("the other fans are in D1", || {
        (number(databases.people(), known) == 40).then_some(())
    });
    let shard = databases.shards().next().unwrap();
    eventually("one event and one fan are parked", || {
        (number(shard, "SELECT count(*) FROM parked") == 2).then_some(())
    });
    assert!(desk.log().contains("parked Event(1)"));
    assert_eq!(desk.api().events().len(), 41);

    databases
        .ledger()
        .execute_batch("DROP TRIGGER bad")
        .unwrap();
    databases
        .people()
        .execute_batch("DROP TRIGGER bad")
        .unwrap();
    desk.stop();
    // As if their hour were over.
    for shard in desk.databases().shards() {
        shard.execute_batch("UPDATE parked SET until = 1").unwrap();
    }
    desk.start();
    wait_for_events(&desk, 41);
    eventually("the last fan is in D1", || {
        (number(desk.databases().people(), known) == 41).then_some(())
    });
}

#[test]
fn a_d1_that_refuses_everything_parks_nothing() {
    let desk = start_with_one_shard();
    let databases = desk.databases();
    let ledger = databases.ledger();
    ledger.execute_batch(AWAY).unwrap();
    crowd(&desk, 40);
    let failed_often = within(SEARCHED_FOR, || {
        let log = desk.log();
        let vain = log.lines().filter(|line| line.contains("lane ledger"));
        (vain.count() >= 5).then_some(())
    });
    assert!(failed_often.is_some());
    let shard = databases.shards().next().unwrap();
    assert_eq!(number(shard, "SELECT count(*) FROM parked"), 0);
    ledger.execute_batch(MEND).unwrap();
    wait_for_events(&desk, 40);
}

#[test]
fn while_d1_is_locked_by_another_everybody_is_answered_and_d1_has_all_afterwards() {
    let desk = start_with_one_shard();
    let databases = desk.databases();
    databases.ledger().execute_batch("BEGIN IMMEDIATE").unwrap();
    crowd(&desk, 40);
    let held = Instant::now();
    eventually("a flush fails, or hangs for long", || {
        (desk.log().contains("lane ledger") || held.elapsed() > Duration::from_secs(5))
            .then_some(())
    });
    crowd(&desk, 10);
    assert_eq!(desk.api().events().len(), 50);
    databases.ledger().execute_batch("COMMIT").unwrap();
    wait_for_events(&desk, 50);
}

#[test]
fn a_backlog_of_fifty_thousand_drains_while_callbacks_are_answered_in_time() {
    const BACKLOG: i64 = 50_000;
    let mut desk = start_with_one_shard();
    desk.databases().ledger().execute_batch(AWAY).unwrap();
    crowd(&desk, 1);
    desk.stop();
    for shard in desk.databases().shards() {
        shard
            .execute_batch(&format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {BACKLOG}) \
                 INSERT INTO events (kind, openid, fan_ref, occurred_at, received_at, payload) \
                 SELECT 'text', 'oBacklog' || i, 'r' || i, 1, 1, '{{\"Content\":\"' || printf('%.*c', 400, 'x') || '\"}}' FROM n"
            ))
            .unwrap();
    }
    desk.start();
    let databases = desk.databases();
    databases.ledger().execute_batch(MEND).unwrap();
    let arrived = || number(databases.ledger(), "SELECT count(*) FROM events");
    let (draining, drained) = (AtomicBool::new(false), AtomicBool::new(false));
    let (answered, meanwhile) = thread::scope(|scope| {
        let fans = scope.spawn(|| {
            let (mut answered, mut meanwhile) = (0, 0);
            while !drained.load(Ordering::Relaxed) {
                let asked_at = Instant::now();
                crowd(&desk, 1);
                assert!(asked_at.elapsed() < WECHATS_PATIENCE);
                answered += 1;
                meanwhile += i64::from(draining.load(Ordering::Relaxed));
            }
            (answered, meanwhile)
        });
        let whole = within(SEARCHED_FOR, || {
            let there = arrived();
            draining.store((1..BACKLOG).contains(&there), Ordering::Relaxed);
            (there > BACKLOG).then_some(())
        });
        drained.store(true, Ordering::Relaxed);
        assert!(whole.is_some(), "{} arrived", arrived());
        fans.join().unwrap()
    });
    assert!(meanwhile > 0, "nobody wrote while it drained");
    wait_for_events(&desk, BACKLOG + 1 + answered);
}

#[test]
fn shards_whose_alarm_was_lost_flush_after_a_restart() {
    let mut desk = start_with_one_shard();
    desk.databases().ledger().execute_batch(AWAY).unwrap();
    crowd(&desk, 10);
    desk.stop();
    // Where workerd keeps an object's alarm.
    for shard in desk.databases().shards() {
        shard.execute_batch("DELETE FROM _cf_METADATA").unwrap();
        shard.execute_batch("DELETE FROM lanes").unwrap();
    }
    desk.databases().ledger().execute_batch(MEND).unwrap();
    desk.start();
    wait_for_events(&desk, 10);
}

#[test]
fn a_page_of_large_events_is_cut_by_bytes_and_the_pages_have_all_of_them_once() {
    let mut desk = start_with_one_shard();
    let fan = new_openid();
    let content = "x".repeat(250 * 1024);
    for number in 0..40 {
        let openid = if number % 2 == 0 {
            fan.clone()
        } else {
            new_openid()
        };
        desk.wechat()
            .send(&Message::text(&openid, &content))
            .expect(200);
    }
    let check = |desk: &Deployment| {
        for (path, expected) in [
            ("/events?limit=1000".to_owned(), 40),
            (format!("/events?limit=1000&openid={fan}"), 20),
        ] {
            let page = desk.api().get(&path).expect(200);
            assert!(page.body.len() < 6 * 1024 * 1024, "{}", page.body.len());
            assert!(page.json()["next"].is_string());
            let events = desk.api().all(&path);
            let ids: HashSet<_> = events.iter().map(|event| event["id"].as_str()).collect();
            assert_eq!((events.len(), ids.len()), (expected, expected));
        }
    };
    check(&desk);
    wait_for_events(&desk, 40);
    desk.stop();
    for shard in desk.databases().shards() {
        shard
            .execute_batch(
                "DELETE FROM events WHERE seq <= min(30, (SELECT flushed FROM progress))",
            )
            .unwrap();
    }
    desk.start();
    check(&desk);
}

/// A deployment whose WeChat is this stub.
fn calling(stub: &Stub) -> Deployment {
    let desk = Setup::new(Mode::Plain)
        .without_demo()
        .with("WECHAT_API_BASE", &stub.url())
        .start();
    desk.api().publish("default = { text = \"?\" }").expect(200);
    desk
}

fn is_for_a_token(asked: &Asked) -> bool {
    asked.target.contains("stable_token")
}

fn token(name: &str) -> Reply {
    Reply::Body(format!(r#"{{"access_token":"{name}","expires_in":7200}}"#))
}

#[test]
fn whatever_wechat_answers_that_is_no_answer_makes_the_message_unknown_and_is_not_sent_again() {
    let answers = [
        Reply::Body(String::new()),
        Reply::Body("<html>maintenance</html>".to_owned()),
        Reply::Body(r#"{"errcode":0,"errm"#.to_owned()),
        Reply::Stall,
    ];
    let sends = AtomicUsize::new(0);
    let stub = Stub::start(move |_, asked| {
        if is_for_a_token(asked) {
            return token("T");
        }
        let number = sends.fetch_add(1, Ordering::Relaxed);
        answers
            .get(number)
            .cloned()
            .unwrap_or_else(|| Reply::Body(r#"{"errcode":0}"#.to_owned()))
    });
    let desk = calling(&stub);
    for sent in 1..=4 {
        let fan = new_openid();
        desk.wechat()
            .send(&Message::text(&fan, "hello"))
            .expect(200);
        let id = desk.api().write_well(&fan, "news");
        let job = desk.api().job_becomes(&id, "unknown");
        assert!(job["last_error"].is_string(), "{job}");
        let calls = stub.asked();
        let calls = calls.iter().filter(|asked| !is_for_a_token(asked));
        assert_eq!(calls.count(), sent);
    }
}

#[test]
fn a_storm_of_refused_tokens_forces_one_new_token_and_every_message_arrives_once() {
    const FANS: usize = 20;
    let forced = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&forced);
    let stub = Stub::start(move |_, asked| {
        if is_for_a_token(asked) {
            if asked.json()["force_refresh"] == true {
                seen.fetch_add(1, Ordering::Relaxed);
            }
            return token(if seen.load(Ordering::Relaxed) == 0 {
                "OLD"
            } else {
                "NEW"
            });
        }
        let good = asked.target.ends_with("access_token=NEW");
        let errcode = if good { 0 } else { 40001 };
        Reply::Body(format!(r#"{{"errcode":{errcode},"errmsg":""}}"#))
    });
    let desk = calling(&stub);
    let fans: Vec<String> = (0..FANS).map(|_| new_openid()).collect();
    for fan in &fans {
        desk.wechat().send(&Message::text(fan, "hello")).expect(200);
    }
    let jobs = at_once(FANS, |fan| desk.api().write_well(&fans[fan], "news"));
    for job in &jobs {
        let job = desk.api().job_becomes(job, "done");
        assert_eq!(job["attempts"], 1, "{job}");
    }
    assert_eq!(forced.load(Ordering::Relaxed), 1);
    let asked = stub.asked();
    let taken = asked
        .iter()
        .filter(|asked| asked.target.ends_with("access_token=NEW"));
    assert_eq!(taken.count(), FANS);
    // The first, and for the storm one kind and one forced.
    assert_eq!(
        asked.iter().filter(|asked| is_for_a_token(asked)).count(),
        3
    );
}

#[test]
fn a_limit_of_a_minute_delays_messages_and_loses_none() {
    let desk = Setup::new(Mode::Plain).start();
    let simulator = desk.simulator();
    let fan = desk.fan();
    fan.say("GO");
    simulator.refuse(fandesk_e2e::simulator::SEND, 45011, 1);
    let id = desk.api().write_well(fan.openid(), "news");
    let done = within(Duration::from_secs(120), || {
        Some(desk.api().job(&id)).filter(|job| job["state"] == "done")
    });
    assert_eq!(done.expect("it is sent in the end")["attempts"], 2);
    assert_eq!(fan.service_messages(), ["news"]);
}

#[test]
fn a_callback_whose_clock_is_off_by_more_than_five_minutes_is_refused_and_leaves_nothing() {
    let desk = start_with_one_shard();
    let fan = new_openid();
    let document = Message::text(&fan, "GO").xml();
    let now = message::seconds_now();
    for seconds in [now - 310, now + 320] {
        desk.wechat().call_at(&document, seconds).send().expect(401);
    }
    assert!(desk.api().events_of(&fan).is_empty());
    desk.wechat()
        .call_at(&document, now - 280)
        .send()
        .expect(200);
    assert_eq!(desk.api().events_of(&fan).len(), 1);
}
