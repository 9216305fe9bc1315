//! Requests opened and refused, in each mode.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wechat::signature::{sign, sign_encrypted};
use wechat::{AesKey, Format, Keyring, Mode, Query, Refusal};

const NOW: i64 = 1_700_000_000;
const APP: &str = "wx0123456789abcdef";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const OLD_KEY: &str = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba";
const BODY: &str = "<xml><ToUserName>gh</ToUserName><FromUserName>oFan</FromUserName><CreateTime>1699999999</CreateTime>\
                    <MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>";

fn key(text: &str) -> AesKey {
    AesKey::parse(text).unwrap()
}

fn keyring(mode: Mode) -> Keyring {
    let tokens = vec!["current".to_owned(), "previous".to_owned()];
    Keyring::new(APP, mode, tokens, vec![key(KEY), key(OLD_KEY)]).unwrap()
}

fn plain_query(token: &str, timestamp: &str) -> Query {
    Query::parse(&format!(
        "signature={}&timestamp={timestamp}&nonce=n&openid=oFan",
        sign(token, timestamp, "n")
    ))
}

fn encrypt(with: &str, document: &str) -> String {
    key(with).encrypt([7; 16], document.as_bytes(), APP)
}

fn safe_query(token: &str, encrypt: &str) -> Query {
    let timestamp = NOW.to_string();
    let signature = sign(token, &timestamp, "n");
    let msg_signature = sign_encrypted(token, &timestamp, "n", encrypt);
    Query::parse(&format!(
        "signature={signature}&timestamp={timestamp}&nonce=n&encrypt_type=aes&msg_signature={msg_signature}"
    ))
}

fn safe_body(encrypt: &str) -> String {
    format!("<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>")
}

fn refusal(mode: Mode, query: &Query, body: &str) -> Refusal {
    keyring(mode).open(query, body.as_bytes(), NOW).unwrap_err()
}

#[test]
fn a_url_is_verified_by_giving_back_what_came() {
    let mut query = plain_query("current", &NOW.to_string());
    query.echostr = Some("a b+<>&".to_owned());
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        assert_eq!(
            keyring(mode).verify_url(&query, NOW),
            Ok("a b+<>&".to_owned())
        );
    }
}

#[test]
fn a_url_is_not_verified_for_a_stranger() {
    let query = Query::parse("signature=x&timestamp=1700000000&nonce=n&echostr=e");
    let refusal = keyring(Mode::Plain).verify_url(&query, NOW).unwrap_err();
    assert_eq!(refusal.status(), 401);
}

#[test]
fn a_verification_without_echostr_is_a_mistake() {
    let refusal = keyring(Mode::Plain)
        .verify_url(&plain_query("current", "1700000000"), NOW)
        .unwrap_err();
    assert_eq!((refusal.status(), refusal), (400, Refusal::NoEcho));
}

#[test]
fn a_plain_callback_opens_with_either_token() {
    for token in ["current", "previous"] {
        let opened = keyring(Mode::Plain)
            .open(&plain_query(token, "1700000000"), BODY.as_bytes(), NOW)
            .unwrap();
        assert_eq!(
            (opened.inbound.msg_id(), opened.format),
            (Some("1"), Format::Xml)
        );
    }
}

#[test]
fn a_forged_post_is_refused_in_every_mode() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        let refusal = refusal(mode, &plain_query("guess", "1700000000"), BODY);
        assert_eq!(
            (refusal.status(), refusal),
            (
                401,
                Refusal::Forged {
                    parameter: "signature"
                }
            )
        );
    }
}

#[test]
fn each_missing_parameter_is_named() {
    let whole = plain_query("current", "1700000000");
    let without = [
        ("signature", Query::clone(&whole)),
        ("timestamp", Query::clone(&whole)),
        ("nonce", Query::clone(&whole)),
    ];
    for (parameter, mut query) in without {
        match parameter {
            "signature" => query.signature = None,
            "timestamp" => query.timestamp = None,
            _ => query.nonce = Some(String::new()),
        }
        let refusal = refusal(Mode::Plain, &query, BODY);
        assert_eq!(
            (refusal.status(), refusal),
            (401, Refusal::Unsigned { parameter })
        );
    }
}

