//! The number of shards changes while fans write.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use fandesk_e2e::callback::Call;
use fandesk_e2e::databases::number;
use fandesk_e2e::message::new_msg_id;
use fandesk_e2e::visitor::new_client_id;
use fandesk_e2e::wait::within;
use fandesk_e2e::{Answer, Deployment, Fan, Message, Mode, Setup, Visitor, WeChat, new_openid};
use serde_json::{Value, json};

/// Fans who write all the time, each of a thread in turn.
const WRITERS: usize = 4;
const FANS_EACH: usize = 12;
/// What each says, again and again: into a menu, down, and further down.
const WALK: [&str; 3] = ["菜单", "1", "1"];

/// A move of some thousand slots, on a machine that has other things to do.
const MOVES_WITHIN: Duration = Duration::from_secs(120);

/// A message that was answered.
struct Answered {
    openid: String,
    msg_id: String,
    call: Call,
    body: String,
}

/// Sends one again until it is answered with 200, as WeChat would, and longer.
fn send(wechat: &WeChat, openid: &str, text: &str) -> (Answered, Answer) {
    let msg_id = new_msg_id();
    let message = Message::text(openid, text).with("MsgId", msg_id);
    let call = wechat.call(&message.xml());
    let answer = within(MOVES_WITHIN, || {
        call.try_to_send().filter(|answer| answer.status == 200)
    });
    let answer = answer.expect("it is answered in the end");
    let answered = Answered {
        openid: openid.to_owned(),
        msg_id: msg_id.to_string(),
        call,
        body: answer.body.clone(),
    };
    (answered, answer)
}

/// Walks fans through the menu until told to stop. Whoever lost their place would read something else.
fn write(wechat: &WeChat, expected: &[String], stop: &AtomicBool) -> Vec<Answered> {
    let fans: Vec<String> = (0..FANS_EACH).map(|_| new_openid()).collect();
    let mut answered = Vec::new();
    for step in 0.. {
        for fan in &fans {
            if stop.load(Ordering::Relaxed) {
                return answered;
            }
            let (one, answer) = send(wechat, fan, WALK[step % WALK.len()]);
            assert_eq!(wechat.text(&answer), expected[step % WALK.len()]);
            answered.push(one);
        }
    }
    answered
}

fn layout(desk: &Deployment) -> Value {
    desk.api().get("/layout").expect(200).json()
}

fn has_moved(desk: &Deployment, wanted: u64) -> Option<Value> {
    Some(layout(desk)).filter(|layout| layout["wanted"] == wanted && layout["left"] == 0)
}

#[test]
fn a_crowd_writes_while_four_shards_become_seven_and_then_three() {
    let mut desk = Setup::new(Mode::Plain)
        .with("FANDESK_SHARDS", "4")
        .with_lasting_simulator()
        .start();
    let wechat = desk.wechat();
    let example = new_openid();
    let expected = WALK.map(|text| wechat.text(&send(&wechat, &example, text).1));
    // In the menu since before everything.
    let patient = new_openid();
    send(&wechat, &patient, "菜单");
    let before = layout(&desk);
    assert_eq!((&before["shards"], &before["left"]), (&4.into(), &0.into()));

    let stop = AtomicBool::new(false);
    let answered = Mutex::new(Vec::new());
    let mut asked = Vec::new();
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let mine = write(&wechat, &expected, &stop);
                answered.lock().unwrap().extend(mine);
            });
        }
        // A test that fails here must not leave them writing.
        let _end = Ends(&stop);

        desk.set("FANDESK_SHARDS", "7");
        desk.restart();
        within(MOVES_WITHIN, || {
            let fan = desk.fan();
            fan.say("查物流 12345");
            asked.push(fan);
            has_moved(&desk, 7)
        })
        .expect("four shards become seven");
        for fan in &asked {
            fan.gets("12345");
        }
        assert_eq!(layout(&desk)["shards"], 7);

        desk.set("FANDESK_SHARDS", "3");
        desk.restart();
        // It has begun, since the writers do not wait until it is ready.
        desk.kill();
        desk.start();
        let layout = within(MOVES_WITHIN, || has_moved(&desk, 3));
        let layout = layout.expect("seven shards become three");
        assert_eq!(layout["retired"], json!([3, 4, 5, 6]));
    });

    let answered = answered.into_inner().unwrap();
    let second = send(&wechat, &patient, "1").1;
    assert_eq!(wechat.text(&second), expected[1], "the place in the menu");
    for one in &answered {
        assert_eq!(
            one.call.send().body,
            one.body,
            "a retry gets the same answer"
        );
    }
    assert_all_is_there(&desk, &answered);
    for fan in &asked {
        let jobs = desk.api().jobs_of(fan.openid());
        assert!(
            jobs.len() == 2 && jobs.iter().all(|job| job["state"] == "done"),
            "{jobs:?}"
        );
        assert_eq!(fan.service_messages().len(), 1);
        for job in jobs {
            assert_eq!(desk.api().job(job["id"].as_str().unwrap()), job);
        }
    }
}

