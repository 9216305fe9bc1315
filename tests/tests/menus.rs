//! The custom menu: its versions, going back to one, and menus that only some fans see.

use std::sync::Mutex;

use fandesk_e2e::stub::{Asked, Reply};
use fandesk_e2e::{Deployment, Mode, Setup, Stub, at_once};
use serde_json::{Value, json};

fn click(name: &str) -> Value {
    json!({ "type": "click", "name": name, "key": "HELP" })
}

fn menu(name: &str) -> Value {
    json!({ "button": [click(name)] })
}

fn desk() -> Deployment {
    Setup::new(Mode::Plain).without_demo().start()
}

/// The name of the first button that fans see.
fn seen(desk: &Deployment) -> Value {
    desk.simulator().menu()["button"][0]["name"].clone()
}

#[test]
fn what_was_published_is_shown_with_its_version() {
    let desk = desk();
    desk.api().get("/menu").expect(404);
    desk.api().put("/menu", &menu("一")).expect(200);
    let published = desk.api().put("/menu", &menu("二")).expect(200);
    assert_eq!(published.json()["version"], 2);
    assert_eq!(published.header("etag"), "\"2\"");

    let shown = desk.api().get("/menu").expect(200);
    assert_eq!(shown.header("etag"), "\"2\"");
    let shown = shown.json();
    assert_eq!(shown["menu"], menu("二"));
    assert_eq!(
        (&shown["state"], &shown["error"], &shown["restored_from"]),
        (&json!("published"), &Value::Null, &Value::Null)
    );
    let first = desk.api().get("/menu/versions/1").expect(200).json();
    assert_eq!(first["menu"], menu("一"));
    desk.api().get("/menu/versions/3").expect(404);
    desk.api().get("/menu/versions/x").expect(404);
}

#[test]
fn versions_are_listed_newest_first_in_pages() {
    let desk = desk();
    for name in ["一", "二", "三"] {
        desk.api().put("/menu", &menu(name)).expect(200);
    }
    let versions = desk.api().all("/menu/versions?limit=2");
    let numbers: Vec<&Value> = versions.iter().map(|version| &version["version"]).collect();
    assert_eq!(numbers, [&json!(3), &json!(2), &json!(1)]);
    let whole = desk.api().get("/menu/versions?limit=3").expect(200).json();
    assert_eq!(whole["next"], Value::Null);
    desk.api().get("/menu/versions?after=x").expect(422);
    desk.api().get("/menu/versions?limit=0").expect(422);
}

#[test]
fn an_older_version_is_published_again_as_a_new_one() {
    let desk = desk();
    desk.api().put("/menu", &menu("旧")).expect(200);
    desk.api().put("/menu", &menu("新")).expect(200);
    let restored = desk.api().post("/menu/versions/1/publish", &json!({}));
    assert_eq!(restored.expect(200).json()["version"], 3);
    assert_eq!(seen(&desk), "旧");
    let shown = desk.api().get("/menu").expect(200).json();
    assert_eq!(
        (&shown["menu"], &shown["restored_from"]),
        (&menu("旧"), &json!(1))
    );
    desk.api()
        .post("/menu/versions/9/publish", &json!({}))
        .expect(404);
}

#[test]
fn a_menu_is_taken_away_and_brought_back() {
    let desk = desk();
    desk.api().put("/menu", &menu("一")).expect(200);
    let taken = desk.api().ask("DELETE", "/menu", &[], None).expect(200);
    assert_eq!(taken.json()["version"], 2);
    assert_eq!(desk.simulator().menu()["button"], Value::Null);
    assert_eq!(
        desk.api().get("/menu").expect(200).json()["menu"],
        Value::Null
    );
    desk.api()
        .post("/menu/versions/2/publish", &json!({}))
        .expect(409);
    desk.api()
        .post("/menu/versions/1/publish", &json!({}))
        .expect(200);
    assert_eq!(seen(&desk), "一");
}

#[test]
fn taking_away_what_is_not_there_does_no_harm() {
    let desk = desk();
    desk.api().ask("DELETE", "/menu", &[], None).expect(200);
    desk.api().ask("DELETE", "/menu", &[], None).expect(200);
    assert_eq!(desk.simulator().menu()["button"], Value::Null);
}

