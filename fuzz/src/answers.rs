//! What WeChat answers, and what fandesk kept as JSON.

use serde_json::Value;
use wechat::api::menu::Menu;
use wechat::api::token::AccessToken;
use wechat::api::{Done, read_answer};
use wechat::{Envelope, Fields, Format, Reply};

use crate::cost;

pub(crate) fn target(data: &[u8]) {
    answer(data);
    menu(data);
    reply(data);
    if let Some(body) = cost::grown(data, cost::LARGEST) {
        answer(&body);
        menu(&body);
        reply(&body);
    }
}

/// Only a 200 without an error is a success.
fn answer(body: &[u8]) {
    let done = cost::bounded(body.len(), || read_answer::<Done>(200, body));
    assert!(read_answer::<Done>(500, body).is_err());
    let text = String::from_utf8_lossy(body);
    // Numbers that no type holds are read over where nobody asks for them.
    if let (Ok(_), Ok(value)) = (&done, serde_json::from_str::<Value>(&text)) {
        let errcode = value.get("errcode");
        assert!(
            errcode.is_none_or(|code| code.as_i64() == Some(0)),
            "{value}"
        );
    }
    if let Ok(token) = read_answer::<AccessToken>(200, body) {
        let shown = format!("{token:?}");
        assert!(token.access_token.len() < 16 || !shown.contains(&token.access_token));
        assert!(done.is_ok(), "a token is a success");
    }
}

/// A menu that was read is one that the platform takes, and is read again as the same.
fn menu(body: &[u8]) {
    if let Ok(menu) = cost::bounded(body.len(), || Menu::from_json(body)) {
        assert!((1..=3).contains(&menu.buttons().len()));
        assert_eq!(Menu::new(menu.buttons().to_vec()).as_ref(), Ok(&menu));
        let written = serde_json::to_string(&menu).expect("a menu is JSON");
        assert_eq!(Menu::from_json(written.as_bytes()), Ok(menu));
    }
}

/// A reply that was kept is read as the same, and both of its documents can be read.
fn reply(body: &[u8]) {
    let json = String::from_utf8_lossy(body);
    let Some(reply) = cost::bounded(body.len(), || Reply::from_json(&json)) else {
        return;
    };
    let kept = serde_json::to_string(&reply).expect("a reply is JSON");
    assert_eq!(Reply::from_json(&kept).as_ref(), Some(&reply));
    let envelope = Envelope {
        to: "oFan",
        from: "gh_1",
        create_time: 1_700_000_000,
    };
    for format in [Format::Xml, Format::Json] {
        let document = reply.render(format, &envelope);
        match Fields::read(format, document.as_bytes()) {
            Ok(fields) => assert_eq!(fields.text("MsgType"), Some(reply.msg_type())),
            Err(error) => assert!(document.len() > 64 * 1024, "{error}: {document}"),
        }
    }
}
