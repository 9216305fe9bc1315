//! `/api/v1` as programs use it: tokens, lists, errors, its own description; and the pages beside it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use fandesk_e2e::{Api, Message, Mode, Setup, Shared, at_once, eventually, new_openid};
use serde_json::{Value, json};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

/// Every path with its methods, for what holds for all.
const ALL: [(&str, &str); 37] = [
    ("GET", "/events"),
    ("GET", "/fans/oAnybody"),
    ("POST", "/fans/oAnybody/messages"),
    ("GET", "/jobs"),
    ("GET", "/jobs/0.1.1"),
    ("POST", "/jobs/0.1.1/replay"),
    ("GET", "/playbook"),
    ("PUT", "/playbook"),
    ("GET", "/playbook/shards"),
    ("GET", "/menu"),
    ("PUT", "/menu"),
    ("DELETE", "/menu"),
    ("POST", "/menu/check"),
    ("GET", "/menu/live"),
    ("GET", "/menu/match"),
    ("GET", "/menu/versions"),
    ("GET", "/menu/versions/1"),
    ("POST", "/menu/versions/1/publish"),
    ("GET", "/session"),
    ("DELETE", "/session"),
    ("GET", "/me/sessions"),
    ("DELETE", "/me/sessions/0"),
    ("PUT", "/me/password"),
    ("POST", "/me/totp"),
    ("PUT", "/me/totp"),
    ("DELETE", "/me/totp"),
    ("GET", "/me/preferences"),
    ("PUT", "/me/preferences"),
    ("GET", "/people"),
    ("POST", "/people"),
    ("GET", "/people/p0"),
    ("PUT", "/people/p0"),
    ("POST", "/people/p0/invitation"),
    ("DELETE", "/people/p0/sessions"),
    ("GET", "/teams"),
    ("PUT", "/teams/sales"),
    ("DELETE", "/teams/sales"),
];

fn ids(events: &[Value]) -> Vec<String> {
    events
        .iter()
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn without_a_token_nothing_is_shown_or_done() {
    let api = DESK.lend().api();
    let strangers = [
        api.clone().without_token(),
        api.clone().with_token("guessed"),
        api.with_token(""),
    ];
    for (method, path) in ALL {
        for stranger in &strangers {
            let body = (method != "GET").then_some(b"{}".as_slice());
            let answer = stranger.ask(method, path, &[("content-type", "application/json")], body);
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.body);
            assert_eq!(answer.json()["error"]["code"], "unauthorized");
        }
    }
}

#[test]
fn a_path_that_is_not_there_and_a_method_that_it_has_not_are_told_apart() {
    let api = DESK.lend().api();
    assert_eq!(
        api.get("/nothing").expect(404).json()["error"]["code"],
        "not_found"
    );
    api.ask("DELETE", "/events", &[], None).expect(405);
}

#[test]
fn every_error_has_a_code_and_a_sentence() {
    let error = DESK.lend().api().get("/events?limit=0").expect(422).json();
    assert_eq!(error["error"]["code"], "invalid");
    assert_eq!(error["error"]["field"], "limit");
    assert!(!error["error"]["message"].as_str().unwrap().is_empty());
}

#[test]
fn a_limit_above_a_thousand_is_refused_and_a_thousand_is_not() {
    let api = DESK.lend().api();
    for list in ["/events", "/jobs"] {
        api.get(&format!("{list}?limit=1001")).expect(422);
        api.get(&format!("{list}?limit=many")).expect(422);
        api.get(&format!("{list}?limit=1000")).expect(200);
    }
}

#[test]
fn a_parameter_that_is_not_there_is_refused() {
    let api = DESK.lend().api();
    let error = api.get("/events?opemid=oAnybody").expect(422).json();
    assert_eq!(error["error"]["field"], "opemid");
    api.get("/jobs?stat=dead").expect(422);
}

#[test]
fn a_cursor_or_state_that_is_none_is_refused() {
    let api = DESK.lend().api();
    api.get("/events?after=zzz").expect(422);
    api.get("/events?openid=oAnybody&after=zzz").expect(422);
    api.get("/jobs?after=zzz").expect(422);
    api.get("/jobs?state=finished").expect(422);
}

