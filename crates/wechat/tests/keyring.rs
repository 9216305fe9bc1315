//! What a keyring is made of, and the answers that it seals.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wechat::callback::InvalidKeyring;
use wechat::crypto::{DecryptError, InvalidAesKey};
use wechat::reply::SUCCESS;
use wechat::signature::{sign, sign_encrypted, verify_encrypted};
use wechat::{AesKey, Fields, Format, Keyring, Mode, Query};

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

#[test]
fn an_answer_is_sealed_with_the_pair_that_opened_the_request() {
    for (token, with) in [("current", KEY), ("previous", OLD_KEY)] {
        let sent = encrypt(with, BODY);
        let keyring = keyring(Mode::Safe);
        let opened = keyring
            .open(&safe_query(token, &sent), safe_body(&sent).as_bytes(), NOW)
            .unwrap();
        let sealed = keyring.seal(&opened.sealing, "<xml>答</xml>", NOW, "nonce", [1; 16]);

        let envelope = Fields::from_xml(sealed.as_bytes()).unwrap();
        let [encrypt, signature, timestamp, nonce] =
            ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
                .map(|name| envelope.text(name).unwrap());
        assert!(verify_encrypted(
            token, timestamp, nonce, encrypt, signature
        ));
        assert_eq!((timestamp, nonce), ("1700000000", "nonce"));
        assert_eq!(
            key(with).decrypt(encrypt, APP).unwrap(),
            "<xml>答</xml>".as_bytes()
        );
    }
}

#[test]
fn an_answer_to_json_is_sealed_as_json() {
    let sent = encrypt(
        KEY,
        r#"{"ToUserName":"gh","FromUserName":"o","CreateTime":1,"MsgType":"text"}"#,
    );
    let keyring = keyring(Mode::Safe);
    let body = format!(r#"{{"ToUserName":"gh","Encrypt":"{sent}"}}"#);
    let opened = keyring
        .open(&safe_query("current", &sent), body.as_bytes(), NOW)
        .unwrap();
    assert_eq!(opened.format, Format::Json);
    let sealed = keyring.seal(&opened.sealing, "{}", NOW, "nonce", [1; 16]);
    let envelope: serde_json::Value = serde_json::from_str(&sealed).unwrap();
    assert_eq!(envelope.get("TimeStamp"), Some(&NOW.into()));
    let encrypt = envelope
        .get("Encrypt")
        .and_then(|encrypt| encrypt.as_str())
        .unwrap();
    assert_eq!(key(KEY).decrypt(encrypt, APP).unwrap(), b"{}");
}

#[test]
fn success_and_nothing_are_never_encrypted() {
    let sent = encrypt(KEY, BODY);
    let keyring = keyring(Mode::Safe);
    let opened = keyring
        .open(
            &safe_query("current", &sent),
            safe_body(&sent).as_bytes(),
            NOW,
        )
        .unwrap();
    for document in [SUCCESS, ""] {
        assert_eq!(
            keyring.seal(&opened.sealing, document, NOW, "n", [1; 16]),
            document
        );
    }
}

#[test]
fn a_query_is_signed_when_its_signature_and_time_hold() {
    let keyring = keyring(Mode::Safe);
    let now = NOW.to_string();
    assert!(keyring.is_signed(&plain_query("current", &now), NOW));
    assert!(keyring.is_signed(&plain_query("previous", &now), NOW));
    assert!(!keyring.is_signed(&plain_query("guessed", &now), NOW));
    assert!(!keyring.is_signed(&plain_query("current", &now), NOW + 301));
    assert!(!keyring.is_signed(&Query::parse(""), NOW));
}

#[test]
fn answers_in_plain_and_compatible_mode_are_plain() {
    let sent = encrypt(KEY, BODY);
    let compatible = keyring(Mode::Compatible);
    let opened = compatible
        .open(
            &safe_query("current", &sent),
            safe_body(&sent).as_bytes(),
            NOW,
        )
        .unwrap();
    assert_eq!(
        compatible.seal(&opened.sealing, "<xml/>", NOW, "n", [1; 16]),
        "<xml/>"
    );

    let plain = keyring(Mode::Plain);
    let opened = plain
        .open(&plain_query("current", "1700000000"), BODY.as_bytes(), NOW)
        .unwrap();
    assert_eq!(
        plain.seal(&opened.sealing, "<xml/>", NOW, "n", [1; 16]),
        "<xml/>"
    );
}

#[test]
fn a_keyring_that_could_verify_anything_is_refused() {
    let tokens = |tokens: &[&str]| tokens.iter().map(|token| (*token).to_owned()).collect();
    let new = |app_id, mode, given: &[&str], keys| {
        Keyring::new(app_id, mode, tokens(given), keys).map(|_| ())
    };
    assert_eq!(
        new(APP, Mode::Plain, &[], vec![]),
        Err(InvalidKeyring::Token)
    );
    assert_eq!(
        new(APP, Mode::Plain, &["t", ""], vec![]),
        Err(InvalidKeyring::Token)
    );
    assert_eq!(
        new(APP, Mode::Safe, &["t"], vec![]),
        Err(InvalidKeyring::AesKey)
    );
    assert_eq!(
        new("", Mode::Compatible, &["t"], vec![key(KEY)]),
        Err(InvalidKeyring::AppId)
    );
    assert_eq!(new("", Mode::Plain, &["t"], vec![]), Ok(()));
}

#[test]
fn a_mode_is_one_of_three_words() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        assert_eq!(mode.to_string().parse(), Ok(mode));
    }
    assert!("Safe".parse::<Mode>().is_err());
}

#[test]
fn a_key_is_43_characters_of_base64() {
    assert_eq!(
        AesKey::parse("short").unwrap_err(),
        InvalidAesKey::Length { found: 5 }
    );
    assert_eq!(
        AesKey::parse(&KEY.replace('a', "?")).unwrap_err(),
        InvalidAesKey::Alphabet
    );
    assert_eq!(
        AesKey::parse(&KEY.replace('G', "=")).unwrap_err(),
        InvalidAesKey::Alphabet
    );
}

#[test]
fn a_damaged_ciphertext_is_told_apart() {
    let key = key(KEY);
    assert_eq!(key.decrypt("?", APP), Err(DecryptError::NotBase64));
    assert_eq!(key.decrypt("", APP), Err(DecryptError::NotWholeBlocks));
    assert_eq!(key.decrypt("AAAA", APP), Err(DecryptError::NotWholeBlocks));
    assert_eq!(
        key.decrypt(&encrypt(KEY, "x"), "wx_other"),
        Err(DecryptError::OtherAppId)
    );
}

#[test]
fn nothing_secret_is_shown_by_debug() {
    let sent = encrypt(KEY, BODY);
    let keyring = keyring(Mode::Safe);
    let opened = keyring
        .open(
            &safe_query("current", &sent),
            safe_body(&sent).as_bytes(),
            NOW,
        )
        .unwrap();
    let shown = format!("{keyring:?} {:?} {:?}", opened.sealing, key(KEY));
    for secret in ["current", "previous", "abcdefg", "105, 183"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
