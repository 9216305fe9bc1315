//! A callback made again: whoever shares its token reads the same fields.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in test functions, and these are called by such"
)]

use proptest::prelude::*;
use wechat::callback::{Receiver, Resent, resend};
use wechat::{AesKey, Field, Fields, Keyring, Mode, Query, Refusal};

const APP: &str = "wx0123456789abcdef";
const TOKEN: &str = "theirs";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const NOW: i64 = 1_700_000_000;

fn again(fields: &Fields, encrypted: bool) -> Resent {
    let key = AesKey::parse(KEY).unwrap();
    let receiver = Receiver {
        app_id: APP,
        token: TOKEN,
        key: encrypted.then_some(&key),
    };
    resend(fields, receiver, NOW, "a nonce&", [7; 16])
}

/// What the other system reads, as it would from the platform.
fn read(resent: &Resent, mode: Mode, token: &str) -> Result<Fields, Refusal> {
    let keys = vec![AesKey::parse(KEY).unwrap()];
    let theirs = Keyring::new(APP, mode, vec![token.to_owned()], keys).unwrap();
    let query = Query::parse(&resent.query);
    let opened = theirs.open(&query, resent.body.as_bytes(), NOW)?;
    Ok(opened.inbound.fields)
}

fn message() -> Fields {
    let body = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oFan]]></FromUserName>\
                <CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[pic_weixin]]></Event>\
                <SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item><item><PicMd5Sum>b]]&gt;&amp;</PicMd5Sum>\
                </item></PicList></SendPicsInfo></xml>";
    Fields::from_xml(body.as_bytes()).unwrap()
}

#[test]
fn nested_and_repeated_fields_are_read_back_plain_and_encrypted() {
    for (encrypted, mode) in [(false, Mode::Plain), (true, Mode::Safe)] {
        let resent = again(&message(), encrypted);
        assert_eq!(read(&resent, mode, TOKEN), Ok(message()));
    }
}

#[test]
fn numbers_of_the_platform_are_bare_and_texts_are_not() {
    let resent = again(&message(), false);
    assert!(resent.body.contains("<CreateTime>1700000000</CreateTime>"));
    assert!(
        resent
            .body
            .contains("<Event><![CDATA[pic_weixin]]></Event>")
    );
    assert!(resent.query.ends_with("&openid=oFan"));
}

#[test]
fn an_encrypted_one_shows_the_account_and_nothing_else() {
    let resent = again(&message(), true);
    assert!(
        resent
            .body
            .starts_with("<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt>")
    );
    assert!(!resent.body.contains("pic_weixin"));
    assert!(resent.query.contains("&encrypt_type=aes&msg_signature="));
}

#[test]
fn another_token_does_not_open_it() {
    for (encrypted, mode) in [(false, Mode::Plain), (true, Mode::Safe)] {
        let refusal = read(&again(&message(), encrypted), mode, "ours").unwrap_err();
        assert!(matches!(refusal, Refusal::Forged { .. }), "{refusal:?}");
    }
}

#[test]
fn a_name_that_no_element_can_have_is_left_out() {
    let mut fields = message();
    fields.insert("a b", "x");
    fields.insert("1st", "x");
    fields.insert("<script>", "x");
    assert_eq!(
        read(&again(&fields, false), Mode::Plain, TOKEN),
        Ok(message())
    );
}

proptest! {
    #[test]
    fn whatever_texts_are_in_it_the_same_is_read(
        texts in prop::collection::vec("[a-z0-9<>&\\]\\[!汉\n ]{0,20}", 3),
        repeated in prop::collection::vec("[a-z\\]>]{1,5}", 2..5),
    ) {
        let mut fields = message();
        for (name, text) in ["Content", "Label", "MsgId"].into_iter().zip(texts) {
            fields.insert(name, text);
        }
        fields.insert("List", repeated.into_iter().map(Field::Text).collect::<Vec<_>>());
        for (encrypted, mode) in [(false, Mode::Plain), (true, Mode::Safe)] {
            prop_assert_eq!(read(&again(&fields, encrypted), mode, TOKEN), Ok(fields.clone()));
        }
    }
}
