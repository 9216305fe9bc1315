//! Whether an answer is the right one.

use wechat::{AesKey, signature};

use crate::callback::ACCOUNT;
use crate::settings::{Expected, Settings};

/// Checks the body of an answer to `fan`. The error says what is wrong with it.
pub(crate) fn check(body: &str, fan: &str, settings: &Settings) -> Result<(), String> {
    match (&settings.expected, &settings.sealing) {
        (Expected::Body(expected), _) if body == expected => Ok(()),
        (Expected::Body(expected), _) => Err(format!("expected {expected:?}")),
        (Expected::Reply(content), None) => is_reply(body, fan, content),
        (Expected::Reply(content), Some((key, app_id))) => {
            let opened = open(body, &settings.token, key, app_id)?;
            is_reply(&opened, fan, content)
        }
    }
}

fn is_reply(document: &str, fan: &str, content: &str) -> Result<(), String> {
    for (name, expected) in [
        ("ToUserName", fan),
        ("FromUserName", ACCOUNT),
        ("MsgType", "text"),
        ("Content", content),
    ] {
        let found = element(document, name)?;
        if found != expected {
            return Err(format!("{name} is {found:?} instead of {expected:?}"));
        }
    }
    let created = element(document, "CreateTime")?;
    created
        .parse::<u64>()
        .map(drop)
        .map_err(|_| format!("CreateTime is {created:?}"))
}

fn open(body: &str, token: &str, key: &AesKey, app_id: &str) -> Result<String, String> {
    let encrypt = element(body, "Encrypt")?;
    let (timestamp, nonce) = (element(body, "TimeStamp")?, element(body, "Nonce")?);
    if !signature::verify_encrypted(
        token,
        timestamp,
        nonce,
        encrypt,
        element(body, "MsgSignature")?,
    ) {
        return Err("MsgSignature is wrong".to_owned());
    }
    let opened = key
        .decrypt(encrypt, app_id)
        .map_err(|error| error.to_string())?;
    String::from_utf8(opened).map_err(|error| error.to_string())
}

/// The text of an element that occurs once, outside or inside CDATA.
fn element<'a>(document: &'a str, name: &str) -> Result<&'a str, String> {
    let inner = document
        .split_once(&format!("<{name}>"))
        .and_then(|(_, rest)| rest.split_once(&format!("</{name}>")))
        .map(|(inner, _)| inner.trim())
        .ok_or_else(|| format!("{name} is missing"))?;
    Ok(inner
        .strip_prefix("<![CDATA[")
        .and_then(|inner| inner.strip_suffix("]]>"))
        .unwrap_or(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "<xml><ToUserName><![CDATA[oFAN]]></ToUserName><FromUserName><![CDATA[gh_bench]]></FromUserName>\
        <CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[Off we go]]></Content></xml>";

    #[test]
    fn the_reply_to_the_fan_is_right() {
        assert_eq!(is_reply(RIGHT, "oFAN", "Off we go"), Ok(()));
    }

    #[test]
    fn a_reply_to_another_fan_is_wrong() {
        assert!(is_reply(RIGHT, "oOTHER", "Off we go").is_err());
    }

    #[test]
    fn another_reply_is_wrong() {
        assert!(is_reply(RIGHT, "oFAN", "?").is_err());
    }

    #[test]
    fn a_reply_that_lacks_a_field_is_wrong() {
        let without = RIGHT.replace("<CreateTime>1</CreateTime>", "");
        assert_eq!(
            is_reply(&without, "oFAN", "Off we go"),
            Err("CreateTime is missing".to_owned())
        );
    }

    #[test]
    fn what_another_key_sealed_is_wrong() {
        let keys = ["a", "b"].map(|digit| AesKey::parse(&digit.repeat(43)).unwrap());
        let sealed = |key: &AesKey| {
            let encrypt = key.encrypt([7; 16], RIGHT.as_bytes(), "wx1");
            let signature = signature::sign_encrypted("token", "1", "2", &encrypt);
            format!(
                "<xml><Encrypt>{encrypt}</Encrypt><MsgSignature>{signature}</MsgSignature>\
                 <TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
            )
        };
        assert_eq!(
            open(&sealed(&keys[0]), "token", &keys[0], "wx1").as_deref(),
            Ok(RIGHT)
        );
        assert!(open(&sealed(&keys[1]), "token", &keys[0], "wx1").is_err());
        assert!(open(&sealed(&keys[0]), "other", &keys[0], "wx1").is_err());
    }
}
