//! Compatible and safe mode, XML and JSON.

use serde_json::{Value, json};
use wechat::{AesKey, signature};
use wechat_sim::{
    platform::ACCOUNT,
    settings::{Format, Mode, Settings},
};

use crate::stub::{Do, FAN, Seen, text_reply, with_settings};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID: &str = "wx0123456789abcdef";

fn in_mode(mode: Mode, format: Format) -> impl FnOnce(&mut Settings) {
    move |settings| {
        settings.mode = mode;
        settings.format = format;
        settings.aes_key = Some(AesKey::parse(KEY).unwrap());
    }
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> &'a str {
    text.split(open)
        .nth(1)
        .unwrap()
        .split(close)
        .next()
        .unwrap()
}

fn encrypt_of(body: &str) -> &str {
    between(body, "<Encrypt><![CDATA[", "]]>")
}

fn opened(encrypt: &str) -> String {
    String::from_utf8(
        AesKey::parse(KEY)
            .unwrap()
            .decrypt(encrypt, APP_ID)
            .unwrap(),
    )
    .unwrap()
}

/// An answer as safe mode wants it, with the secrets given.
fn sealed(plain: &str, token: &str, app_id: &str) -> String {
    let encrypt = AesKey::parse(KEY)
        .unwrap()
        .encrypt([7; 16], plain.as_bytes(), app_id);
    let signature = signature::sign_encrypted(token, "1700000000", "42", &encrypt);
    format!(
        "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>\
         <TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[42]]></Nonce></xml>"
    )
}

async fn say_to(answer: String) -> Value {
    with_settings(in_mode(Mode::Safe, Format::Xml), move |_, _| {
        Do::Answer(200, answer.clone())
    })
    .await
    .say("GO")
    .await
}

#[tokio::test]
async fn safe_mode_shows_nothing_but_the_ciphertext() {
    let stage = with_settings(in_mode(Mode::Safe, Format::Xml), |_, _| {
        Do::Answer(200, String::new())
    })
    .await;
    stage.say("GO").await;
    let Seen { query, body } = stage.seen().remove(0);
    assert!(!body.contains("Content") && body.contains(ACCOUNT));
    let encrypt = encrypt_of(&body);
    assert_eq!(query["encrypt_type"], "aes");
    let expected =
        signature::sign_encrypted("the-token", &query["timestamp"], &query["nonce"], encrypt);
    assert_eq!(query["msg_signature"], expected);
    assert!(opened(encrypt).contains("<Content><![CDATA[GO]]></Content>"));
}

#[tokio::test]
async fn compatible_mode_carries_both_and_takes_a_plain_answer() {
    let stage = with_settings(in_mode(Mode::Compatible, Format::Xml), |_, _| {
        Do::Answer(200, text_reply("hi"))
    })
    .await;
    assert_eq!(stage.say("GO").await["reply"]["content"], "hi");
    let body = stage.seen().remove(0).body;
    assert!(body.contains("<Content><![CDATA[GO]]></Content>"));
    assert!(opened(encrypt_of(&body)).contains("<Content><![CDATA[GO]]></Content>"));
}

#[tokio::test]
async fn a_sealed_answer_is_opened() {
    let said = say_to(sealed(&text_reply("hi"), "the-token", APP_ID)).await;
    assert_eq!(
        (&said["verdict"], &said["reply"]["content"]),
        (&json!("reply"), &json!("hi"))
    );
    assert_eq!(said["reply"]["raw"], text_reply("hi"));
}

#[tokio::test]
async fn success_is_never_encrypted() {
    assert_eq!(say_to("success".to_owned()).await["verdict"], "nothing");
    assert_eq!(
        say_to(sealed("success", "the-token", APP_ID)).await["verdict"],
        "malformed"
    );
}

#[tokio::test]
async fn an_open_answer_in_safe_mode_is_malformed() {
    assert_eq!(say_to(text_reply("hi")).await["verdict"], "malformed");
}

#[tokio::test]
async fn an_answer_signed_with_another_token_is_malformed() {
    assert_eq!(
        say_to(sealed(&text_reply("hi"), "another", APP_ID)).await["verdict"],
        "malformed"
    );
}

#[tokio::test]
async fn an_answer_sealed_for_another_account_is_malformed() {
    assert_eq!(
        say_to(sealed(&text_reply("hi"), "the-token", "wx9")).await["verdict"],
        "malformed"
    );
}

#[tokio::test]
async fn json_is_spoken_both_ways() {
    let answer = json!({
        "ToUserName": FAN, "FromUserName": ACCOUNT, "CreateTime": 1_700_000_000, "MsgType": "text", "Content": "hi"
    });
    let stage = with_settings(in_mode(Mode::Plain, Format::Json), move |_, _| {
        Do::Answer(200, answer.to_string())
    })
    .await;
    assert_eq!(stage.say("GO").await["reply"]["content"], "hi");
    let body: Value = serde_json::from_str(&stage.seen()[0].body).unwrap();
    assert_eq!(body["Content"], "GO");
    assert!(body["CreateTime"].is_u64() && body["MsgId"].is_u64());
}

#[tokio::test]
async fn a_sealed_json_answer_is_opened() {
    let plain = json!({
        "ToUserName": FAN, "FromUserName": ACCOUNT, "CreateTime": 1_700_000_000, "MsgType": "text", "Content": "hi"
    });
    let encrypt =
        AesKey::parse(KEY)
            .unwrap()
            .encrypt([7; 16], plain.to_string().as_bytes(), APP_ID);
    let signature = signature::sign_encrypted("the-token", "1700000000", "42", &encrypt);
    let answer =
        json!({ "Encrypt": encrypt, "MsgSignature": signature, "TimeStamp": 1_700_000_000, "Nonce": "42" }).to_string();
    let stage = with_settings(in_mode(Mode::Safe, Format::Json), move |_, _| {
        Do::Answer(200, answer.clone())
    })
    .await;
    assert_eq!(stage.say("GO").await["reply"]["content"], "hi");
    let body: Value = serde_json::from_str(&stage.seen()[0].body).unwrap();
    assert!(opened(body["Encrypt"].as_str().unwrap()).contains("\"Content\":\"GO\""));
}
