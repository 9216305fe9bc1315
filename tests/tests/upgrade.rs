//! What an earlier release left is opened by the present one, and nothing of it is missing.
//!
//! The states in `fixtures/` are SQL text, written by `make rehearsal FIXTURE=1 RELEASE=<commit>` with that release itself, beside what its own API
//! said of them. They are loaded as if they had been made a minute ago, so that retries still have their answers.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use fandesk_e2e::databases::number;
use fandesk_e2e::deployment::checkout;
use fandesk_e2e::{Deployment, Message, Mode, Setup, WeChat, eventually};
use serde_json::Value;

/// Between the making of a state and its loading, as far as the Worker can see.
const AGE_MS: i64 = 60_000;

/// A state and what was said of it.
struct Fixture {
    state: String,
    expected: Value,
}

/// One for each release that is known, oldest first.
fn fixtures() -> Vec<(String, Fixture)> {
    let known = fs::read_to_string(checkout().join("scripts/rehearsal/releases")).unwrap();
    let lines = known.lines().filter(|line| !line.starts_with('#'));
    let commits = lines.filter_map(|line| line.split_whitespace().next());
    let read = |commit: &str| Fixture::read(&checkout().join("tests/fixtures").join(commit));
    commits
        .map(|commit| (commit.to_owned(), read(commit)))
        .collect()
}

impl Fixture {
    fn read(folder: &Path) -> Self {
        let read = |name| fs::read_to_string(folder.join(name)).unwrap();
        let expected = read("expected.json");
        let made_at = serde_json::from_str::<Value>(&expected).unwrap()["made_at"]
            .as_i64()
            .unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let by = i64::try_from(now.as_millis()).unwrap() - AGE_MS - made_at;
        Self {
            state: later(&read("state.sql"), by),
            expected: serde_json::from_str(&later(&expected, by)).unwrap(),
        }
    }

    /// Puts the databases where the launcher finds them.
    fn lay_out(&self, state: &Path) {
        for part in self.state.split("-- file ").skip(1) {
            let (name, sql) = part.split_once('\n').unwrap();
            let path = state.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let database = rusqlite::Connection::open(path).unwrap();
            database.execute_batch("BEGIN").unwrap();
            database.execute_batch(sql).unwrap();
            database.execute_batch("COMMIT").unwrap();
        }
    }

    fn list(&self, name: &str) -> Vec<Value> {
        self.expected[name].as_array().unwrap().clone()
    }

    fn text(&self, name: &str) -> &str {
        self.expected[name].as_str().unwrap()
    }
}

/// Every moment in it (13 digits of this decade), later by so many milliseconds.
fn later(text: &str, by: i64) -> String {
    let mut moved = String::with_capacity(text.len());
    let mut digits = String::new();
    for character in text.chars().chain(['\0']) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        if digits.len() == 13 && (digits.starts_with("17") || digits.starts_with("18")) {
            moved.push_str(&(digits.parse::<i64>().unwrap() + by).to_string());
        } else {
            moved.push_str(&digits);
        }
        digits.clear();
        if character != '\0' {
            moved.push(character);
        }
    }
    moved
}

/// A fan without what the passing of time changes.
fn lasting(mut fan: Value) -> Value {
    fan.as_object_mut().unwrap().remove("reply_window");
    fan
}

fn ids(jobs: &[Value]) -> Vec<(&str, &str)> {
    let text = |job: &'_ Value, name| job[name].as_str().unwrap().to_owned().leak() as &str;
    let mut ids: Vec<_> = jobs
        .iter()
        .map(|job| (text(job, "id"), text(job, "state")))
        .collect();
    ids.sort_unstable();
    ids
}

/// A reply but for its time, which moved with the rest.
fn untimed(reply: &str) -> String {
    let (before, rest) = reply.split_once("<CreateTime>").unwrap_or((reply, ""));
    let after = rest
        .split_once("</CreateTime>")
        .map_or("", |(_, after)| after);
    format!("{before}{after}")
}

fn try_again(wechat: &WeChat, answered: &[Value]) {
    for message in answered {
        let text = |name: &str| message[name].as_str().unwrap();
        let retry = Message::text(text("openid"), text("content"))
            .with("ToUserName", "gh_account")
            .with("CreateTime", message["seconds"].to_string())
            .with("MsgId", text("msgId"));
        let answer = wechat.send(&retry).expect(200);
        assert_eq!(untimed(&answer.body), untimed(text("reply")));
    }
}

#[test]
fn a_state_of_each_earlier_release_is_whole_under_the_present_one() {
    for (commit, fixture) in fixtures() {
        println!("from {commit}");
        let settings = &fixture.expected["settings"];
        let mut desk = Setup::new(Mode::Plain)
            .with("WECHAT_APP_ID", settings["WECHAT_APP_ID"].as_str().unwrap())
            .with("WECHAT_TOKEN", settings["WECHAT_TOKEN"].as_str().unwrap())
            .with("FANDESK_SHARDS", &fixture.expected["shards"].to_string())
            .without_demo()
            .start_over(|state| fixture.lay_out(state));
        check(&desk, &fixture);
        // Once more, from what the present one made of it.
        desk.restart();
        check(&desk, &fixture);
    }
}

fn check(desk: &Deployment, fixture: &Fixture) {
    let token = fixture.expected["settings"]["WECHAT_TOKEN"]
        .as_str()
        .unwrap();
    let api = desk.api();
    let (events, fans, jobs) = (
        fixture.list("events"),
        fixture.list("fans"),
        fixture.list("jobs"),
    );
    assert!(!events.is_empty() && !fans.is_empty() && !jobs.is_empty());
    assert_eq!(api.events(), events);
    for fan in &fans {
        let openid = fan["openid"].as_str().unwrap();
        let (now, then) = (lasting(api.fan(openid)), lasting(fan.clone()));
        // What is told since of a fan was not told then.
        for (field, value) in then.as_object().unwrap() {
            assert_eq!(&now[field], value, "{field}");
        }
        let own: Vec<&Value> = events
            .iter()
            .filter(|event| event["openid"] == *openid)
            .collect();
        assert_eq!(
            api.events_of(openid).iter().collect::<Vec<_>>().len(),
            own.len()
        );
    }
    assert_eq!(ids(&api.all("/jobs?limit=1000")), ids(&jobs));
    for job in &jobs {
        assert_eq!(api.job(job["id"].as_str().unwrap())["state"], job["state"]);
    }
    assert_eq!(
        api.get("/playbook").expect(200).body,
        fixture.text("playbook")
    );
    let shards = api.all("/playbook/shards?");
    assert!(
        shards.iter().all(|shard| shard["version"] == 1),
        "{shards:?}"
    );
    let layout = api.get("/layout").expect(200).json();
    assert_eq!(
        (&layout["left"], &layout["shards"]),
        (&Value::from(0), &fixture.expected["shards"])
    );
    let wechat = desk.wechat().with_token(token);
    try_again(&wechat, &fixture.list("answered"));
    assert_eq!(api.events().len(), events.len(), "a retry made an event");
    eventually("D1 has every event", || {
        let all = i64::try_from(events.len()).unwrap();
        let databases = desk.databases();
        (number(databases.ledger(), "SELECT count(*) FROM events") == all).then_some(())
    });
}
