//! Patterns and templates: the parts of a playbook that are languages of their own, with what a fan writes.
//!
//! An input is three texts, one behind the other with a 0xFF between them: pattern, template, and the fan's text.

use fandesk_playbook::{Action, Format, Found, Playbook, Rendered, Text, normalise};
use serde_json::json;
use wechat::reply::MAX_TEXT_BYTES;

use crate::cost;

/// What a fan can type, and more.
const LONG: usize = 4096;

pub(crate) fn target(data: &[u8]) {
    let mut parts = data
        .splitn(3, |byte| *byte == 0xff)
        .map(String::from_utf8_lossy);
    let mut part = || parts.next().unwrap_or_default();
    let (pattern, template, text) = (part(), part(), part());
    words(&text);
    let document = json!({
        "default": { "text": "?" },
        "rule": [{ "pattern": pattern, "reply": { "text": template } }],
    });
    let document = document.to_string();
    let Ok(parsed) = cost::bounded(document.len(), || Playbook::parse(&document, Format::Json))
    else {
        return;
    };
    answer(&parsed.playbook, &text);
    let mut long = text.repeat(LONG / text.len().max(1));
    long.push('!');
    answer(&parsed.playbook, &long);
}

/// Normalising twice changes nothing, and case and outer signs make no difference.
fn words(text: &str) {
    let once = cost::bounded(text.len(), || normalise(text));
    assert_eq!(normalise(&once), once, "{text:?}");
}

/// A reply fits, and holds nothing that neither the document nor the fan wrote.
fn answer(playbook: &Playbook, text: &str) {
    let text = Text::new(text);
    let found = cost::bounded(LONG, || playbook.find(&text));
    let Found::Match(found) = found else { return };
    assert_eq!(found.captures.text, text.whole());
    for group in &found.captures.groups {
        assert!(
            text.whole().contains(group.as_str()) || text.key().contains(group.as_str()),
            "{group:?}"
        );
    }
    let Action::Reply(reply) = found.action else {
        panic!("{:?}", found.action)
    };
    if let Some(Rendered::Passive(wechat::Reply::Text { content })) = reply.expand(&found.captures)
    {
        assert!(content.len() <= MAX_TEXT_BYTES && !content.trim().is_empty());
    }
}
