//! Properties of whole documents: any text at all, and TOML against JSON.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Action, Format, Found, Playbook, Rendered, Text};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A document as a JSON value, which has a form in TOML as well: no `null`.
fn document() -> impl Strategy<Value = Value> {
    let words = || prop::collection::vec("[abAＢ查物!。]{1,3}", 0..3);
    let text = || {
        let text =
            prop_oneof![4 => "[ab查\n\"'\\\\]{1,4}", 1 => "[a{}]{1,2}|\\{(rest|1|n|result)\\}"];
        text.prop_map(|text| text + "!")
    };
    let pattern = || {
        prop::option::weighted(
            0.4,
            "查?[ab]{0,2}(\\([ab]\\)|\\(\\?P<n>\\[\\^物\\]\\)|[*+(])?",
        )
    };
    let rule = (words(), words(), words(), pattern(), text(), -1..2).prop_map(
        |(exact, prefix, contains, pattern, text, priority)| {
            let mut rule = json!({
                "exact": exact,
                "prefix": prefix,
                "contains": contains,
                "reply": { "text": text },
                "priority": priority,
            });
            if let Some(pattern) = pattern {
                rule["pattern"] = pattern.into();
            }
            rule
        },
    );
    let entry = ("[1-9a-h0]", "[ab查]{1,2}", text()).prop_map(
        |(key, label, text)| json!({ "key": key, "label": label, "reply": { "text": text } }),
    );
    let menu = (words(), prop::collection::vec(entry, 1..3)).prop_map(|(keywords, entries)| json!({ "name": "m", "keywords": keywords, "text": "m", "entry": entries }));
    (
        prop::collection::vec(rule, 0..4),
        prop::collection::vec(menu, 0..2),
    )
        .prop_map(
            |(rules, menus)| json!({ "default": { "text": "?" }, "rule": rules, "menu": menus }),
        )
}

/// The value in TOML, written by hand: every value inline, so that nothing but the form differs.
fn toml(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{key} = {}", toml(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(toml).collect::<Vec<_>>().join(", ")
        ),
        other => other.to_string(),
    }
}

fn toml_document(value: &Value) -> String {
    let fields = value.as_object().unwrap();
    fields
        .iter()
        .map(|(key, value)| format!("{key} = {}\n", toml(value)))
        .collect()
}

/// What a playbook shows for a text.
fn answer(playbook: &Playbook, text: &str) -> String {
    match playbook.find(&Text::new(text)) {
        Found::Match(found) => match found.action {
            Action::Reply(reply) => format!("{}: {:?}", found.hit, reply.expand(&found.captures)),
            other => format!("{}: {other:?}", found.hit),
        },
        other => format!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn both_forms_of_a_document_mean_the_same(document in document(), texts in prop::collection::vec("[abAＢ查物 。]{0,5}", 1..6)) {
        let from_json = Playbook::parse(&document.to_string(), Format::Json);
        let from_toml = Playbook::parse(&toml_document(&document), Format::Toml);
        match (from_json, from_toml) {
            (Ok(json), Ok(toml)) => {
                let told = |parsed: &fandesk_playbook::Parsed| -> Vec<_> {
                    let mut fields: Vec<_> = parsed.warnings.iter().map(|warning| warning.field.clone()).collect();
                    fields.sort();
                    fields
                };
                prop_assert_eq!(told(&json), told(&toml));
                for text in texts {
                    prop_assert_eq!(answer(&json.playbook, &text), answer(&toml.playbook, &text));
                }
            }
            (Err(json), Err(toml)) => prop_assert_eq!((json.field, json.message), (toml.field, toml.message)),
            (json, toml) => prop_assert!(false, "{json:?} {toml:?}"),
        }
    }

    #[test]
    fn any_text_is_a_document_or_a_mistake(document in "\\PC*") {
        let _ = Playbook::parse(&document, Format::Toml);
        let _ = Playbook::parse(&document, Format::Json);
    }

    #[test]
    fn anything_like_a_document_is_one_or_a_mistake(
        document in "(\\[\\[?|\\]\\]?|rule|menu|welcome|default|text|exact|pattern|reply|key|=|\\.|,|\\{|\\}|\"[a查(]{0,3}\"|'\\\\d+'|1|\n| |:|true|#){0,40}",
    ) {
        let _ = Playbook::parse(&document, Format::Toml);
        let _ = Playbook::parse(&document, Format::Json);
    }

    #[test]
    fn a_reply_never_exceeds_what_wechat_takes(text in "[a查😀{}]{0,900}", fixed in "[a查]{1,600}") {
        let document = json!({ "default": { "text": "?" }, "rule": [{ "prefix": ["a"], "reply": { "text": format!("{fixed}{{text}}{{rest}}") } }] });
        let playbook = Playbook::parse(&document.to_string(), Format::Json).unwrap().playbook;
        if let Found::Match(found) = playbook.find(&Text::new(&text)) {
            let Action::Reply(reply) = found.action else { panic!() };
            let Some(Rendered::Passive(wechat::Reply::Text { content })) = reply.expand(&found.captures) else { panic!() };
            prop_assert!(content.len() <= 2048);
            prop_assert!(content.starts_with(&fixed));
        }
    }
}
