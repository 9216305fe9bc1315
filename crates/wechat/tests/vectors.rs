//! The published samples of `vectors/`, as its README says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use serde_json::Value;
use wechat::inbound::Delivery;
use wechat::reply::SUCCESS;
use wechat::signature::{sign, sign_encrypted, verify, verify_encrypted};
use wechat::{
    AesKey, Content, Event, Field, Fields, Inbound, Keyring, Message, Mode, Query, Refusal,
};

fn samples() -> Vec<Value> {
    serde_json::from_str(include_str!("vectors/crypto.json")).unwrap()
}

fn text<'a>(sample: &'a Value, name: &str) -> Option<&'a str> {
    sample[name].as_str()
}

/// Samples that carry an encrypted text, with what is needed to open it.
fn encrypted() -> Vec<Value> {
    samples()
        .into_iter()
        .filter(|sample| sample["encrypt"].is_string())
        .collect()
}

fn decrypt(sample: &Value) -> Vec<u8> {
    let key = AesKey::parse(text(sample, "aes_key").unwrap()).unwrap();
    key.decrypt(
        text(sample, "encrypt").unwrap(),
        text(sample, "appid").unwrap(),
    )
    .unwrap()
}

/// Every text that differs from `original` in one character.
fn flipped(original: &str) -> impl Iterator<Item = String> {
    original.char_indices().map(move |(at, character)| {
        let other = if character == 'A' { 'B' } else { 'A' };
        let (before, after) = original.split_at(at);
        let after = after.strip_prefix(character).unwrap();
        format!("{before}{other}{after}")
    })
}

#[test]
fn signatures_are_those_published() {
    let mut seen = 0;
    for sample in samples() {
        let [token, timestamp, nonce] =
            ["token", "timestamp", "nonce"].map(|name| text(&sample, name).unwrap());
        if let Some(signature) = text(&sample, "signature") {
            assert_eq!(sign(token, timestamp, nonce), signature, "{}", sample["id"]);
            assert!(verify(token, timestamp, nonce, signature));
            seen += 1;
        }
        if let (Some(encrypt), Some(signature)) =
            (text(&sample, "encrypt"), text(&sample, "msg_signature"))
        {
            assert_eq!(
                sign_encrypted(token, timestamp, nonce, encrypt),
                signature,
                "{}",
                sample["id"]
            );
            assert!(verify_encrypted(
                token, timestamp, nonce, encrypt, signature
            ));
            seen += 1;
        }
    }
    assert_eq!(seen, 7);
}

#[test]
fn encrypted_texts_decrypt_to_what_was_published() {
    for sample in encrypted() {
        let plaintext = sample["checked"]["plaintext"].as_str().unwrap();
        assert_eq!(
            String::from_utf8(decrypt(&sample)).unwrap(),
            plaintext,
            "{}",
            sample["id"]
        );
    }
}

#[test]
fn encryption_with_the_same_random_bytes_is_identical() {
    for sample in encrypted() {
        let key = AesKey::parse(text(&sample, "aes_key").unwrap()).unwrap();
        let random = sample["checked"]["random"]
            .as_str()
            .unwrap()
            .as_bytes()
            .try_into()
            .unwrap();
        let again = key.encrypt(random, &decrypt(&sample), text(&sample, "appid").unwrap());
        assert_eq!(again, text(&sample, "encrypt").unwrap(), "{}", sample["id"]);
    }
}

#[test]
fn one_flipped_character_makes_the_signature_wrong() {
    for sample in samples() {
        let Some(signature) = text(&sample, "signature") else {
            continue;
        };
        let [token, timestamp, nonce] =
            ["token", "timestamp", "nonce"].map(|name| text(&sample, name).unwrap());
        assert!(flipped(token).all(|token| !verify(&token, timestamp, nonce, signature)));
        assert!(flipped(timestamp).all(|timestamp| !verify(token, &timestamp, nonce, signature)));
        assert!(flipped(nonce).all(|nonce| !verify(token, timestamp, &nonce, signature)));
        assert!(flipped(signature).all(|signature| !verify(token, timestamp, nonce, &signature)));
    }
}

#[test]
fn one_flipped_character_makes_the_message_signature_wrong() {
    for sample in encrypted() {
        let [token, timestamp, nonce, encrypt, signature] =
            ["token", "timestamp", "nonce", "encrypt", "msg_signature"]
                .map(|name| text(&sample, name).unwrap());
        assert!(
            flipped(token)
                .all(|token| !verify_encrypted(&token, timestamp, nonce, encrypt, signature))
        );
        assert!(
            flipped(timestamp)
                .all(|timestamp| !verify_encrypted(token, &timestamp, nonce, encrypt, signature))
        );
        assert!(
            flipped(nonce)
                .all(|nonce| !verify_encrypted(token, timestamp, &nonce, encrypt, signature))
        );
        assert!(
            flipped(encrypt)
                .all(|encrypt| !verify_encrypted(token, timestamp, nonce, &encrypt, signature))
        );
    }
}

/// The inbound samples of safe mode as requests: query and body.
fn request(sample: &Value) -> (Query, String) {
    let [timestamp, nonce, signature, msg_signature, encrypt] = [
        "timestamp",
        "nonce",
        "signature",
        "msg_signature",
        "encrypt",
    ]
    .map(|name| text(sample, name).unwrap());
    let query = format!(
        "signature={signature}&timestamp={timestamp}&nonce={nonce}&msg_signature={msg_signature}"
    );
    (
        Query::parse(&query),
        format!("<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"),
    )
}