#[test]
fn the_events_of_a_fan_come_page_by_page_in_order() {
    let desk = DESK.lend();
    let openid = new_openid();
    for number in 0..7 {
        desk.wechat()
            .send(&Message::text(&openid, &number.to_string()))
            .expect(200);
    }
    let events = desk.api().all(&format!("/events?openid={openid}&limit=3"));
    let said: Vec<_> = events
        .iter()
        .map(|event| event["payload"]["Content"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["0", "1", "2", "3", "4", "5", "6"]);
}

#[test]
fn what_was_acknowledged_is_visible_at_once() {
    let desk = DESK.lend();
    let openid = new_openid();
    for number in 1..=10 {
        desk.wechat()
            .send(&Message::text(&openid, "GO"))
            .expect(200);
        assert_eq!(desk.api().events_of(&openid).len(), number);
    }
}

#[test]
fn an_event_has_the_fields_of_the_contract() {
    let desk = DESK.lend();
    let openid = new_openid();
    let message = Message::text(&openid, "GO")
        .with("CreateTime", 1_700_000_000)
        .with("MsgId", 6_054_768_590_064_713_728_u64);
    desk.wechat().send(&message).expect(200);
    let event = desk.api().events_of(&openid).remove(0);
    assert!(event["id"].is_string());
    assert_eq!(event["openid"], openid);
    assert_eq!(event["kind"], "text");
    assert_eq!(event["occurred_at"], 1_700_000_000_000_i64);
    assert!(event["received_at"].as_i64().unwrap() > 1_700_000_000_000);
    assert_eq!(event["msg_id"], "6054768590064713728");
    assert_eq!(
        event["payload"],
        json!({
            "ToUserName": "gh_e2e", "FromUserName": openid, "CreateTime": "1700000000", "MsgType": "text",
            "Content": "GO", "MsgId": "6054768590064713728",
        })
    );
}

/// Reads the list to its end, again and again while `goes_on`, and once more afterwards. Where there is no next page yet, the
/// last one is asked for again. Returns what was on all pages.
fn follow_the_list(api: &Api, limit: usize, goes_on: &AtomicBool) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let last_look = !goes_on.load(Ordering::SeqCst);
        let page = api
            .get(&format!("/events?limit={limit}{after}"))
            .expect(200)
            .json();
        let items = page["items"].as_array().unwrap();
        match page["next"].as_str() {
            Some(next) => {
                seen.extend(items.iter().cloned());
                after = format!("&after={next}");
            }
            None if last_look => {
                seen.extend(items.iter().cloned());
                return seen;
            }
            None => {}
        }
    }
}

#[test]
fn paging_through_all_events_while_they_arrive_misses_none_and_shows_none_twice() {
    let desk = Setup::new(Mode::Plain).start();
    let arriving = AtomicBool::new(true);
    let sent: Vec<String> = (0..400).map(|_| new_openid()).collect();
    let seen = thread::scope(|scope| {
        let reader = scope.spawn(|| follow_the_list(&desk.api(), 7, &arriving));
        at_once(4, |part| {
            for openid in sent.iter().skip(part).step_by(4) {
                desk.wechat().send(&Message::text(openid, "GO")).expect(200);
            }
        });
        arriving.store(false, Ordering::SeqCst);
        reader.join().unwrap()
    });
    let ids = ids(&seen);
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        ids.len(),
        "one was shown twice"
    );
    let shown: HashSet<&str> = seen
        .iter()
        .map(|event| event["openid"].as_str().unwrap())
        .collect();
    let missed: Vec<_> = sent
        .iter()
        .filter(|openid| !shown.contains(openid.as_str()))
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!(ids.len(), sent.len());
}

#[test]
fn paging_through_the_events_of_a_fan_while_they_arrive_misses_none() {
    let desk = DESK.lend();
    let openid = new_openid();
    let (api, wechat) = (desk.api(), desk.wechat());
    let path = format!("/events?openid={openid}&limit=5");
    let mut seen: Vec<Value> = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..60 {
                wechat
                    .send(&Message::text(&openid, &number.to_string()))
                    .expect(200);
            }
        });
        eventually("all sixty", || {
            let after = seen.last().map_or(String::new(), |event| {
                format!("&after={}", event["id"].as_str().unwrap())
            });
            let page = api.get(&format!("{path}{after}")).expect(200).json();
            seen.extend(page["items"].as_array().unwrap().iter().cloned());
            (seen.len() >= 60).then_some(())
        });
    });
    let said: Vec<_> = seen
        .iter()
        .map(|event| event["payload"]["Content"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        said,
        (0..60).map(|number| number.to_string()).collect::<Vec<_>>()
    );
}

#[test]
fn an_openid_with_unusual_characters_is_found_by_its_escaped_form() {
    let desk = DESK.lend();
    let openid = format!("{}-_+&=汉", new_openid());
    desk.wechat()
        .send(&Message::text(&openid, "GO"))
        .expect(200);
    let escaped: String = openid.bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(desk.api().fan(&escaped)["openid"], openid);
    assert_eq!(desk.api().events_of(&escaped).len(), 1);
}

#[test]
fn a_fan_has_the_fields_of_the_contract() {
    let desk = DESK.lend();
    let fan = desk.fan();
    fan.follow_by("counter-1");
    let shown = desk.api().fan(fan.openid());
    assert_eq!(shown["openid"], fan.openid());
    assert_eq!(shown["followed"], true);
    assert_eq!(shown["follows"][0]["scene"], "counter-1");
    assert_eq!(shown["pushes_stopped"], false);
    assert_eq!(shown["waiting_since"], Value::Null);
    assert_eq!(shown["reply_window"]["left"], 3);
}

#[test]
fn the_description_of_the_api_is_served_to_everybody() {
    let answer = DESK.lend().http().get("/api/v1/openapi.json").expect(200);
    let description = answer.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3."));
    for (method, path) in ALL {
        let path = path
            .replace("oAnybody", "{openid}")
            .replace("0.1.1", "{id}")
            .replace("sessions/0", "sessions/{id}")
            .replace("people/p0", "people/{id}")
            .replace("teams/sales", "teams/{id}")
            .replace("versions/1", "versions/{version}");
        let operation = &description["paths"][format!("/api/v1{path}")][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not described");
    }
}

#[test]
fn the_page_at_the_address_speaks_chinese_and_english() {
    let page = DESK.lend().http().get("/status").expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.body.contains("运行正常") && page.body.contains("All is well"));
}

#[test]
fn a_healthy_deployment_says_so() {
    let health = DESK.lend().http().get("/healthz").expect(200).json();
    assert_eq!(health, json!({ "ok": true, "problems": [] }));
}
