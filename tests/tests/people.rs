//! People of the desk: invited, logged in, logged out; and what is refused to whom.

use fandesk_e2e::person::{Browser, PASSWORD, Person};
use fandesk_e2e::{Answer, Mode, Setup, Shared};
use serde_json::{Value, json};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

#[track_caller]
fn code(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.body);
    let error = &answer.json()["error"];
    assert!(!error["message"].as_str().unwrap().is_empty());
    error["code"].as_str().unwrap().to_owned()
}

#[track_caller]
fn field(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{}", answer.body);
    answer.json()["error"]["field"].as_str().unwrap().to_owned()
}

#[test]
fn somebody_who_was_invited_chooses_a_password_once_and_logs_in() {
    let desk = DESK.lend();
    let body = json!({ "login": "Alice@Example.com", "name": "艾丽丝", "role": "agent", "teams": ["desk"] });
    let added = desk.api().post("/people", &body).expect(201).json();
    assert_eq!(added["person"]["login"], "alice@example.com");
    let token = added["invitation"]["token"].as_str().unwrap();
    let path = added["invitation"]["path"].as_str().unwrap();
    assert_eq!(path, format!("/#/invitation/{token}"));

    let browser = desk.browser();
    let link = format!("/invitations/{token}");
    let invited = browser.get(&link).expect(200).json();
    assert_eq!(
        invited,
        json!({ "login": "alice@example.com", "name": "艾丽丝" })
    );
    assert_eq!(
        field(&browser.post(&link, &json!({ "password": "short" }))),
        "password"
    );
    let chosen = json!({ "password": PASSWORD });
    browser.post(&link, &chosen).expect(204);
    browser.post(&link, &chosen).expect(404);
    browser.get(&link).expect(404);

    let answer = browser
        .try_to_log_in("ALICE@example.com ", PASSWORD)
        .expect(200);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("fandesk_session="), "{cookie}");
    for word in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let alice = browser.session(&answer);
    let session = alice.get("/session").expect(200).json();
    assert_eq!(session["person"]["name"], "艾丽丝");
    assert_eq!(session["csrf"], alice.csrf.as_str());
    assert_eq!(session["account"], fandesk_e2e::deployment::APP_ID);
    let bare = Browser::of(desk.http(), "/api/v1");
    assert_eq!(code(&bare.get("/session"), 401), "unauthorized");
}

#[test]
fn an_invitation_is_replaced_by_a_newer_one() {
    let desk = DESK.lend();
    let body = json!({ "login": "bo.invited", "name": "Bo", "role": "agent" });
    let added = desk.api().post("/people", &body).expect(201).json();
    let first = added["invitation"]["token"].as_str().unwrap();
    let id = added["person"]["id"].as_str().unwrap();
    let again = desk
        .api()
        .post(&format!("/people/{id}/invitation"), &json!({}));
    let second = again.expect(201).json();
    desk.browser()
        .get(&format!("/invitations/{first}"))
        .expect(404);
    let token = second["token"].as_str().unwrap();
    desk.browser()
        .get(&format!("/invitations/{token}"))
        .expect(200);
}

#[test]
fn a_login_that_does_not_exist_is_told_what_a_wrong_password_is() {
    let desk = DESK.lend();
    desk.person("cleo", "agent", &[]);
    let wrong = desk.browser().try_to_log_in("cleo", "not her password");
    let nobody = desk
        .browser()
        .try_to_log_in("nobody-here", "not her password");
    assert_eq!(code(&wrong, 401), "unauthorized");
    assert_eq!((wrong.status, &wrong.body), (nobody.status, &nobody.body));
    assert_eq!(wrong.header("set-cookie"), "");
}

