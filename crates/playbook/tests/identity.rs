//! `[identity]`: what is read, what leads to it, and whom an answer names.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use std::time::Duration;

use fandesk_playbook::{Action, Format, Found, Identity, Playbook, Rendered, Text, UnfitIdentity};
use serde_json::{Value, json};

const WHOLE: &str = r#"
default = { text = "?" }
[identity]
pattern = '^bind (?P<code>[0-9]+)$'
request = { url = "https://business.example/bind", secret = "BUSINESS" }
reply = { text = "checking {code}" }
answer = { text = "hello {result.name}" }
sorry = { text = "no" }
ask = { text = "bind first" }
"#;

fn playbook(fields: &str) -> Playbook {
    let document = format!("{WHOLE}{fields}");
    Playbook::parse(&document, Format::Toml).unwrap().playbook
}

fn leads_to(playbook: &Playbook, text: &str) -> Option<(String, Action)> {
    match playbook.find(&Text::new(text)) {
        Found::Match(found) => Some((found.hit.to_owned(), found.action.clone())),
        _ => None,
    }
}

#[test]
fn without_the_table_nobody_is_bound() {
    let parsed = Playbook::parse("default = { text = \"?\" }", Format::Toml).unwrap();
    assert_eq!(parsed.playbook.identity(), None);
}

#[test]
fn its_pattern_binds_and_its_words_end_the_binding() {
    let own = playbook("unbind = [\"Forget me\"]\nexpires_after = \"90d\"");
    let bind = ("identity:bind".to_owned(), Action::Bind);
    let unbind = ("identity:unbind".to_owned(), Action::Unbind);
    assert_eq!(leads_to(&own, "BIND 12"), Some(bind));
    assert_eq!(leads_to(&own, "forget ME!"), Some(unbind.clone()));
    assert_eq!(leads_to(&own, "解绑"), None);
    assert_eq!(leads_to(&playbook(""), "解绑"), Some(unbind));
    let span = Duration::from_secs(90 * 86_400);
    assert_eq!(own.identity().unwrap().expires_after(), Some(span));
    assert_eq!(playbook("").identity().unwrap().expires_after(), None);
}

#[test]
fn without_words_of_its_own_the_end_is_confirmed_in_both_languages() {
    let playbook = playbook("");
    let unbound = playbook.identity().unwrap().unbound();
    let Some(Rendered::Passive(wechat::Reply::Text { content })) =
        unbound.expand(&fandesk_playbook::Captures::default())
    else {
        panic!("no text")
    };
    assert!(content.starts_with("已解除绑定") && content.contains("no longer"));
}

#[test]
fn what_binds_goes_before_intents_that_would_take_the_same_words() {
    let playbook = playbook(
        "[[intent]]\nname = \"i\"\npattern = '^bind'\nreply.text = \"i\"\nanswer.text = \"i\"\nsorry.text = \"i\"\nrequest.url = \"https://a.example/\"\nidentity = true",
    );
    assert_eq!(leads_to(&playbook, "bind 12").unwrap().1, Action::Bind);
    assert_eq!(
        leads_to(&playbook, "bind").unwrap().1,
        Action::Intent("i".to_owned())
    );
    assert!(playbook.intent("i").unwrap().needs_identity());
}

#[test]
fn an_account_that_cannot_answer_later_cannot_bind() {
    let parsed = Playbook::parse(WHOLE, Format::Toml).unwrap();
    let needs: Vec<&str> = parsed
        .needs
        .iter()
        .map(|need| need.field.as_str())
        .collect();
    assert_eq!(needs, ["identity"]);
}

#[test]
fn an_answer_names_its_customer_in_one_field() {
    let named = |answer: Value| Identity::named_by(&answer).map(|name| name.map(str::to_owned));
    assert_eq!(
        named(json!({ "identity": "C-1" })),
        Ok(Some("C-1".to_owned()))
    );
    for nobody in [
        json!({}),
        json!({ "identity": null }),
        json!("C-1"),
        json!([]),
    ] {
        assert_eq!(named(nobody), Ok(None));
    }
    for unfit in [
        json!(1),
        json!(""),
        json!("\t"),
        json!("a\0"),
        json!({ "id": "C-1" }),
    ] {
        assert_eq!(named(json!({ "identity": unfit })), Err(UnfitIdentity));
    }
}

#[test]
fn only_a_plain_yes_refuses_an_identity() {
    assert!(Identity::refused_by(&json!({ "identity_refused": true })));
    for other in [
        json!({}),
        json!({ "identity_refused": "true" }),
        json!({ "identity_refused": false }),
        json!(true),
    ] {
        assert!(!Identity::refused_by(&other), "{other}");
    }
}
