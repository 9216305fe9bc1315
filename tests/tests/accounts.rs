//! Several accounts in one deployment: where each is found, what refuses the other's, and what a mistake in one does.

use fandesk_e2e::account::{app_id_of, token_of};
use fandesk_e2e::deployment::{ADMIN_TOKEN, AES_KEY, APP_ID};
use fandesk_e2e::{Deployment, Message, Mode, Setup, Shared, new_openid};
use serde_json::Value;

/// The first account is plain, `school` safe.
static DESK: Shared = Shared::new(|| {
    Setup::new(Mode::Plain)
        .with_account("school", Mode::Safe)
        .start()
});

#[test]
fn each_account_is_called_on_a_path_of_its_own() {
    let desk = DESK.lend();
    let school = desk.account("school");
    assert!(desk.simulator().verifies_the_address());
    assert!(school.simulator().verifies_the_address());
    for path in ["/wechat", "/wechat/default", &format!("/wechat/{APP_ID}")] {
        let wechat = desk.wechat().calling(path);
        let answer = wechat.send(&Message::text(&new_openid(), "GO"));
        assert!(wechat.text(&answer).contains("出发"), "{path}");
    }
    for name in ["school".to_owned(), app_id_of("school")] {
        let wechat = school.wechat().calling(&format!("/wechat/{name}"));
        let answer = wechat.send(&Message::text(&new_openid(), "GO"));
        assert!(wechat.text(&answer).contains("出发"), "{name}");
    }
}

#[test]
fn an_account_that_is_not_there_is_404() {
    let desk = DESK.lend();
    for name in ["shop", "School", "wx0000000000000000", "school/"] {
        let wechat = desk.wechat().calling(&format!("/wechat/{name}"));
        let message = Message::text(&new_openid(), "GO");
        wechat.send(&message).expect(404);
        wechat.verification("1").get().expect(404);
        desk.api().of_account(name).get("/events").expect(404);
    }
}

#[test]
fn a_callback_of_one_account_is_refused_by_the_other() {
    let desk = Setup::new(Mode::Safe)
        .with_account("school", Mode::Safe)
        .without_demo()
        .start();
    let (first, school) = (desk.wechat(), desk.account("school").wechat());
    let message = Message::text(&new_openid(), "GO").xml();
    first.call(&message).send().expect(200);
    school.call(&message).send().expect(200);

    first.call(&message).to("/wechat/school").send().expect(401);
    school.call(&message).to("/wechat").send().expect(401);
    first
        .verification("1")
        .to("/wechat/school")
        .get()
        .expect(401);
    // Even with the other's token: the AppID inside is what counts.
    first
        .with_token(&token_of("school"))
        .call(&message)
        .to("/wechat/school")
        .send()
        .expect(400);
    for api in [desk.api(), desk.account("school").api()] {
        assert_eq!(api.events().len(), 1);
    }
}

#[test]
fn the_api_lists_accounts_and_none_of_their_secrets() {
    let desk = DESK.lend();
    let answer = desk.api().get("/accounts").expect(200);
    for secret in [
        AES_KEY,
        ADMIN_TOKEN,
        &token_of("school"),
        "e2e-secret-of-school",
        "e2e-callback-token",
        "e2e-app-secret",
    ] {
        assert!(!answer.body.contains(secret), "{secret}");
    }
    let accounts = answer.json();
    let shown = |account: &Value| {
        let text = |field: &str| account[field].as_str().unwrap().to_owned();
        (text("name"), text("app_id"), text("callback"))
    };
    let items = accounts["items"].as_array().unwrap();
    let expected = [
        (
            "default".to_owned(),
            APP_ID.to_owned(),
            "/wechat".to_owned(),
        ),
        (
            "school".to_owned(),
            app_id_of("school"),
            "/wechat/school".to_owned(),
        ),
    ];
    assert_eq!(items.iter().map(shown).collect::<Vec<_>>(), expected);
    assert!(items.iter().all(|account| account["ok"] == true));
    for (name, item) in ["default", "school"].iter().zip(items) {
        let one = desk.api().get(&format!("/accounts/{name}")).expect(200);
        assert_eq!(one.json(), *item);
    }
    desk.api().get("/accounts/shop").expect(404);
    desk.api().ask("DELETE", "/accounts", &[], None).expect(405);
    desk.api()
        .ask("PUT", "/accounts/school", &[], None)
        .expect(405);
    for path in ["/accounts", "/accounts/school", "/accounts/school/events"] {
        desk.api().without_token().get(path).expect(401);
    }
}