#[test]
fn strangers_are_not_told_by_a_login_which_accounts_there_are() {
    let desk = DESK.lend();
    let there = format!("/api/v1/accounts/{}", fandesk_e2e::deployment::APP_ID);
    let at = |base: &str| Browser::of(desk.http(), base);
    let told = |base: &str| {
        let foreign = [("origin", "https://example.org")];
        let path = format!("{base}/session");
        let answers = [
            at(base).try_to_log_in("nobody-of-any", "a guess"),
            at(base).post("/session", &json!({ "login": "no-password" })),
            desk.http().ask("POST", &path, &foreign, Some(b"{}")),
            at(base).get("/invitations/00"),
            at(base).post("/invitations/00", &json!({ "password": PASSWORD })),
        ];
        answers.map(|answer| (answer.status, answer.body))
    };
    assert_eq!(told(&there), told("/api/v1/accounts/guess"));
    let wrong = at("/api/v1/accounts/guess").try_to_log_in("nobody-of-any", "a guess");
    assert_eq!(code(&wrong, 401), "unauthorized");
    for _ in 0..3 {
        at("/api/v1/accounts/guess")
            .try_to_log_in("nobody-of-any", "a guess")
            .expect(401);
    }
    at("/api/v1/accounts/guess")
        .try_to_log_in("nobody-of-any", "a guess")
        .expect(429);
}