#[test]
fn a_timestamp_counts_for_five_minutes_either_way() {
    let at = |seconds: i64| {
        let timestamp = NOW.checked_add(seconds).unwrap().to_string();
        keyring(Mode::Plain)
            .open(&plain_query("current", &timestamp), BODY.as_bytes(), NOW)
            .map(|_| ())
    };
    assert_eq!(at(300), Ok(()));
    assert_eq!(at(-300), Ok(()));
    assert_eq!(at(301), Err(Refusal::Stale { seconds: 301 }));
    assert_eq!(at(-301), Err(Refusal::Stale { seconds: 301 }));
}

#[test]
fn a_signed_timestamp_that_is_no_number_is_refused() {
    for timestamp in ["soon", "1700000000.5", "99999999999999999999"] {
        let refusal = refusal(Mode::Plain, &plain_query("current", timestamp), BODY);
        assert_eq!((refusal.status(), refusal), (401, Refusal::NotATime));
    }
}

#[test]
fn the_ends_of_time_do_not_overflow() {
    let query = plain_query("current", &i64::MIN.to_string());
    let refusal = keyring(Mode::Plain)
        .open(&query, BODY.as_bytes(), i64::MAX)
        .unwrap_err();
    assert_eq!(refusal, Refusal::Stale { seconds: u64::MAX });
}

#[test]
fn a_malformed_body_is_a_mistake_only_after_the_signature() {
    assert_eq!(
        refusal(Mode::Plain, &plain_query("guess", "1700000000"), "<xml>").status(),
        401
    );
    assert_eq!(
        refusal(Mode::Plain, &plain_query("current", "1700000000"), "<xml>").status(),
        400
    );
    assert_eq!(
        refusal(Mode::Safe, &plain_query("guess", "1700000000"), "<xml>").status(),
        401
    );
    assert_eq!(
        refusal(Mode::Safe, &plain_query("current", "1700000000"), "<xml>").status(),
        400
    );
}

#[test]
fn a_plain_callback_may_be_json() {
    let body = br#"{"ToUserName":"gh","FromUserName":"o","CreateTime":1,"MsgType":"text","Content":"hi","MsgId":9223372036854775807}"#;
    let opened = keyring(Mode::Plain)
        .open(&plain_query("current", "1700000000"), body, NOW)
        .unwrap();
    assert_eq!(
        (opened.inbound.msg_id(), opened.format),
        (Some("9223372036854775807"), Format::Json)
    );
}

#[test]
fn an_encrypted_body_in_plain_mode_lacks_its_fields() {
    let body = safe_body(&encrypt(KEY, BODY));
    assert_eq!(
        refusal(Mode::Plain, &plain_query("current", "1700000000"), &body).status(),
        400
    );
}

#[test]
fn an_encrypted_callback_opens_with_any_token_and_any_key() {
    for mode in [Mode::Safe, Mode::Compatible] {
        for (token, with) in [
            ("current", KEY),
            ("previous", OLD_KEY),
            ("current", OLD_KEY),
            ("previous", KEY),
        ] {
            let encrypt = encrypt(with, BODY);
            let opened = keyring(mode).open(
                &safe_query(token, &encrypt),
                safe_body(&encrypt).as_bytes(),
                NOW,
            );
            assert_eq!(opened.unwrap().inbound.msg_id(), Some("1"));
        }
    }
}

#[test]
fn only_the_decrypted_fields_count() {
    let encrypt = encrypt(KEY, BODY);
    let body = BODY
        .replace("hi", "forged")
        .replace("</xml>", &format!("<Encrypt>{encrypt}</Encrypt></xml>"));
    for mode in [Mode::Safe, Mode::Compatible] {
        let opened = keyring(mode)
            .open(&safe_query("current", &encrypt), body.as_bytes(), NOW)
            .unwrap();
        assert_eq!(opened.inbound.fields.text("Content"), Some("hi"));
        assert_eq!(opened.inbound.fields.get("Encrypt"), None);
    }
}

