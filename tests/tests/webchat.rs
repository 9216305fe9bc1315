//! The web chat as strangers find it: who may use it, how often, from where, and what it refuses.

use std::time::{Duration, Instant};

use fandesk_e2e::visitor::new_client_id;
use fandesk_e2e::{Invited, Mode, Setup, Shared, Visitor};
use serde_json::{Value, json};

const ORIGIN: &str = "https://www.example.com";

static DESK: Shared = Shared::new(|| {
    Setup::new(Mode::Safe)
        .with_account("school", Mode::Plain)
        .with("FANDESK_WEBCHAT", "on")
        .with("FANDESK_WEBCHAT_ORIGINS", ORIGIN)
        .start()
});

fn code(answer: fandesk_e2e::Answer, status: u16) -> String {
    let error = answer.expect(status).json();
    error["error"]["code"].as_str().unwrap().to_owned()
}

fn message(text: &str) -> Value {
    json!({ "text": text, "client_id": new_client_id() })
}

#[test]
fn there_is_no_chat_unless_it_is_switched_on() {
    let desk = Setup::new(Mode::Safe).without_demo().start();
    for (method, path) in [
        ("GET", "/chat"),
        ("POST", "/chat/session"),
        ("OPTIONS", "/chat/session"),
        ("POST", "/chat/messages"),
        ("GET", "/chat/messages"),
    ] {
        let answer = desk.http().ask(method, path, &[], None);
        assert_eq!(code(answer, 404), "not_found", "{method} {path}");
    }
}

#[test]
fn a_switch_that_is_neither_on_nor_off_is_a_problem_and_callbacks_go_on() {
    let desk = Setup::new(Mode::Safe)
        .with("FANDESK_WEBCHAT", "yes")
        .start();
    let health = desk.http().get("/healthz").expect(503).json();
    assert_eq!(health["problems"][0]["setting"], "FANDESK_WEBCHAT");
    desk.http().get("/chat").expect(404);
    assert!(desk.fan().say("GO").is_well());
}

#[test]
fn the_page_is_there_and_may_do_nothing_but_what_it_needs() {
    let page = DESK.lend().http().get("/chat").expect(200);
    assert!(page.body.contains("<title>在线客服</title>"));
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'self'"),
        "{policy}"
    );
    let of_school = DESK.lend().http().get("/chat/accounts/school").expect(200);
    assert_eq!(of_school.body, page.body);
    DESK.lend().http().get("/chat/accounts/nobody").expect(404);
    DESK.lend().http().get("/chat/other").expect(404);
}

#[test]
fn nobody_writes_or_reads_without_a_token_of_this_accounts_chat() {
    let desk = DESK.lend();
    let known = desk.visitor();
    let of_school = Visitor::at(desk.http(), "/chat/accounts/school");
    let signature = known.token().rsplit_once('.').unwrap().1;
    let forged = format!("{}.{}.{signature}", of_school.id(), i64::MAX);
    for token in [
        "",
        "x",
        of_school.token(),
        &forged,
        fandesk_e2e::deployment::ADMIN_TOKEN,
    ] {
        let stranger = known.showing(token);
        assert_eq!(code(stranger.sends("hi"), 401), "unauthorized");
        assert_eq!(
            code(stranger.asks("GET", "/messages", None), 401),
            "unauthorized"
        );
        assert_eq!(code(stranger.wants_to_be_forgotten(), 401), "unauthorized");
    }
    // And a visitor is nobody to the API.
    let bearer = format!("Bearer {}", known.token());
    let headers = [("authorization", bearer.as_str())];
    desk.http()
        .ask("GET", "/api/v1/events", &headers, None)
        .expect(401);
}

#[test]
fn each_account_has_its_own_chat() {
    let desk = DESK.lend();
    let visitor = Visitor::at(desk.http(), "/chat/accounts/school");
    visitor.sends("在吗").expect(200);
    let path = format!("/fans/{}", visitor.id());
    desk.api().get(&path).expect(404);
    let texts: Vec<Value> = visitor
        .reads()
        .iter()
        .map(|entry| entry["text"].clone())
        .collect();
    assert_eq!(texts[0], "在吗");
}

#[test]
fn what_is_wrong_with_a_message_is_said_of_its_field() {
    let visitor = DESK.lend().visitor();
    let id = new_client_id();
    for (field, body) in [
        ("text", json!({ "client_id": id })),
        ("text", json!({ "text": " ", "client_id": id })),
        ("text", json!({ "text": 7, "client_id": id })),
        ("text", json!({ "text": "汉".repeat(683), "client_id": id })),
        ("client_id", json!({ "text": "hi" })),
        (
            "client_id",
            json!({ "text": "hi", "client_id": "x".repeat(129) }),
        ),
        (
            "choice",
            json!({ "text": "hi", "client_id": id, "choice": 1 }),
        ),
        (
            "media",
            json!({ "text": "hi", "client_id": id, "media": "m" }),
        ),
    ] {
        let error = visitor
            .asks("POST", "/messages", Some(&body))
            .expect(422)
            .json();
        assert_eq!(error["error"]["field"], field, "{body}");
    }
    assert_eq!(
        code(visitor.asks("POST", "/messages", None), 400),
        "malformed"
    );
    let long = json!({ "text": "x".repeat(20_000), "client_id": id });
    assert_eq!(
        code(visitor.asks("POST", "/messages", Some(&long)), 413),
        "too_large"
    );
    for (parameter, query) in [
        ("after", "after=x"),
        // The place of a shard that is not there, which nobody shall make by asking.
        ("after", "after=65535.1"),
        ("wait", "wait=21"),
        ("wait", "wait=x"),
        ("limit", "limit=1"),
    ] {
        let error = visitor
            .asks("GET", &format!("/messages?{query}"), None)
            .expect(422)
            .json();
        assert_eq!(error["error"]["field"], parameter);
    }
    visitor
        .asks("PUT", "/messages", Some(&message("hi")))
        .expect(405);
    assert!(visitor.reads().is_empty());
}

