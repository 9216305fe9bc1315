//! What a playbook can answer with: every type of message, lists of questions, opening hours; and what an account may not do.

use fandesk_e2e::shared::Lent;
use fandesk_e2e::{Mode, Setup, Shared, eventually};
use serde_json::{Value, json};

const PLAYBOOK: &str = r#"
default = { text = "?" }

[handover]
reply = { text = "a person comes" }

[[rule]]
exact = ["which"]
[rule.reply.msgmenu]
head_content = "Which one, {text}?"
list = [{ content = "the red one" }, { id = "b", content = "the blue one" }]

[[rule]]
exact = ["the blue one"]
reply = { text = "blue it is" }

[[rule]]
exact = ["article"]
reply = { mpnewsarticle = "ARTICLE" }

[[rule]]
exact = ["coupon"]
reply = { wxcard = "CARD" }

[[rule]]
prefix = ["say"]
reply = { text = "{rest}" }

[[faq]]
name = "help"
keywords = ["faq"]
text = "Questions:"
[[faq.category]]
name = "warranty"
[[faq.category.item]]
question = "How long?"
answer = { text = "A year." }
"#;

static DESK: Shared = Shared::new(|| {
    let desk = Setup::new(Mode::Safe).without_demo().start();
    desk.api().publish(PLAYBOOK).expect(200);
    desk
});

/// An account that may do little.
static POOR: Shared = Shared::new(|| {
    let setup = Setup::new(Mode::Plain).without_demo();
    setup
        .with("WECHAT_ACCOUNT_TYPE", "subscription")
        .with("WECHAT_ACCOUNT_VERIFIED", "false")
        .start()
});

fn desk() -> Lent {
    DESK.lend()
}

#[test]
fn what_has_no_passive_form_comes_as_a_service_message_after_success() {
    let desk = desk();
    for (word, kind, field) in [
        ("article", "mpnewsarticle", "article_id"),
        ("coupon", "wxcard", "card_id"),
    ] {
        let fan = desk.fan();
        assert!(fan.say(word).is_silence());
        let sent = fan.gets_type(kind);
        assert!(sent[kind][field].is_string(), "{sent}");
    }
}

#[test]
fn a_choice_that_is_tapped_is_answered_by_its_words() {
    let desk = desk();
    let fan = desk.fan();
    assert!(fan.say("which").is_silence());
    let sent = fan.gets_type("msgmenu");
    assert_eq!(sent["msgmenu"]["head_content"], "Which one, which?");
    assert_eq!(
        sent["msgmenu"]["list"],
        json!([{ "id": "1", "content": "the red one" }, { "id": "b", "content": "the blue one" }])
    );
    assert_eq!(fan.choose("b", "the blue one").text(), "blue it is");
}

#[test]
fn a_text_that_grows_too_long_is_cut_at_a_character() {
    let desk = desk();
    let long = "查".repeat(600);
    // NFKC makes of one sign what takes more bytes.
    let grown = desk
        .fan()
        .say(&format!("say {long}{}", "㍿".repeat(40)))
        .text();
    assert!(
        grown.len() <= 2048 && grown.ends_with('…'),
        "{}",
        grown.len()
    );
}

#[test]
fn after_an_answer_a_button_says_that_it_helped_and_it_is_counted() {
    let desk = desk();
    let fan = desk.fan();
    assert_eq!(fan.say("FAQ").text(), "Questions:\n\n1 warranty");
    fan.say("1").text();
    assert_eq!(fan.say("1").text(), "A year.");
    let sent = fan.gets_type("msgmenu");
    let [yes, no] = [0, 1].map(|at| sent["msgmenu"]["list"][at].clone());
    let choose = |choice: &Value| {
        let field = |name: &str| choice[name].as_str().unwrap().to_owned();
        fan.choose(&field("id"), &field("content")).text()
    };
    assert!(choose(&yes).starts_with("很高兴帮到您"));
    assert_eq!(choose(&no), "a person comes");
    let events = desk.api().events_of(fan.openid());
    let hits: Vec<&str> = events
        .iter()
        .filter_map(|event| event["rule"].as_str())
        .collect();
    assert_eq!(
        hits,
        [
            "faq:help",
            "faq:help/warranty",
            "faq:help/warranty/How long?",
            "faq:help/warranty/How long?/solved",
            "faq:help/warranty/How long?/unsolved",
        ]
    );
    assert!(events.iter().any(|event| event["kind"] == "handover"));
    // The ledger in D1 is some seconds behind. Other tests ask other things.
    let counted = eventually("all three hits are counted", || {
        let path = "/playbook/hits?prefix=faq:help/warranty/";
        let counted = desk.api().get(path).expect(200).json();
        (counted["items"].as_array()?.len() == 3).then_some(())?;
        Some(
            desk.api()
                .get(&format!("{path}&limit=2"))
                .expect(200)
                .json(),
        )
    });
    let hit = |at: usize| {
        (
            counted["items"][at]["hit"].as_str().unwrap().to_owned(),
            counted["items"][at]["count"].clone(),
        )
    };
    assert_eq!(hit(0), ("faq:help/warranty/How long?".to_owned(), json!(1)));
    assert_eq!(
        hit(1),
        ("faq:help/warranty/How long?/solved".to_owned(), json!(1))
    );
    let next = counted["next"].as_str().unwrap();
    let query = [("prefix", "faq:"), ("after", next)].map(|(name, value)| {
        let escaped: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={escaped}")
    });
    let rest = desk
        .api()
        .get(&format!("/playbook/hits?{}", query.join("&")))
        .expect(200)
        .json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        rest["items"][0]["hit"],
        "faq:help/warranty/How long?/unsolved"
    );
    assert_eq!(
        desk.api()
            .get("/playbook/hits?until=1000")
            .expect(200)
            .json(),
        json!({ "items": [], "next": null })
    );
    for wrong in ["since=yesterday", "until=-1", "limit=0", "rule=x"] {
        desk.api()
            .get(&format!("/playbook/hits?{wrong}"))
            .expect(422);
    }
}

