//! What holds for any bytes: nothing panics, and what is written is read back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::collection::vec;
use proptest::prelude::*;
use wechat::reply::{cut_text, without_forbidden};
use wechat::signature::{sign, sign_encrypted};
use wechat::{AesKey, Article, Envelope, Field, Fields, Inbound, Keyring, Mode, Query, Reply};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP: &str = "wx0123456789abcdef";

fn key() -> AesKey {
    AesKey::parse(KEY).unwrap()
}

fn keyring(mode: Mode) -> Keyring {
    Keyring::new(APP, mode, vec!["token".to_owned()], vec![key()]).unwrap()
}

/// Pieces of XML in any order, so that a parser gets further than its first byte.
fn xml_soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<xml>".to_owned()),
        Just("</xml>".to_owned()),
        Just("<a>".to_owned()),
        Just("</a>".to_owned()),
        Just("<a/>".to_owned()),
        Just("<a b='<'>".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("]]>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<?p".to_owned()),
        Just("?>".to_owned()),
        Just("<!DOCTYPE x>".to_owned()),
        Just("&amp;".to_owned()),
        Just("&#x4F60;".to_owned()),
        Just("&".to_owned()),
        "\\PC{0,3}",
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// The same for JSON.
fn json_soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just("\"a\":".to_owned()),
        Just(",".to_owned()),
        Just("1e9".to_owned()),
        Just("null".to_owned()),
        Just("\"\\ud83d\\ude00\"".to_owned()),
        Just("\n".to_owned()),
        "\\PC{0,3}",
    ];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn fields() -> impl Strategy<Value = Fields> {
    let leaf = any::<String>().prop_map(Field::Text);
    let field = leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Field::Repeated),
            vec((any::<String>(), inner), 0..4)
                .prop_map(|pairs| Field::Element(pairs.into_iter().collect())),
        ]
    });
    vec((any::<String>(), field), 0..6).prop_map(|pairs| pairs.into_iter().collect())
}

fn signed_query(encrypt: &str) -> Query {
    let [signature, msg_signature] = [
        sign("token", "100", "n"),
        sign_encrypted("token", "100", "n", encrypt),
    ];
    Query::parse(&format!(
        "signature={signature}&timestamp=100&nonce=n&msg_signature={msg_signature}"
    ))
}