#[test]
fn a_menu_is_checked_without_being_published() {
    let desk = desk();
    let playbook =
        "default = { text = \"?\" }\n[[click]]\nkey = \"HELP\"\nreply = { text = \"!\" }\n";
    desk.api().publish(playbook).expect(200);
    let answered = desk
        .api()
        .post("/menu/check", &menu("一"))
        .expect(200)
        .json();
    assert_eq!(
        (&answered["menu"], &answered["warnings"]),
        (&menu("一"), &json!([]))
    );

    let lost = json!({ "button": [{ "type": "click", "name": "a", "key": "LOST" }] });
    let warned = desk.api().post("/menu/check", &lost).expect(200).json();
    assert_eq!(warned["warnings"][0]["field"], "button[0].key", "{warned}");

    let wrong = json!({ "button": [{ "type": "view", "name": "a" }] });
    let refused = desk.api().post("/menu/check", &wrong).expect(422).json();
    assert_eq!(refused["error"]["field"], "button[0].url", "{refused}");

    for no_object in ["[]", "{", "7"] {
        let answer = desk
            .api()
            .ask("POST", "/menu/check", &[], Some(no_object.as_bytes()));
        answer.expect(400);
    }
    desk.api().get("/menu").expect(404);
    assert_eq!(desk.simulator().menu()["button"], Value::Null);
}

#[test]
fn a_menu_that_somebody_else_replaced_meanwhile_is_not_overwritten() {
    let desk = desk();
    let json = ("content-type", "application/json");
    let put = |expected: &str, name: &str| {
        let body = menu(name).to_string();
        let headers = [json, ("if-match", expected)];
        desk.api()
            .ask("PUT", "/menu", &headers, Some(body.as_bytes()))
    };
    put("\"1\"", "零").expect(412);
    desk.api().put("/menu", &menu("一")).expect(200);
    put("\"1\"", "二").expect(200);
    put("\"1\"", "三").expect(412);
    let delete = desk
        .api()
        .ask("DELETE", "/menu", &[("if-match", "\"1\"")], None);
    delete.expect(412);
    assert_eq!(seen(&desk), "二");
}

#[test]
fn of_several_who_publish_menus_at_once_the_newest_version_is_what_wechat_has() {
    let desk = desk();
    let answers = at_once(4, |number| {
        desk.api().put("/menu", &menu(&number.to_string()))
    });
    for answer in &answers {
        assert!([200, 409].contains(&answer.status), "{}", answer.body);
    }
    assert!(answers.iter().any(|answer| answer.status == 200));
    let live = desk.api().get("/menu/live").expect(200).json();
    assert_eq!(live["same"], true, "{live}");
}

#[test]
fn what_wechat_says_against_a_menu_is_told_with_the_field_and_leaves_the_old_one() {
    let desk = desk();
    desk.api().put("/menu", &menu("旧")).expect(200);
    desk.simulator().refuse("/cgi-bin/menu/create", 40055, 1);
    let refused = desk.api().put("/menu", &menu("新")).expect(422).json();
    assert_eq!(refused["error"]["field"], "button.url", "{refused}");
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("a domain that is not allowed"),
        "{message}"
    );

    desk.simulator().refuse("/cgi-bin/menu/create", 48001, 1);
    let refused = desk.api().put("/menu", &menu("新")).expect(502).json();
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains("has no right to this call"), "{message}");

    assert_eq!(desk.api().get("/menu").expect(200).json()["version"], 1);
    assert_eq!(seen(&desk), "旧");
    let again = desk.api().put("/menu", &menu("新")).expect(200).json();
    assert_eq!(again["version"], 2);
}

#[test]
fn a_menu_whose_answer_got_lost_is_unsure_until_it_is_published_again() {
    let desk = desk();
    desk.simulator().fail("/cgi-bin/menu/create", 502, 1);
    desk.api().put("/menu", &menu("一")).expect(502);
    let shown = desk.api().get("/menu").expect(200).json();
    assert_eq!(shown["state"], "unsure", "{shown}");
    assert_eq!(shown["error"], "HTTP status 502");
    desk.api().put("/menu", &menu("一")).expect(200);
    assert_eq!(
        desk.api().get("/menu").expect(200).json()["state"],
        "published"
    );
}