#[test]
fn outside_of_opening_hours_other_answers_are_given() {
    let desk = Setup::new(Mode::Plain).without_demo().start();
    let hours = |open: &str| {
        format!(
            "default = {{ text = \"open\" }}\n[hours]\nzone = \"+08:00\"\nopen = [{open}]\ndefault = {{ text = \"closed\" }}\n\
             [handover]\nreply = {{ text = \"a person comes\" }}\noutside_hours = {{ text = \"nobody is here\" }}\n"
        )
    };
    let fan = desk.fan();
    desk.api()
        .publish(&hours("{ times = [\"00:00-24:00\"] }"))
        .expect(200);
    assert_eq!(fan.say("hello").text(), "open");
    assert_eq!(fan.say("人工").text(), "a person comes");
    let published = desk.api().publish(&hours("")).expect(200).json();
    assert_eq!(
        published["warnings"][0]["message"],
        "these hours never open"
    );
    // The first fan is with the desk now, where the bot is silent.
    let fan = desk.fan();
    assert_eq!(fan.say("hello").text(), "closed");
    assert_eq!(fan.say("人工").text(), "nobody is here");
}

#[test]
fn capabilities_are_listed_with_the_reason_for_what_is_lacking() {
    let shown = desk().api().get("/capabilities").expect(200).json();
    assert_eq!(
        (&shown["type"], &shown["verified"]),
        (&json!("service"), &json!(true))
    );
    let all = |shown: &Value| shown["items"].as_array().unwrap().clone();
    assert!(
        all(&shown)
            .iter()
            .all(|item| item["available"] == true && item["reason"].is_null())
    );

    let shown = POOR.lend().api().get("/capabilities").expect(200).json();
    assert_eq!(shown["type"], "subscription");
    let items = all(&shown);
    let named = |name: &str| items.iter().find(|item| item["name"] == name).unwrap();
    assert_eq!(named("passive_reply")["available"], true);
    assert_eq!(named("custom_message")["available"], false);
    assert_eq!(
        named("custom_message")["reason"]["zh"],
        "账号需通过微信认证"
    );
    assert_eq!(
        named("qrcode")["reason"]["en"],
        "only a verified service account has it"
    );
}

#[test]
fn capabilities_are_for_those_with_a_token() {
    desk()
        .api()
        .without_token()
        .get("/capabilities")
        .expect(401);
}

#[test]
fn a_playbook_or_menu_that_needs_what_the_account_lacks_is_refused() {
    let desk = POOR.lend();
    let refused = desk.api().publish(PLAYBOOK).expect(422).json();
    assert_eq!(refused["error"]["line"], 9, "{refused}");
    assert_eq!(refused["error"]["field"], "rule[0].reply.msgmenu");
    assert!(
        refused["error"]["message"]
            .as_str()
            .unwrap()
            .contains("账号需通过微信认证")
    );
    let menu = json!({ "button": [{ "type": "click", "name": "A", "key": "A" }] });
    let refused = desk.api().put("/menu", &menu).expect(422).json();
    assert!(
        refused["error"]["message"]
            .as_str()
            .unwrap()
            .contains("订阅号"),
        "{refused}"
    );
}

#[test]
fn an_account_without_service_messages_asks_below_the_answer() {
    let desk = POOR.lend();
    let from = PLAYBOOK.find("[[faq]]").unwrap();
    let document = format!("default = {{ text = \"?\" }}\n{}", &PLAYBOOK[from..]);
    desk.api().publish(&document).expect(200);
    let fan = desk.fan();
    for word in ["faq", "1"] {
        fan.say(word).text();
    }
    assert!(fan.say("1").text().ends_with("回复“已解决”或“未解决”。"));
    assert!(fan.say("已解决").text().starts_with("很高兴帮到您"));
    assert!(desk.api().jobs_of(fan.openid()).is_empty());
}

#[test]
fn an_account_type_that_does_not_exist_is_named() {
    let desk = Setup::new(Mode::Plain)
        .without_demo()
        .with("WECHAT_ACCOUNT_TYPE", "personal")
        .start();
    let health = desk.http().get("/healthz").expect(503).json();
    assert_eq!(
        health["problems"][0]["setting"], "WECHAT_ACCOUNT_TYPE",
        "{health}"
    );
}