#[test]
fn a_message_that_is_sent_again_is_answered_the_same_and_counts_once() {
    let visitor = DESK.lend().visitor();
    let body = message("GO");
    let first = visitor
        .asks("POST", "/messages", Some(&body))
        .expect(200)
        .json();
    let again = visitor
        .asks("POST", "/messages", Some(&body))
        .expect(200)
        .json();
    assert_eq!(first, again);
    assert_eq!(first["reply"]["from"], "bot");
    let shown = visitor.reads();
    let ids: Vec<&Value> = shown.iter().map(|entry| &entry["id"]).collect();
    assert_eq!(ids, [&first["id"], &first["reply"]["id"]]);
    assert_eq!(shown[0]["client_id"], body["client_id"]);
}

#[test]
fn twenty_messages_a_minute_are_enough_and_the_next_is_told_when() {
    let visitor = DESK.lend().visitor();
    let last = message("GO");
    for _ in 0..19 {
        visitor.sends("GO").expect(200);
    }
    let answered = visitor
        .asks("POST", "/messages", Some(&last))
        .expect(200)
        .json();
    let refused = visitor.sends("GO");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(code(refused, 429), "too_many_tries");
    // A repeat is nothing new, and others are not held up.
    let again = visitor
        .asks("POST", "/messages", Some(&last))
        .expect(200)
        .json();
    assert_eq!(answered, again);
    DESK.lend().visitor().sends("GO").expect(200);
}

#[test]
fn who_waits_for_news_has_them_when_they_come_and_an_empty_page_when_none_do() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let visitor = desk.visitor();
    visitor.sends("人工").expect(200);
    let id = alice.finds(visitor.id());
    alice.does("take", &id).expect(200);
    let page = visitor.asks("GET", "/messages", None).expect(200).json();
    let next = page["next"].as_str().unwrap().to_owned();
    let begun = Instant::now();
    let path = format!("/messages?after={next}&wait=2");
    let empty = visitor.asks("GET", &path, None).expect(200).json();
    assert!(empty["items"].as_array().unwrap().is_empty(), "{empty}");
    assert!(begun.elapsed() >= Duration::from_secs(2));
    let waiting = {
        let visitor = visitor.clone();
        let path = format!("/messages?after={next}&wait=20");
        std::thread::spawn(move || visitor.asks("GET", &path, None).expect(200).json())
    };
    alice.answers(&id, "在的").expect(202);
    let news = waiting.join().unwrap();
    assert_eq!(news["items"][0]["text"], "在的");
}

#[test]
fn a_visitor_is_told_nothing_of_the_desk_but_what_agents_say() {
    let desk = DESK.lend();
    let alice = desk.hires(Invited::agent("艾丽丝"));
    let visitor = desk.visitor();
    visitor.sends("人工").expect(200);
    let id = alice.finds(visitor.id());
    alice.does("take", &id).expect(200);
    alice.answers(&id, "在的").expect(202);
    let said = visitor.sees("the answer", |entry| entry["text"] == "在的");
    assert_eq!(
        (&said["from"], &said["name"]),
        (&json!("agent"), &json!("艾丽丝"))
    );
    let all = json!(visitor.reads()).to_string();
    assert!(!all.contains(alice.id()), "{all}");
    assert!(
        !all.contains("assigned") && !all.contains("handover"),
        "{all}"
    );
}

#[test]
fn pages_of_other_sites_may_ask_only_if_they_are_in_the_setting() {
    let desk = DESK.lend();
    let from = |method: &str, origin: &str| {
        desk.http()
            .ask(method, "/chat/session", &[("origin", origin)], None)
    };
    let allowed = from("POST", ORIGIN).expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), ORIGIN);
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    let preflight = from("OPTIONS", ORIGIN).expect(204);
    assert_eq!(preflight.header("access-control-allow-origin"), ORIGIN);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    for origin in [
        "https://evil.example",
        "null",
        "https://www.example.com.evil.example",
    ] {
        let refused = from("POST", origin);
        assert_eq!(refused.header("access-control-allow-origin"), "");
        assert_eq!(code(refused, 403), "origin");
    }
    let own = from("POST", &desk.url()).expect(200);
    assert_eq!(own.header("access-control-allow-origin"), "");
    // What is refused is readable for the page that may ask.
    let headers = [("origin", ORIGIN)];
    let refused = desk
        .http()
        .ask("GET", "/chat/messages", &headers, None)
        .expect(401);
    assert_eq!(refused.header("access-control-allow-origin"), ORIGIN);
}

#[test]
fn who_was_forgotten_has_an_empty_chat_and_may_begin_again() {
    let visitor = DESK.lend().visitor();
    visitor.sends("GO").expect(200);
    visitor.wants_to_be_forgotten().expect(204);
    fandesk_e2e::eventually("nothing is left", || {
        visitor.reads().is_empty().then_some(())
    });
    visitor.wants_to_be_forgotten().expect(204);
    visitor.sends("GO").expect(200);
    assert_eq!(visitor.reads().len(), 2);
}

#[test]
fn a_program_may_write_to_a_visitor_as_to_a_fan() {
    let desk = DESK.lend();
    let visitor = desk.visitor();
    visitor.sends("GO").expect(200);
    let path = format!("/fans/{}/messages", visitor.id());
    for nr in 0..7 {
        desk.api()
            .post(&path, &json!({ "text": format!("第{nr}条") }))
            .expect(202);
    }
    visitor.sees("the last one", |entry| entry["text"] == "第6条");
}