#[test]
fn a_menu_that_was_changed_elsewhere_is_seen() {
    let desk = desk();
    let nothing = desk.api().get("/menu/live").expect(200).json();
    assert_eq!(
        nothing,
        json!({ "wechat": null, "version": null, "same": true })
    );
    desk.api().put("/menu", &menu("一")).expect(200);
    let live = desk.api().get("/menu/live").expect(200).json();
    assert_eq!((&live["version"], &live["same"]), (&json!(1), &json!(true)));
    assert_eq!(live["wechat"]["menu"]["button"][0]["name"], "一");
}

#[test]
fn menus_want_their_methods_and_parameters() {
    let desk = desk();
    for (method, path) in [
        ("POST", "/menu"),
        ("GET", "/menu/check"),
        ("PUT", "/menu/versions"),
        ("DELETE", "/menu/versions/1"),
        ("GET", "/menu/versions/1/publish"),
    ] {
        desk.api().ask(method, path, &[], None).expect(405);
    }
    desk.api().get("/menu/match").expect(422);
    desk.api().get("/menu/else").expect(404);
}

/// A platform with menus for some fans, as its documentation describes them.
#[derive(Default)]
struct Platform {
    buttons: Option<Value>,
    /// Oldest first.
    conditional: Vec<Value>,
    made: u64,
}

impl Platform {
    fn answer(&mut self, asked: &Asked) -> Value {
        let path = asked.target.split('?').next().unwrap();
        let ok = json!({ "errcode": 0, "errmsg": "ok" });
        let error = |errcode: i64| json!({ "errcode": errcode, "errmsg": "refused" });
        match path {
            "/cgi-bin/stable_token" => json!({ "access_token": "T", "expires_in": 7200 }),
            "/cgi-bin/menu/create" => {
                self.buttons = Some(asked.json()["button"].clone());
                ok
            }
            "/cgi-bin/menu/addconditional" if self.buttons.is_none() => error(65303),
            "/cgi-bin/menu/addconditional" => {
                self.made += 1;
                let mut menu = asked.json();
                menu["menuid"] = json!(self.made + 400);
                self.conditional.push(menu);
                json!({ "menuid": (self.made + 400).to_string() })
            }
            "/cgi-bin/menu/delconditional" => {
                let menuid: u64 = asked.json()["menuid"].as_str().unwrap().parse().unwrap();
                let before = self.conditional.len();
                self.conditional.retain(|menu| menu["menuid"] != menuid);
                if self.conditional.len() < before {
                    ok
                } else {
                    error(65301)
                }
            }
            "/cgi-bin/menu/get" => match &self.buttons {
                None => error(46003),
                Some(buttons) => json!({
                    "menu": { "button": buttons, "menuid": 1 }, "conditionalmenu": self.conditional,
                }),
            },
            "/cgi-bin/menu/delete" => {
                *self = Self {
                    made: self.made,
                    ..Self::default()
                };
                ok
            }
            "/cgi-bin/menu/trymatch" if asked.json()["user_id"] == "oStranger" => error(65302),
            // The fan has tag 2.
            "/cgi-bin/menu/trymatch" => {
                let tagged = |menu: &&Value| menu["matchrule"]["tag_id"] == "2";
                let newest = self.conditional.iter().rev().find(tagged);
                let special = newest.map(|menu| menu["button"].clone());
                json!({ "button": special.or(self.buttons.clone()) })
            }
            other => panic!("{other} is not known here"),
        }
    }
}

/// A deployment before such a platform, which lets `refuse` answer first: it is asked with the number of the call.
fn special(
    refuse: impl Fn(usize, &str) -> Option<Value> + Send + Sync + 'static,
) -> (Deployment, Stub) {
    let platform = Mutex::new(Platform::default());
    let stub = Stub::start(move |number, asked| {
        let path = asked.target.split('?').next().unwrap();
        let answer = refuse(number, path);
        let answer = answer.unwrap_or_else(|| platform.lock().unwrap().answer(asked));
        Reply::Body(answer.to_string())
    });
    let desk = Setup::new(Mode::Plain)
        .without_demo()
        .with("WECHAT_API_BASE", &stub.url())
        .start();
    (desk, stub)
}

