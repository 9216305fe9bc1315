//! A callback made again for somebody else: the same fields, signed with the token that the platform and they would share.
//!
//! The fields come as they were kept, so the bytes are not those of the platform: texts are CDATA, and white space between elements,
//! attributes and comments are gone. A reader of XML finds the same.

use crate::api::call::encode;
use crate::crypto::AesKey;
use crate::document::Document;
use crate::fields::{Field, Fields, STRAY_TEXT};
use crate::signature;

/// Fields that the platform writes as bare numbers.
const NUMBERS: [&str; 3] = ["CreateTime", "MsgId", "MsgID"];

/// A callback that waits to be sent by POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resent {
    /// `signature=…&timestamp=…`, for after the `?` of the receiver's address.
    pub query: String,
    /// XML.
    pub body: String,
}

/// What the receiver shares with whoever sends, in place of the platform.
#[derive(Clone, Copy, Debug)]
pub struct Receiver<'a> {
    /// The account's AppID, which the encrypted text names.
    pub app_id: &'a str,
    /// Signs.
    pub token: &'a str,
    /// Encrypts as in safe mode; plain without one.
    pub key: Option<&'a AesKey>,
}

/// Makes a callback of these fields. `timestamp` is in seconds and the nonce free to choose; the random bytes must be unpredictable.
///
/// ```
/// use wechat::callback::{Receiver, resend};
/// use wechat::{Fields, Keyring, Mode, Query};
///
/// let fields = Fields::from_xml(b"<xml><ToUserName>gh_1</ToUserName><FromUserName>oFan</FromUserName>\
///     <CreateTime>1700000000</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>")?;
/// let receiver = Receiver { app_id: "wx1", token: "theirs", key: None };
/// let resent = resend(&fields, receiver, 1_700_000_000, "n", [7; 16]);
///
/// let theirs = Keyring::new("wx1", Mode::Plain, vec!["theirs".to_owned()], vec![])?;
/// let opened = theirs.open(&Query::parse(&resent.query), resent.body.as_bytes(), 1_700_000_000)?;
/// assert_eq!(opened.inbound.fields, fields);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn resend(
    fields: &Fields,
    receiver: Receiver<'_>,
    timestamp: i64,
    nonce: &str,
    random: [u8; 16],
) -> Resent {
    let timestamp = timestamp.to_string();
    let signature = signature::sign(receiver.token, &timestamp, nonce);
    let mut query = format!("signature={signature}&timestamp={timestamp}");
    parameter(&mut query, "nonce", nonce);
    if let Some(openid) = fields.text("FromUserName") {
        parameter(&mut query, "openid", openid);
    }
    let mut document = Document::default();
    document.element("xml", |xml| children(xml, fields));
    let mut body = document.finish();
    if let Some(key) = receiver.key {
        let encrypt = key.encrypt(random, body.as_bytes(), receiver.app_id);
        let signature = signature::sign_encrypted(receiver.token, &timestamp, nonce, &encrypt);
        query.push_str("&encrypt_type=aes");
        parameter(&mut query, "msg_signature", &signature);
        let mut envelope = Document::default();
        envelope.element("xml", |xml| {
            xml.text_if("ToUserName", fields.text("ToUserName").unwrap_or_default());
            xml.text("Encrypt", &encrypt);
        });
        body = envelope.finish();
    }
    Resent { query, body }
}

fn parameter(query: &mut String, name: &str, value: &str) {
    query.extend(["&", name, "="]);
    encode(value, query);
}

fn children(xml: &mut Document, fields: &Fields) {
    for (name, field) in fields.iter() {
        if name == STRAY_TEXT {
            if let Some(text) = field.as_text() {
                xml.stray(text);
            }
        } else if is_name(name) {
            one(xml, name, field);
        }
    }
}

fn one(xml: &mut Document, name: &str, field: &Field) {
    match field {
        Field::Text(text) if NUMBERS.contains(&name) && is_number(text) => xml.number(name, text),
        Field::Text(text) => xml.text(name, text),
        Field::Element(fields) => xml.element(name, |xml| children(xml, fields)),
        Field::Repeated(fields) => fields.iter().for_each(|field| one(xml, name, field)),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an element can be called so. Fields that came as JSON may have any name; the platform's own are all of this form.
fn is_name(name: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(inside)
}