fn open(sample: &Value, token: &str, app_id: &str) -> Result<Inbound, Refusal> {
    let key = AesKey::parse(text(sample, "aes_key").unwrap()).unwrap();
    let keyring = Keyring::new(app_id, Mode::Safe, vec![token.to_owned()], vec![key]).unwrap();
    let (query, body) = request(sample);
    let now = text(sample, "timestamp").unwrap().parse().unwrap();
    keyring
        .open(&query, body.as_bytes(), now)
        .map(|opened| opened.inbound)
}

#[test]
fn the_published_callbacks_open() {
    let mut kinds = Vec::new();
    for sample in encrypted()
        .iter()
        .filter(|sample| sample["signature"].is_string())
    {
        let inbound = open(
            sample,
            text(sample, "token").unwrap(),
            text(sample, "appid").unwrap(),
        )
        .unwrap();
        kinds.push(inbound.kind());
    }
    assert_eq!(kinds, ["event.debug_demo", "text"]);
}

#[test]
fn one_flipped_character_of_the_app_id_is_refused() {
    for sample in encrypted()
        .iter()
        .filter(|sample| sample["signature"].is_string())
    {
        for app_id in flipped(text(sample, "appid").unwrap()) {
            let refusal = open(sample, text(sample, "token").unwrap(), &app_id).unwrap_err();
            assert!(matches!(refusal, Refusal::Undecryptable(_)), "{refusal}");
            assert_eq!(refusal.status(), 400);
        }
    }
}

#[test]
fn one_flipped_character_of_the_token_is_refused() {
    for sample in encrypted()
        .iter()
        .filter(|sample| sample["signature"].is_string())
    {
        for token in flipped(text(sample, "token").unwrap()) {
            assert_eq!(
                open(sample, &token, text(sample, "appid").unwrap())
                    .unwrap_err()
                    .status(),
                401
            );
        }
    }
}

fn edge(xml: &str) -> Inbound {
    Inbound::from_fields(Fields::from_xml(xml.as_bytes()).unwrap()).unwrap()
}

fn content(xml: &str) -> String {
    match edge(xml).content {
        Content::Message {
            message: Message::Text { content, .. },
            ..
        } => content,
        other => panic!("not a text: {other:?}"),
    }
}

#[test]
fn the_prefix_of_a_scene_is_taken_off_once() {
    let inbound = edge(include_str!("vectors/edge/subscribe_qrscene.xml"));
    let scene = Some("qrscene_1".to_owned());
    let ticket = Some("T".to_owned());
    assert_eq!(
        inbound.content,
        Content::Event(Event::Subscribe {
            scene,
            trade_no: None,
            ticket
        })
    );
}

#[test]
fn an_empty_event_key_is_a_plain_follow() {
    let inbound = edge(include_str!("vectors/edge/subscribe_empty_eventkey.xml"));
    assert_eq!(
        inbound.content,
        Content::Event(Event::Subscribe {
            scene: None,
            trade_no: None,
            ticket: None
        })
    );
}

#[test]
fn scan_in_lower_case_is_the_same_as_in_upper_case() {
    let sent = include_str!("vectors/edge/scan_lowercase.xml");
    let (lower, upper) = (edge(sent), edge(&sent.replace("[scan]", "[SCAN]")));
    assert_eq!(
        lower.content,
        Content::Event(Event::Scan {
            scene: "42".to_owned(),
            ticket: Some("T".to_owned())
        })
    );
    assert_eq!(lower.content, upper.content);
    assert_eq!(lower.kind(), upper.kind());
    assert_eq!(lower.message_key(), upper.message_key());
}

#[test]
fn split_cdata_is_one_text() {
    assert_eq!(
        content(include_str!("vectors/edge/text_cdata_split.xml")),
        "a]]>b"
    );
}

#[test]
fn entities_outside_cdata_are_resolved() {
    assert_eq!(
        content(include_str!("vectors/edge/text_no_cdata_entities.xml")),
        "1 < 2 & 3 你"
    );
}

#[test]
fn tags_inside_cdata_stay_text() {
    let sent = include_str!("vectors/edge/text_injected_tags.xml");
    assert_eq!(
        content(sent),
        "</Content><MsgType>event</MsgType><Event>subscribe</Event>"
    );
    assert_eq!(edge(sent).kind(), "text");
}

#[test]
fn emoji_and_the_largest_id_are_kept_byte_for_byte() {
    let sent = include_str!("vectors/edge/text_emoji_surrogate.xml");
    assert_eq!(content(sent), "你好👨‍👩‍👧‍👦🇨🇳/::)");
    assert_eq!(edge(sent).msg_id(), Some("9223372036854775807"));
}

#[test]
fn a_template_result_is_read_with_and_without_a_space_after_the_colon() {
    let sent = include_str!("vectors/edge/template_finish_MsgID.xml");
    for spelling in ["failed:user block", "failed: user block"] {
        let inbound = edge(&sent.replace("failed:user block", spelling));
        let msg_id = "200163840".to_owned();
        let status = Delivery::BlockedByFan;
        assert_eq!(
            inbound.content,
            Content::Event(Event::TemplateSendJobFinish { msg_id, status })
        );
        assert_eq!(inbound.msg_id(), Some("200163840"));
    }
}

#[test]
fn an_unknown_event_is_kept_whole() {
    let inbound = edge(include_str!("vectors/edge/unknown_event.xml"));
    assert_eq!(
        inbound.content,
        Content::Event(Event::Unknown {
            event: "brand_new_event_2030".to_owned()
        })
    );
    let nested = inbound
        .fields
        .element("Some")
        .and_then(|some| some.get("Nested"));
    assert_eq!(nested, Some(&Field::from("1")));
    assert_eq!(SUCCESS, "success");
}

#[test]
fn a_doctype_is_refused() {
    assert!(Fields::from_xml(include_bytes!("vectors/edge/doctype_xxe.xml")).is_err());
}
