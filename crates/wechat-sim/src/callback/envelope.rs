//! How a document travels: signed, and in compatible and safe mode encrypted.

use serde_json::{Value, json};
use wechat::{AesKey, signature};

use super::document::cdata;
use crate::settings::{Format, Mode, Settings};

/// What is needed to sign and encrypt; a test may put other secrets into it than the account's.
#[derive(Debug, Clone)]
pub struct Seal {
    /// Signs.
    pub token: String,
    /// Encrypts.
    pub aes_key: Option<AesKey>,
    /// Written into the ciphertext.
    pub app_id: String,
    /// The account's `gh_` name, open beside the ciphertext.
    pub account: String,
    /// See [`Mode`].
    pub mode: Mode,
    /// See [`Format`].
    pub format: Format,
}

/// A callback ready to be sent, as often as needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The query, in the platform's order.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The platform's name for the body's format.
    pub content_type: &'static str,
}

/// The numbers that differ from callback to callback and stay the same over its tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Seconds.
    pub timestamp: String,
    /// Digits.
    pub nonce: String,
    /// Random bytes before the message within the ciphertext.
    pub random: [u8; 16],
}

impl Seal {
    /// The account's own secrets.
    pub fn of(settings: &Settings, account: &str) -> Self {
        Self {
            token: settings.token.clone(),
            aes_key: settings.aes_key.clone(),
            app_id: settings.app_id.clone(),
            account: account.to_owned(),
            mode: settings.mode,
            format: settings.format,
        }
    }

    /// Signs `document` and, where the mode says so, encrypts it.
    pub fn wrap(&self, document: &str, openid: &str, stamp: &Stamp) -> Envelope {
        let Stamp {
            timestamp,
            nonce,
            random,
        } = stamp;
        let mut query = vec![
            (
                "signature".to_owned(),
                signature::sign(&self.token, timestamp, nonce),
            ),
            ("timestamp".to_owned(), timestamp.clone()),
            ("nonce".to_owned(), nonce.clone()),
            ("openid".to_owned(), openid.to_owned()),
        ];
        let body = match (&self.aes_key, self.mode) {
            (None, _) | (_, Mode::Plain) => document.to_owned(),
            (Some(key), mode) => {
                let encrypt = key.encrypt(*random, document.as_bytes(), &self.app_id);
                query.push(("encrypt_type".to_owned(), "aes".to_owned()));
                let signature = signature::sign_encrypted(&self.token, timestamp, nonce, &encrypt);
                query.push(("msg_signature".to_owned(), signature));
                match mode {
                    Mode::Compatible => self.beside(document, &encrypt),
                    _ => self.alone(&encrypt),
                }
            }
        };
        let content_type = match self.format {
            Format::Xml => "text/xml",
            Format::Json => "application/json",
        };
        Envelope {
            query,
            body,
            content_type,
        }
    }

    /// Safe mode: nothing but the ciphertext and the account.
    fn alone(&self, encrypt: &str) -> String {
        match self.format {
            Format::Xml => format!(
                "<xml><ToUserName>{}</ToUserName>\n<Encrypt>{}</Encrypt>\n</xml>",
                cdata(&self.account),
                cdata(encrypt)
            ),
            Format::Json => json!({ "ToUserName": self.account, "Encrypt": encrypt }).to_string(),
        }
    }

    /// Compatible mode: the ciphertext as one more field.
    fn beside(&self, document: &str, encrypt: &str) -> String {
        match self.format {
            Format::Xml => match document.rsplit_once("</xml>") {
                Some((fields, _)) => {
                    format!("{fields}<Encrypt>{}</Encrypt>\n</xml>", cdata(encrypt))
                }
                None => document.to_owned(),
            },
            Format::Json => match serde_json::from_str(document) {
                Ok(Value::Object(mut fields)) => {
                    fields.insert("Encrypt".to_owned(), encrypt.into());
                    Value::Object(fields).to_string()
                }
                _ => document.to_owned(),
            },
        }
    }
}

impl Stamp {
    /// The stamp of a callback sent at `now` (milliseconds).
    pub fn fresh(now: u64) -> Self {
        Self {
            timestamp: (now / 1000).to_string(),
            nonce: fastrand::u32(100_000_000..).to_string(),
            random: std::array::from_fn(|_| fastrand::u8(..)),
        }
    }
}