#[test]
fn who_is_wrong_five_times_waits_also_with_the_right_password_and_nobody_else_does() {
    let desk = DESK.lend();
    desk.person("dora", "agent", &[]);
    desk.person("emil", "agent", &[]);
    for login in ["dora", "nobody-at-all"] {
        for _ in 0..5 {
            desk.browser().try_to_log_in(login, "guess").expect(401);
        }
        let locked = desk.browser().try_to_log_in(login, PASSWORD);
        assert_eq!(code(&locked, 429), "too_many_tries");
        let seconds: u32 = locked.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    desk.browser().log_in("emil", PASSWORD);
}

#[test]
fn tries_at_the_same_moment_all_count() {
    let desk = DESK.lend();
    desk.person("fay", "agent", &[]);
    let statuses =
        fandesk_e2e::at_once(12, |_| desk.browser().try_to_log_in("fay", "guess").status);
    let compared = statuses.iter().filter(|status| **status == 401).count();
    assert!(compared <= 5, "{statuses:?}");
    assert!(statuses.iter().all(|status| [401, 429].contains(status)));
}

#[test]
fn success_forgets_the_tries_before() {
    let desk = DESK.lend();
    desk.person("gil", "agent", &[]);
    for _ in 0..2 {
        for _ in 0..4 {
            desk.browser().try_to_log_in("gil", "guess").expect(401);
        }
        desk.browser().log_in("gil", PASSWORD);
    }
}

#[test]
fn a_session_that_was_ended_is_over() {
    let desk = DESK.lend();
    let here = desk.person("hana", "agent", &[]);
    let there = desk.browser().log_in("hana", PASSWORD);
    let sessions = here.get("/me/sessions").expect(200).json();
    let items = sessions["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let other = items.iter().find(|session| session["current"] == false);
    let other = other.unwrap()["id"].as_str().unwrap();
    here.delete(&format!("/me/sessions/{other}")).expect(204);
    here.delete(&format!("/me/sessions/{other}")).expect(404);
    there.get("/session").expect(401);
    let answer = here.delete("/session").expect(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    here.get("/session").expect(401);
}

#[test]
fn another_password_ends_all_other_sessions() {
    let desk = DESK.lend();
    let here = desk.person("ines", "agent", &[]);
    let there = desk.browser().log_in("ines", PASSWORD);
    let new = "another good password";
    let change =
        |old: &str, new: &str| here.put("/me/password", &json!({ "old": old, "new": new }));
    assert_eq!(field(&change("wrong", new)), "old");
    assert_eq!(field(&change(PASSWORD, "short")), "new");
    change(PASSWORD, new).expect(204);
    there.get("/session").expect(401);
    here.get("/session").expect(200);
    desk.browser().try_to_log_in("ines", PASSWORD).expect(401);
    desk.browser().log_in("ines", new);
}

#[test]
fn who_leaves_is_logged_out_at_once_and_not_let_in_again() {
    let desk = DESK.lend();
    let person = desk.person("jo", "agent", &[]);
    let path = format!("/people/{}", person.id());
    desk.api()
        .put(&path, &json!({ "active": false }))
        .expect(200);
    person.get("/session").expect(401);
    desk.browser().try_to_log_in("jo", PASSWORD).expect(401);
    let invitation = desk.api().post(&format!("{path}/invitation"), &json!({}));
    assert_eq!(code(&invitation, 409), "conflict");
    desk.api()
        .put(&path, &json!({ "active": true }))
        .expect(200);
    desk.browser().log_in("jo", PASSWORD);
}

#[test]
fn an_administrator_logs_somebody_out_everywhere() {
    let desk = DESK.lend();
    let (admin, agent) = (
        desk.person("kai", "admin", &[]),
        desk.person("lea", "agent", &[]),
    );
    admin
        .delete(&format!("/people/{}/sessions", agent.id()))
        .expect(204);
    agent.get("/session").expect(401);
    admin.get("/session").expect(200);
}

#[test]
fn who_changes_a_person_undoes_nothing_that_another_changed_meanwhile() {
    let desk = DESK.lend();
    let person = desk.person("liv", "agent", &[]);
    let path = format!("/people/{}", person.id());
    let answers = fandesk_e2e::at_once(8, |n| {
        let body = if n % 2 == 0 {
            json!({ "capacity": 20 + n })
        } else {
            json!({ "skills": [format!("skill-{n}")] })
        };
        let answer = desk.api().put(&path, &body);
        (body, answer.status)
    });
    assert!(
        answers
            .iter()
            .all(|(_, status)| [200, 409].contains(status))
    );
    let done: Vec<&Value> = answers
        .iter()
        .filter(|(_, status)| *status == 200)
        .map(|(body, _)| body)
        .collect();
    assert!(!done.is_empty());
    let shown = desk.api().get(&path).expect(200).json();
    for field in ["capacity", "skills"] {
        let mut changed = done.iter().filter_map(|body| body.get(field)).peekable();
        let stands = changed.peek().is_none() || changed.any(|value| *value == shown[field]);
        assert!(stands, "{field} of {shown} after {done:?}");
    }
}

#[test]
fn a_link_that_was_not_used_ends_with_the_sessions_and_with_another_password() {
    let desk = DESK.lend();
    let person = desk.person("lou", "agent", &[]);
    let path = format!("/people/{}", person.id());
    let new_link = || {
        let invited = desk.api().post(&format!("{path}/invitation"), &json!({}));
        let token = invited.expect(201).json()["token"]
            .as_str()
            .unwrap()
            .to_owned();
        format!("/invitations/{token}")
    };
    let link = new_link();
    desk.browser().get(&link).expect(200);
    let passwords = json!({ "old": PASSWORD, "new": "another good password" });
    person.put("/me/password", &passwords).expect(204);
    desk.browser().get(&link).expect(404);

    let link = new_link();
    let sessions = format!("{path}/sessions");
    desk.api().ask("DELETE", &sessions, &[], None).expect(204);
    desk.browser().get(&link).expect(404);
}

#[test]
fn a_role_that_changes_counts_at_once() {
    let desk = DESK.lend();
    let person = desk.person("mia", "admin", &[]);
    desk.person("mia.too", "admin", &[]);
    person.get("/people").expect(200);
    let path = format!("/people/{}", person.id());
    desk.api()
        .put(&path, &json!({ "role": "agent" }))
        .expect(200);
    assert_eq!(code(&person.get("/people"), 403), "forbidden");
}

#[test]
fn what_changes_something_comes_from_a_page_of_ours() {
    let desk = DESK.lend();
    let person = desk.person("noa", "admin", &[]);
    let keep = |headers: &[(&str, &str)]| {
        person.ask_with(
            "PUT",
            "/me/preferences",
            headers,
            Some(&json!({ "language": "zh" })),
        )
    };
    let own = ("x-csrf-token", person.csrf.as_str());
    let other = desk.browser().log_in("noa", PASSWORD);
    for headers in [
        vec![],
        vec![("x-csrf-token", "guessed")],
        vec![("x-csrf-token", other.csrf.as_str())],
        vec![own, ("origin", "https://example.org")],
        vec![own, ("origin", "null")],
        vec![own, ("sec-fetch-site", "cross-site")],
        vec![own, ("sec-fetch-site", "same-site")],
    ] {
        assert_eq!(code(&keep(&headers), 403), "csrf", "{headers:?}");
    }
    let origin = desk.url();
    keep(&[own, ("origin", &origin), ("sec-fetch-site", "same-origin")]).expect(200);
    keep(&[own]).expect(200);
    // To look changes nothing, and nobody else can read the answer.
    person
        .ask_with("GET", "/me/preferences", &[], None)
        .expect(200);
}

#[test]
fn nobody_is_logged_in_by_a_page_of_others() {
    let desk = DESK.lend();
    desk.person("olga", "agent", &[]);
    let headers = [
        ("content-type", "text/plain"),
        ("origin", "https://example.org"),
    ];
    let body = json!({ "login": "olga", "password": PASSWORD }).to_string();
    let path = "/api/v1/session";
    let answer = desk
        .http()
        .ask("POST", path, &headers, Some(body.as_bytes()));
    assert_eq!(code(&answer, 403), "csrf");
}

#[test]
fn each_role_is_refused_what_is_not_its_own() {
    let desk = DESK.lend();
    desk.api()
        .put("/teams/pia-team", &json!({ "name": "Pia" }))
        .expect(200);
    let agent = desk.person("pia", "agent", &["desk"]);
    let supervisor = desk.person("quinn", "supervisor", &["pia-team"]);
    let analyst = desk.person("rosa", "analyst", &[]);
    let admin = desk.person("sam", "admin", &[]);
    let check = |person: &Person, allowed: &[(&str, &str)], refused: &[(&str, &str)]| {
        for (method, path) in allowed {
            let answer = person.ask(method, path, Some(&json!({})).filter(|_| *method != "GET"));
            let is_allowed = ![401, 403].contains(&answer.status);
            assert!(
                is_allowed,
                "{method} {path}: {} {}",
                answer.status, answer.body
            );
        }
        for (method, path) in refused {
            let answer = person.ask(method, path, Some(&json!({})).filter(|_| *method != "GET"));
            assert_eq!(code(&answer, 403), "forbidden", "{method} {path}");
        }
    };
    let publish = [
        ("PUT", "/playbook"),
        ("PUT", "/menu"),
        ("POST", "/jobs/0.1.1/replay"),
    ];
    let texts = [("GET", "/events"), ("GET", "/events?openid=oAnybody")];
    let people = [
        ("POST", "/people"),
        ("PUT", "/people/p1"),
        ("PUT", "/teams/x"),
        ("DELETE", "/teams/x"),
    ];
    let fans = [
        ("GET", "/fans/oAnybody"),
        ("POST", "/fans/oAnybody/messages"),
    ];
    let figures = [
        ("GET", "/alerts"),
        ("GET", "/layout"),
        ("GET", "/jobs"),
        ("GET", "/playbook"),
    ];
    check(
        &agent,
        &[("GET", "/teams"), ("GET", "/capabilities")],
        &[
            publish.as_slice(),
            &texts,
            &people,
            &fans,
            &figures,
            &[("GET", "/people")],
        ]
        .concat(),
    );
    check(
        &analyst,
        &figures,
        &[publish.as_slice(), &texts, &people, &fans].concat(),
    );
    check(
        &supervisor,
        &[publish.as_slice(), &fans, &figures, &[("GET", "/people")]].concat(),
        &[texts.as_slice(), &people, &[("POST", "/reflush")]].concat(),
    );
    check(
        &admin,
        &[publish.as_slice(), &texts, &people, &fans, &figures].concat(),
        &[],
    );

    let seen = supervisor.get("/people").expect(200).json();
    let seen = seen["items"].as_array().unwrap();
    assert!(
        seen.iter().all(|one| one["teams"] == json!(["pia-team"])),
        "{seen:?}"
    );
    supervisor
        .get(&format!("/people/{}", supervisor.id()))
        .expect(200);
    assert_eq!(
        code(&supervisor.get(&format!("/people/{}", agent.id())), 403),
        "forbidden"
    );
}

#[test]
fn a_person_is_checked_field_by_field() {
    let desk = DESK.lend();
    let api = desk.api();
    let person = desk.person("tara", "agent", &[]);
    let path = format!("/people/{}", person.id());
    for (body, wrong) in [
        (json!({ "role": "root" }), "role"),
        (json!({ "teams": ["nowhere"] }), "teams"),
        (json!({ "capacity": -1 }), "capacity"),
        (
            json!({ "persona": { "avatar": "http://x" } }),
            "persona.avatar",
        ),
        (json!({ "totp": true }), "totp"),
        (json!({ "pasword": "x" }), "pasword"),
    ] {
        assert_eq!(field(&api.put(&path, &body)), wrong, "{body}");
    }
    assert_eq!(
        field(&api.post("/people", &json!({ "login": "tara2", "role": "agent" }))),
        "name"
    );
    let twin = json!({ "login": "TARA", "name": "Tara", "role": "agent" });
    assert_eq!(code(&api.post("/people", &twin), 409), "conflict");
    let other = desk.person("tara3", "agent", &[]);
    let renamed = api.put(
        &format!("/people/{}", other.id()),
        &json!({ "login": "tara" }),
    );
    assert_eq!(code(&renamed, 409), "conflict");
    api.get("/people/p0").expect(404);
    api.put("/people/p0", &json!({})).expect(404);
    // An answer may be sent back as it is.
    let shown = api.get(&path).expect(200).json();
    assert_eq!(api.put(&path, &shown).expect(200).json(), shown);
}

#[test]
fn preferences_are_any_object_and_ones_own() {
    let desk = DESK.lend();
    let (one, other) = (
        desk.person("uma", "agent", &[]),
        desk.person("vera", "agent", &[]),
    );
    assert_eq!(one.get("/me/preferences").expect(200).json(), json!({}));
    let views = json!({ "views": [{ "name": "我的", "state": "assigned" }] });
    one.put("/me/preferences", &views).expect(200);
    assert_eq!(one.get("/me/preferences").expect(200).json(), views);
    assert_eq!(other.get("/me/preferences").expect(200).json(), json!({}));
    assert_eq!(field(&one.put("/me/preferences", &json!([]))), "body");
    let large = json!({ "x": "x".repeat(16 * 1024) });
    one.put("/me/preferences", &large).expect(413);
    assert_eq!(code(&desk.api().get("/me/preferences"), 403), "forbidden");
}

#[test]
fn teams_are_checked_field_by_field_and_kept_whole() {
    let desk = DESK.lend();
    let api = desk.api();
    let teams = api.get("/teams").expect(200).json();
    assert_eq!(teams["items"][0]["id"], "desk");
    let hours = |times: &str| json!({ "zone": "+08:00", "open": [{ "days": ["mon-fri"], "times": [times] }] });
    for (body, wrong) in [
        (json!({}), "name"),
        (json!({ "name": "W", "mode": "random" }), "mode"),
        (
            json!({ "name": "W", "fallback": { "team": "nowhere", "after_ms": 1000 } }),
            "fallback.team",
        ),
        (
            json!({ "name": "W", "policy": { "first_answer_ms": 1 } }),
            "policy.first_answer_ms",
        ),
        (
            json!({ "name": "W", "roster": [{ "person": "p0", "from": 1, "until": 2 }] }),
            "roster",
        ),
    ] {
        assert_eq!(field(&api.put("/teams/w", &body)), wrong, "{body}");
    }
    let mistake = field(&api.put(
        "/teams/w",
        &json!({ "name": "W", "hours": hours("25:00-26:00") }),
    ));
    assert!(mistake.starts_with("hours"), "{mistake}");
    let body = json!({ "name": "售后", "hours": hours("09:00-18:00"), "fallback": { "team": "desk", "after_ms": 60_000 } });
    let kept = api.put("/teams/w", &body).expect(200).json();
    assert_eq!(kept["policy"]["next_answer_ms"], 900_000);
    assert_eq!(api.put("/teams/w", &kept).expect(200).json(), kept);

    let person = desk.person("walt", "agent", &["w"]);
    assert_eq!(
        code(&api.ask("DELETE", "/teams/w", &[], None), 409),
        "conflict"
    );
    assert_eq!(
        code(&api.ask("DELETE", "/teams/desk", &[], None), 409),
        "conflict"
    );
    api.put(
        &format!("/people/{}", person.id()),
        &json!({ "teams": ["desk"] }),
    )
    .expect(200);
    api.ask("DELETE", "/teams/w", &[], None).expect(204);
    api.ask("DELETE", "/teams/w", &[], None).expect(404);
}

#[test]
fn the_last_administrator_stays_one() {
    let desk = Setup::new(Mode::Plain)
        .with("NO_SIM", "1")
        .without_demo()
        .start();
    let first = desk.person("yara", "admin", &[]);
    let path = format!("/people/{}", first.id());
    for change in [json!({ "role": "agent" }), json!({ "active": false })] {
        assert_eq!(code(&first.put(&path, &change), 409), "conflict");
    }
    desk.person("zoe", "admin", &[]);
    first.put(&path, &json!({ "role": "agent" })).expect(200);
}

#[test]
fn a_session_is_good_in_its_own_account_only() {
    let desk = Setup::new(Mode::Plain)
        .with_account("school", Mode::Plain)
        .start();
    let person = desk.person("alba", "admin", &[]);
    let elsewhere = |path: &str| {
        let path = format!("/api/v1/accounts/{path}");
        desk.http()
            .ask("GET", &path, &[("cookie", &person.cookie)], None)
    };
    elsewhere("default/session").expect(200);
    elsewhere("school/session").expect(401);
    elsewhere("school").expect(401);
    elsewhere("nowhere/session").expect(401);
    let accounts = person.get("/accounts").expect(200).json();
    let names: Vec<&Value> = accounts["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["default"]);
    // The same login is somebody else there.
    let base = "/api/v1/accounts/school";
    let body = json!({ "login": "alba", "name": "Alba", "role": "agent" });
    let school = desk.account("school").api();
    let namesake = Person::join(&desk, &school, base, &body);
    assert_ne!(namesake.id(), person.id());
    assert_eq!(
        school.get("/people").expect(200).json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn without_a_session_key_nobody_logs_in_and_everything_else_works() {
    let desk = Setup::new(Mode::Plain)
        .with("FANDESK_SESSION_KEY", "")
        .start();
    let health = desk.http().get("/healthz").expect(503).json();
    assert_eq!(health["problems"][0]["setting"], "FANDESK_SESSION_KEY");
    let answer = desk.browser().try_to_log_in("anybody", PASSWORD);
    assert_eq!(code(&answer, 503), "settings");
    assert!(
        answer.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("FANDESK_SESSION_KEY")
    );
    desk.api().get("/people").expect(200);
    desk.fan().say("GO");
}
