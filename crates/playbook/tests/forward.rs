//! `[forward]`: what is read, which kinds it takes, and what is refused.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, and these are called by such"
)]

use fandesk_playbook::{Format, Forward, Playbook};

fn document(fields: &str) -> String {
    format!("default = {{ text = \"?\" }}\n[forward]\n{fields}")
}

fn forward(fields: &str) -> Forward {
    let parsed = Playbook::parse(&document(fields), Format::Toml).unwrap();
    parsed.playbook.forward().unwrap().clone()
}

const WHOLE: &str = "url = \"https://old.example.com/wx?of=1\"\ntoken = \"OLD\"";

#[test]
fn without_the_table_nothing_is_forwarded() {
    let parsed = Playbook::parse("default = { text = \"?\" }", Format::Toml).unwrap();
    assert_eq!(parsed.playbook.forward(), None);
}

#[test]
fn address_and_secrets_are_read() {
    let read = forward(&format!("{WHOLE}\naes_key = \"OLD_KEY\""));
    assert_eq!(read.url, "https://old.example.com/wx?of=1");
    assert_eq!(
        (read.token.as_str(), read.aes_key.as_deref()),
        ("OLD", Some("OLD_KEY"))
    );
    assert_eq!(forward(WHOLE).aes_key, None);
}

#[test]
fn without_kinds_everything_is_taken() {
    let all = forward(WHOLE);
    assert!(
        ["text", "event.subscribe", "unheard_of"]
            .iter()
            .all(|kind| all.takes(kind))
    );
}

#[test]
fn named_kinds_and_beginnings_are_taken_and_no_others() {
    let some = forward(&format!("{WHOLE}\nkinds = [\"text\", \"event.card_*\"]"));
    for (kind, taken) in [
        ("text", true),
        ("texts", false),
        ("image", false),
        ("event.card_pass_check", true),
        ("event.subscribe", false),
    ] {
        assert_eq!(some.takes(kind), taken, "{kind}");
    }
}

#[test]
fn what_cannot_be_meant_is_told_with_its_line() {
    for (fields, told) in [
        (
            "token = \"OLD\"".to_owned(),
            "playbook:2: forward: missing field `url`",
        ),
        (
            "url = \"https://a/\"".to_owned(),
            "playbook:2: forward: missing field `token`",
        ),
        (
            "url = \"old\"\ntoken = \"OLD\"".to_owned(),
            "playbook:3: forward.url: this is no address",
        ),
        (
            "url = \"https://a/\"\ntoken = \"a token\"".to_owned(),
            "playbook:4: forward.token: \"a token\" is no name of a secret",
        ),
        (
            format!("{WHOLE}\nkinds = []"),
            "playbook:5: forward.kinds: no kind is named",
        ),
        (
            format!("{WHOLE}\nkinds = [\"event.SCAN\"]"),
            "playbook:5: forward.kinds[0]: \"event.SCAN\" is no kind",
        ),
        (
            format!("{WHOLE}\nkinds = [\" \"]"),
            "playbook:5: forward.kinds[0]: this kind is empty",
        ),
        (
            format!("{WHOLE}\nretry = 1"),
            "playbook:5: forward.retry: unknown field",
        ),
    ] {
        let mistake = Playbook::parse(&document(&fields), Format::Toml)
            .unwrap_err()
            .to_string();
        assert!(mistake.starts_with(told), "{mistake}");
    }
}