#[test]
fn a_body_without_encrypt_is_a_mistake_with_or_without_msg_signature() {
    for mode in [Mode::Safe, Mode::Compatible] {
        for query in [
            plain_query("current", "1700000000"),
            safe_query("current", ""),
        ] {
            let refusal = refusal(mode, &query, BODY);
            assert_eq!((refusal.status(), refusal), (400, Refusal::NotEncrypted));
        }
    }
}

#[test]
fn both_signatures_are_checked() {
    let encrypt = encrypt(KEY, BODY);
    let body = safe_body(&encrypt);
    for mode in [Mode::Safe, Mode::Compatible] {
        let mut query = safe_query("current", &encrypt);
        query.msg_signature = None;
        let missing = refusal(mode, &query, &body);
        assert_eq!(
            (missing.status(), missing),
            (
                401,
                Refusal::Unsigned {
                    parameter: "msg_signature"
                }
            )
        );

        query.msg_signature = Some(sign_encrypted("guess", &NOW.to_string(), "n", &encrypt));
        let forged = refusal(mode, &query, &body);
        assert_eq!(
            (forged.status(), forged),
            (
                401,
                Refusal::Forged {
                    parameter: "msg_signature"
                }
            )
        );

        let mut query = safe_query("current", &encrypt);
        query.signature = Some(sign("guess", &NOW.to_string(), "n"));
        assert_eq!(
            refusal(mode, &query, &body),
            Refusal::Forged {
                parameter: "signature"
            }
        );
    }
}

#[test]
fn both_signatures_must_be_of_one_token() {
    let encrypt = encrypt(KEY, BODY);
    let mut query = safe_query("current", &encrypt);
    query.msg_signature = safe_query("previous", &encrypt).msg_signature;
    assert_eq!(
        refusal(Mode::Safe, &query, &safe_body(&encrypt)),
        Refusal::Forged {
            parameter: "msg_signature"
        }
    );
}

#[test]
fn what_cannot_be_decrypted_is_a_mistake() {
    let stranger = AesKey::parse("0000000000000000000000000000000000000000000").unwrap();
    let other_app = key(KEY).encrypt([7; 16], BODY.as_bytes(), "wx_other");
    for encrypt in [
        stranger.encrypt([7; 16], BODY.as_bytes(), APP),
        other_app,
        "AAAA".to_owned(),
        "?".to_owned(),
    ] {
        let refusal = refusal(
            Mode::Safe,
            &safe_query("current", &encrypt),
            &safe_body(&encrypt),
        );
        assert!(matches!(refusal, Refusal::Undecryptable(_)), "{refusal}");
        assert_eq!(refusal.status(), 400);
    }
}

#[test]
fn what_is_malformed_inside_is_a_mistake() {
    for inside in ["", "<xml>", "<xml></xml>", "{}"] {
        let encrypt = encrypt(KEY, inside);
        let refusal = refusal(
            Mode::Safe,
            &safe_query("current", &encrypt),
            &safe_body(&encrypt),
        );
        assert_eq!(refusal.status(), 400, "{inside}: {refusal}");
    }
}

#[test]
fn a_query_is_form_decoded_and_the_first_of_a_name_wins() {
    let query = Query::parse(
        "?nonce=1&nonce=2&echostr=a%20b+c%2B%e4%BD%a0%zz%&other=x&signature&timestamp=",
    );
    assert_eq!(query.nonce.as_deref(), Some("1"));
    assert_eq!(query.echostr.as_deref(), Some("a b c+你%zz%"));
    assert_eq!(query.signature.as_deref(), Some(""));
    assert_eq!(query.timestamp.as_deref(), Some(""));
    assert_eq!(query.msg_signature, None);
}