/// Every answered message is there once: in the list of all, page by page; in the order in which the fan wrote; and in D1.
fn assert_all_is_there(desk: &Deployment, answered: &[Answered]) {
    let events = desk.api().all("/events?limit=97");
    let ids: HashSet<&str> = events
        .iter()
        .filter_map(|event| event["id"].as_str())
        .collect();
    assert_eq!(ids.len(), events.len(), "no event is listed twice");
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for event in &events {
        let msg_id = event["msg_id"].as_str().unwrap_or("none");
        *seen.entry(msg_id).or_default() += 1;
    }
    let mut by_fan: HashMap<&str, Vec<&str>> = HashMap::new();
    for one in answered {
        assert_eq!(seen.get(one.msg_id.as_str()), Some(&1), "{}", one.msg_id);
        by_fan.entry(&one.openid).or_default().push(&one.msg_id);
    }
    for (openid, written) in by_fan {
        for limit in [2, 1000] {
            let path = format!("/events?limit={limit}&openid={openid}");
            let history = desk.api().all(&path);
            let history: Vec<&str> = history
                .iter()
                .filter_map(|event| event["msg_id"].as_str())
                .collect();
            assert_eq!(history, written, "limit {limit}");
        }
    }
    let databases = desk.databases();
    let all = i64::try_from(events.len()).unwrap();
    let reached = within(MOVES_WITHIN, || {
        (number(databases.ledger(), "SELECT count(*) FROM events") == all).then_some(())
    });
    reached.expect("all events are in D1");
    let copies = "SELECT count(msg_id) - count(DISTINCT msg_id) FROM events";
    assert_eq!(number(databases.ledger(), copies), 0, "each once");
}

/// Lets the writers end, however the test ends.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn an_erase_reaches_the_shards_where_the_fan_was_before() {
    let mut desk = Setup::new(Mode::Plain)
        .with("FANDESK_SHARDS", "1")
        .with("FANDESK_ERASE_AFTER_HOURS", "0")
        .with_lasting_simulator()
        .start();
    // Half of all slots move.
    let fans: Vec<Fan> = (0..6).map(|_| desk.fan()).collect();
    let write = || fans.iter().for_each(|fan| drop(fan.say("GO")));
    write();
    for wanted in [2, 1] {
        desk.set("FANDESK_SHARDS", &wanted.to_string());
        desk.restart();
        write();
        within(MOVES_WITHIN, || has_moved(&desk, wanted)).expect("the slots move");
    }
    for fan in &fans {
        assert_eq!(desk.api().events_of(fan.openid()).len(), 3);
        fan.unfollow();
    }
    // The Clock brings it to the others, each minute.
    let databases = desk.databases();
    let left = || fans.iter().flat_map(|fan| databases.mentions(fan.openid()));
    let gone = within(MOVES_WITHIN, || left().next().is_none().then_some(()));
    assert!(gone.is_some(), "{:?}", left().collect::<Vec<_>>());
}

#[test]
fn visitors_of_the_web_page_read_on_where_they_were_and_a_repeat_counts_once() {
    let mut desk = Setup::new(Mode::Plain)
        .with("FANDESK_SHARDS", "1")
        .with("FANDESK_WEBCHAT", "on")
        .start();
    // That none of them moves is as likely as sixteen heads in a row.
    let visitors: Vec<Visitor> = (0..16).map(|_| desk.visitor()).collect();
    let mut open = Vec::new();
    for visitor in &visitors {
        visitor.sends("GO").expect(200);
        let page = visitor.asks("GET", "/messages", None).expect(200).json();
        let last = json!({ "text": "菜单", "client_id": new_client_id() });
        let answered = visitor.asks("POST", "/messages", Some(&last));
        let answered = answered.expect(200).json();
        open.push((page["next"].as_str().unwrap().to_owned(), last, answered));
    }
    desk.set("FANDESK_SHARDS", "2");
    desk.restart();
    within(MOVES_WITHIN, || has_moved(&desk, 2)).expect("one shard becomes two");
    let mut moved = 0;
    for (visitor, (next, last, answered)) in visitors.iter().zip(open) {
        let again = visitor.asks("POST", "/messages", Some(&last));
        let again = again.expect(200).json();
        assert_eq!(again["reply"]["text"], answered["reply"]["text"]);
        let new = visitor.sends("GO").expect(200).json();
        moved += u32::from(!new["id"].as_str().unwrap().starts_with("0."));
        let path = format!("/messages?after={next}");
        let page = visitor.asks("GET", &path, None).expect(200).json();
        let ids: Vec<&Value> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item["id"])
            .collect();
        let expected = [
            &answered["id"],
            &answered["reply"]["id"],
            &new["id"],
            &new["reply"]["id"],
        ];
        assert_eq!(ids, expected, "{page}");
    }
    assert!(moved > 0, "nobody was moved");
}
