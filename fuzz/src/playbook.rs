//! Documents of operators, in TOML and in JSON.

use fandesk_playbook::{
    Action, Circumstances, Deed, Format, Found, MAX_DOCUMENT_BYTES, Playbook, Rendered, Text,
};
use wechat::reply::MAX_TEXT_BYTES;

use crate::cost;

pub(crate) fn target(data: &[u8]) {
    let document = String::from_utf8_lossy(data);
    compile(&document);
    if let Some(long) = cost::grown(data, cost::LARGEST) {
        let long = String::from_utf8_lossy(&long);
        compile(&long);
        compile(&format!("{{\"rule\":[{long}]}}"));
        compile(&format!("default = {{ text = \"?\" }}\n{long}"));
    }
}

/// A mistake is at a line of the document; a playbook is the same each time, and answers what is in its own words.
fn compile(document: &str) {
    if document.len() > MAX_DOCUMENT_BYTES {
        return;
    }
    let json = document.trim_start().starts_with('{');
    let format = if json { Format::Json } else { Format::Toml };
    let parsed = match cost::bounded(document.len(), || Playbook::parse(document, format)) {
        Err(mistake) => {
            let lines = document.split('\n').count();
            assert!(
                mistake.line.is_none_or(|line| (1..=lines).contains(&line)),
                "{mistake}"
            );
            assert!(!mistake.message.is_empty());
            // It is shown to a person.
            assert!(
                mistake.to_string().len() <= 4096,
                "{} bytes",
                mistake.to_string().len()
            );
            return;
        }
        Ok(parsed) => parsed,
    };
    let again = Playbook::parse(document, format).expect("it was one before");
    assert_eq!(again.warnings, parsed.warnings);

    walk(&parsed.playbook, document);

    for words in document.split(['"', '\'', '\n']).take(64) {
        let text = Text::new(words);
        let playbook = &parsed.playbook;
        let _ = (
            playbook.command(&text),
            playbook.welcome(Some(words)),
            playbook.scan(words),
        );
        let _ = (
            playbook.click(words),
            playbook.open_menu(words),
            playbook.intent(words),
        );
        let found = cost::bounded(document.len(), || playbook.find(&text));
        let Found::Match(found) = found else { continue };
        let Action::Reply(reply) = found.action else {
            continue;
        };
        if let Some(Rendered::Passive(wechat::Reply::Text { content })) =
            reply.expand(&found.captures)
        {
            assert!(content.len() <= MAX_TEXT_BYTES && !content.trim().is_empty());
        }
        let _ = reply.expand_later(&found.captures, None);
    }
}

/// What a fan would see who writes one word of the document after the other, from wherever the last one led.
fn walk(playbook: &Playbook, document: &str) {
    let mut place = None;
    for words in document.split(['"', '\'', '\n']).take(64) {
        let given = Circumstances {
            place: place.as_ref(),
            open: true,
            service_messages: words.is_ascii(),
        };
        let seen = playbook.preview(Deed::Text(words), given);
        if let Some(wechat::Reply::Text { content }) = &seen.reply {
            assert!(content.len() <= MAX_TEXT_BYTES && !content.trim().is_empty());
        }
        place = seen.place;
    }
}