/// What was called, without the tokens.
fn called(stub: &Stub) -> Vec<String> {
    let calls = stub.asked().into_iter().map(|asked| {
        let path = asked.target.split('?').next().unwrap();
        path.trim_start_matches("/cgi-bin/").to_owned()
    });
    calls.filter(|path| path != "stable_token").collect()
}

fn with_special(names: &[(&str, &str)]) -> Value {
    let special = names
        .iter()
        .map(|(tag, name)| json!({ "button": [click(name)], "matchrule": { "tag_id": tag } }));
    json!({ "button": [click("都")], "conditionalmenu": special.collect::<Value>() })
}

#[test]
fn some_fans_see_another_menu() {
    let (desk, stub) = special(|_, _| None);
    let document = with_special(&[("2", "贵宾"), ("3", "新人")]);
    desk.api().put("/menu", &document).expect(200);
    assert_eq!(desk.api().get("/menu").expect(200).json()["menu"], document);
    let live = desk.api().get("/menu/live").expect(200).json();
    assert_eq!(live["same"], true, "{live}");

    let sees = desk.api().get("/menu/match?openid=oVip").expect(200).json();
    assert_eq!(sees["button"][0]["name"], "贵宾");
    desk.api().get("/menu/match?openid=oStranger").expect(404);

    // Nothing changed, so none is made anew.
    let before = called(&stub).len();
    desk.api().put("/menu", &document).expect(200);
    assert_eq!(called(&stub)[before..], ["menu/get", "menu/create"]);

    // Without them, they go.
    desk.api().put("/menu", &menu("都")).expect(200);
    let sees = desk.api().get("/menu/match?openid=oVip").expect(200).json();
    assert_eq!(sees["button"][0]["name"], "都");
    // And then nobody asks after them any more.
    let before = called(&stub).len();
    desk.api().put("/menu", &menu("都")).expect(200);
    assert_eq!(called(&stub)[before..], ["menu/create"]);
}

#[test]
fn the_first_rule_that_matches_decides_what_a_fan_sees() {
    let (desk, _stub) = special(|_, _| None);
    let document = with_special(&[("2", "甲"), ("2", "乙")]);
    desk.api().put("/menu", &document).expect(200);
    let sees = || {
        desk.api().get("/menu/match?openid=oVip").expect(200).json()["button"][0]["name"].clone()
    };
    assert_eq!(sees(), "甲");
    let swapped = with_special(&[("2", "乙"), ("2", "甲")]);
    desk.api().put("/menu", &swapped).expect(200);
    assert_eq!(sees(), "乙");
}

#[test]
fn a_publication_that_stopped_in_the_middle_is_unsure_and_ended_by_the_next() {
    let refused = json!({ "errcode": 65306, "errmsg": "not support conditional menu" });
    let (desk, stub) = special(move |number, path| {
        (path.ends_with("addconditional") && number < 6).then(|| refused.clone())
    });
    let document = with_special(&[("2", "贵宾")]);
    let told = desk.api().put("/menu", &document).expect(502).json();
    let message = told["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("only part of the menu") && message.contains("65306"),
        "{message}"
    );
    let shown = desk.api().get("/menu").expect(200).json();
    assert_eq!(shown["state"], "unsure", "{shown}");

    while stub.asked().len() < 6 {
        desk.api().get("/menu/live").expect(200);
    }
    desk.api().put("/menu", &document).expect(200);
    let shown = desk.api().get("/menu").expect(200).json();
    assert_eq!(
        (&shown["state"], &shown["version"]),
        (&json!("published"), &json!(2))
    );
    assert_eq!(
        desk.api().get("/menu/live").expect(200).json()["same"],
        true
    );
}

#[test]
fn a_personal_condition_is_refused_before_wechat_is_asked() {
    let (desk, stub) = special(|_, _| None);
    let document = json!({
        "button": [click("都")],
        "conditionalmenu": [{ "button": [click("她")], "matchrule": { "sex": "2" } }],
    });
    let refused = desk.api().put("/menu", &document).expect(422).json();
    assert_eq!(
        refused["error"]["field"], "conditionalmenu[0].matchrule.sex",
        "{refused}"
    );
    assert_eq!(called(&stub), Vec::<String>::new());
}