#[test]
fn a_path_of_the_first_account_is_the_same_by_its_name() {
    let desk = DESK.lend();
    let openid = new_openid();
    desk.fan_called(&openid).say("GO");
    let plain = desk.api().events_of(&openid);
    for name in ["default", APP_ID] {
        assert_eq!(desk.api().of_account(name).events_of(&openid), plain);
    }
    // One account has no accounts of its own.
    let nested = desk.api().get("/accounts/school/accounts");
    nested.expect(404);
}

/// The setting of the one problem that there is.
#[track_caller]
fn only_problem(desk: &Deployment) -> String {
    let health = desk.http().get("/healthz").expect(503).json();
    let problems = health["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{health}");
    problems[0]["setting"].as_str().unwrap().to_owned()
}

#[test]
fn a_mistake_in_one_account_is_named_and_leaves_the_others() {
    let mut desk = Setup::new(Mode::Plain)
        .with_account("school", Mode::Plain)
        .with("WECHAT_TOKEN_SCHOOL", "")
        .start();
    let go = || Message::text(&new_openid(), "GO");
    assert_eq!(only_problem(&desk), "WECHAT_TOKEN_SCHOOL");
    let line = "not healthy: WECHAT_TOKEN_SCHOOL is not set";
    assert!(desk.log().contains(line));
    desk.wechat().send(&go()).expect(200);
    desk.account("school").wechat().send(&go()).expect(500);
    desk.account("school").api().get("/events").expect(503);
    let shown = desk.api().get("/accounts/school").expect(200).json();
    assert_eq!(shown["ok"], false);
    assert_eq!(shown["problems"][0]["setting"], "WECHAT_TOKEN_SCHOOL");

    // The first one is no exception.
    desk.set("WECHAT_TOKEN_SCHOOL", &token_of("school"));
    desk.set("WECHAT_MODE", "open");
    desk.restart();
    assert_eq!(only_problem(&desk), "WECHAT_MODE");
    desk.wechat().send(&go()).expect(500);
    desk.account("school").wechat().send(&go()).expect(200);
    desk.api().get("/events").expect(503);
    let events = desk.account("school").api().events();
    assert_eq!(events.len(), 1);
}

#[test]
fn an_account_that_was_taken_out_is_back_with_all_it_had() {
    let mut desk = Setup::new(Mode::Plain)
        .with_account("school", Mode::Plain)
        .start();
    let openid = new_openid();
    desk.account("school").fan_called(&openid).say("菜单");
    desk.set("FANDESK_ACCOUNTS", "");
    desk.restart();
    let school = desk.account("school").wechat();
    let message = Message::text(&openid, "1");
    school.send(&message).expect(404);
    assert!(desk.api().events().is_empty());
    desk.set("FANDESK_ACCOUNTS", "school");
    desk.restart();
    let answer = school.send(&message);
    let other = desk.account("school").fan();
    assert_ne!(school.text(&answer), other.say("1").text());
    assert_eq!(desk.account("school").api().events_of(&openid).len(), 2);
}

#[test]
fn the_page_at_the_address_shows_each_account_and_its_phone() {
    let desk = DESK.lend();
    let page = desk.http().get("/status").expect(200).body;
    assert!(page.contains("default: 第 1 版") && page.contains("school: 第 1 版"));
    let phones = [desk.simulator_url(), desk.account("school").simulator_url()];
    for phone in phones {
        assert!(page.contains(&format!("href=\"{phone}/\"")), "{page}");
    }
}

#[test]
fn all_that_is_described_for_the_first_account_is_described_for_each() {
    let description = DESK.lend().http().get("/api/v1/openapi.json").expect(200);
    let description = description.json();
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.contains_key("/api/v1/accounts"));
    let of_first = paths
        .keys()
        .filter_map(|path| path.strip_prefix("/api/v1/"))
        .filter(|path| !path.starts_with("accounts"));
    let mut seen = 0;
    for path in of_first {
        let of_each = format!("/api/v1/accounts/{{account}}/{path}");
        for (method, operation) in paths[&format!("/api/v1/{path}")].as_object().unwrap() {
            let of_account = &paths[&of_each][method];
            assert_eq!(of_account["parameters"][0]["name"], "account", "{path}");
            assert!(of_account["responses"]["404"].is_object(), "{path}");
            assert_ne!(of_account["operationId"], operation["operationId"]);
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} operations");
}