/// Reads bytes in every way there is.
fn read(bytes: &[u8]) {
    for fields in [Fields::from_xml(bytes), Fields::from_json(bytes)] {
        match fields {
            Err(error) => assert!(error.at <= bytes.len(), "{error}"),
            Ok(fields) => {
                if let Ok(inbound) = Inbound::from_fields(fields) {
                    let _ = (inbound.kind(), inbound.message_key(), inbound.subject());
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        read(&bytes);
    }

    #[test]
    fn anything_like_xml_is_read_or_refused(soup in xml_soup()) {
        read(soup.as_bytes());
        read(format!("<xml>{soup}</xml>").as_bytes());
    }

    #[test]
    fn anything_like_json_is_read_or_refused(soup in json_soup()) {
        read(soup.as_bytes());
        read(format!("{{\"a\":{soup}}}").as_bytes());
    }

    #[test]
    fn any_callback_with_the_needed_fields_is_typed(
        kind in prop_oneof![Just("event"), Just("text"), Just("location"), Just("x")],
        event in "\\PC{1,12}",
        rest in fields(),
    ) {
        let mut fields = rest;
        for (name, text) in [("ToUserName", "gh"), ("FromUserName", "o"), ("CreateTime", "1"), ("MsgType", kind), ("Event", &event)] {
            fields.insert(name, text);
        }
        let inbound = Inbound::from_fields(fields.clone()).unwrap();
        prop_assert_eq!(&inbound.fields, &fields);
        prop_assert_eq!(inbound.message_key().as_str().len(), 50);
    }

    #[test]
    fn any_query_is_read(query in any::<String>()) {
        let _ = Query::parse(&query);
    }

    #[test]
    fn an_encoded_value_is_decoded(value in any::<String>()) {
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        prop_assert_eq!(Query::parse(&format!("a=b&echostr={encoded}")).echostr, Some(value));
    }

    #[test]
    fn any_key_and_any_ciphertext_are_read_or_refused(text in any::<String>(), bytes in vec(any::<u8>(), 0..200)) {
        let _ = AesKey::parse(&text);
        let _ = key().decrypt(&text, APP);
        let blocks = key().encrypt([0; 16], &bytes, "");
        let _ = key().decrypt(&blocks, APP);
    }

    #[test]
    fn any_request_is_opened_or_refused(body in vec(any::<u8>(), 0..100), query in any::<String>(), now in any::<i64>()) {
        for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
            let _ = keyring(mode).open(&Query::parse(&query), &body, now);
            let _ = keyring(mode).open(&signed_query(""), &body, 100);
        }
    }

    #[test]
    fn any_encrypted_content_is_opened_or_refused(inside in xml_soup()) {
        let encrypt = key().encrypt([3; 16], inside.as_bytes(), APP);
        let body = format!("<xml><Encrypt>{encrypt}</Encrypt></xml>");
        let opened = keyring(Mode::Safe).open(&signed_query(&encrypt), body.as_bytes(), 100);
        prop_assert!(opened.map_or_else(|refusal| refusal.status() == 400, |_| true));
    }

    #[test]
    fn what_is_encrypted_is_decrypted(random in any::<[u8; 16]>(), message in vec(any::<u8>(), 0..600), app_id in "\\PC{0,40}") {
        let encrypt = key().encrypt(random, &message, &app_id);
        prop_assert_eq!(key().decrypt(&encrypt, &app_id), Ok(message));
    }

    #[test]
    fn exactly_what_xml_forbids_is_left_out(text in "[\\x00-\\x20a，\u{fffd}-\u{ffff}]{0,4}") {
        let allowed = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
        prop_assert_eq!(without_forbidden(&text), text.chars().filter(allowed).collect::<String>());
    }

    #[test]
    fn a_text_reply_is_read_back(content in any::<String>()) {
        let reply = Reply::Text { content: content.clone() };
        let xml = reply.to_xml(&Envelope { to: &content, from: "gh", create_time: 1 });
        let fields = Fields::from_xml(xml.as_bytes()).unwrap();
        prop_assert_eq!(fields.text("Content"), Some(&*without_forbidden(&content)));
        prop_assert_eq!(fields.text("ToUserName"), fields.text("Content"));
        let json = reply.to_json(&Envelope { to: "o", from: "gh", create_time: 1 });
        let fields = Fields::from_json(json.as_bytes()).unwrap();
        prop_assert_eq!(fields.text("Content"), Some(content.as_str()));
    }

    #[test]
    fn brackets_are_read_back(content in "[]>\u{1}<!&;CDAT\\[]{0,30}") {
        let xml = Reply::Text { content: content.clone() }.to_xml(&Envelope { to: "o", from: "gh", create_time: 1 });
        let fields = Fields::from_xml(xml.as_bytes()).unwrap();
        prop_assert_eq!(fields.text("Content"), Some(&*without_forbidden(&content)));
    }

    #[test]
    fn a_news_reply_is_read_back(titles in vec("\\PC{1,20}", 1..9)) {
        let article = |title: &String| Article { title: title.clone(), ..Article::default() };
        let reply = Reply::News { articles: titles.iter().map(article).collect() };
        let xml = reply.to_xml(&Envelope { to: "o", from: "gh", create_time: 1 });
        let fields = Fields::from_xml(xml.as_bytes()).unwrap();
        let read: Vec<String> = fields.element("Articles").unwrap().all("item")
            .map(|item| item.as_element().unwrap().text("Title").unwrap().to_owned()).collect();
        prop_assert_eq!(read, titles.iter().map(|title| without_forbidden(title).into_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn fields_survive_storage(fields in fields()) {
        let stored = serde_json::to_string(&fields).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Fields>(&stored).unwrap(), &fields);
        prop_assert_eq!(Fields::from_json(stored.as_bytes()).unwrap(), fields);
    }

    #[test]
    fn a_cut_text_is_a_beginning_within_the_limit(text in any::<String>(), max in 0..80usize) {
        let cut = cut_text(&text, max);
        prop_assert!(cut.len() <= max);
        prop_assert!(text.starts_with(cut.strip_suffix('…').unwrap_or(&cut)));
        prop_assert_eq!(cut == text, text.len() <= max);
    }
}

#[test]
fn every_length_is_padded_and_unpadded() {
    for length in 0..=200 {
        let message = vec![b'x'; length];
        let encrypt = key().encrypt([9; 16], &message, APP);
        assert_eq!(key().decrypt(&encrypt, APP), Ok(message), "{length}");
    }
}
