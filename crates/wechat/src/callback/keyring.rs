//! What is shared with the platform, and what it opens and seals.
//!
//! Operators change token and key while messages are under way, so there may be several of each: the current
//! first, then the previous. Any of them opens; an answer is sealed with the pair that opened the request,
//! since that is the pair which WeChat knew when it sent it.

use std::fmt;
use std::str::FromStr;

use serde_json::json;

use super::{Query, Refusal};
use crate::crypto::{AesKey, DecryptError};
use crate::document::Document;
use crate::fields::{Fields, Format};
use crate::inbound::Inbound;
use crate::reply::SUCCESS;
use crate::signature;

/// How far `timestamp` may be from now, either way. WeChat's retries end within 15 s; the rest is for clocks
/// and relays.
pub const MAX_SKEW_SECONDS: u64 = 300;

/// How the account is set up to receive (消息加解密方式).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// 明文模式: nothing is encrypted.
    Plain,
    /// 兼容模式: callbacks carry both forms, answers are plain. Only the encrypted form is read.
    Compatible,
    /// 安全模式: callbacks and answers are encrypted.
    Safe,
}

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        match text {
            "plain" => Ok(Mode::Plain),
            "compatible" => Ok(Mode::Compatible),
            "safe" => Ok(Mode::Safe),
            _ => Err(UnknownMode),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Mode::Plain => "plain",
            Mode::Compatible => "compatible",
            Mode::Safe => "safe",
        })
    }
}

/// A word that names no mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mode is one of plain, compatible, safe")]
pub struct UnknownMode;

/// Tokens and keys of one account. `Debug` shows how many, never what.
#[derive(Clone)]
pub struct Keyring {
    app_id: String,
    mode: Mode,
    tokens: Vec<String>,
    aes_keys: Vec<AesKey>,
}

/// A keyring that could verify nothing, or everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidKeyring {
    /// No token, or an empty one, which anybody can sign with.
    #[error("a token is missing or empty")]
    Token,
    /// No key where the mode needs one.
    #[error("this mode needs an AES key")]
    AesKey,
    /// No AppID where the mode needs one.
    #[error("this mode needs the AppID")]
    AppId,
}

/// A callback that was verified and read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Opened {
    /// What it says.
    pub inbound: Inbound,
    /// How the body was written, and so how the answer is.
    pub format: Format,
    /// What the answer is sealed with.
    pub sealing: Sealing,
}

/// What an answer is sealed with: the token and the key that opened the request. `Debug` shows neither.
#[derive(Clone)]
pub struct Sealing {
    format: Format,
    token: String,
    /// `None` where answers are plain.
    key: Option<AesKey>,
}

impl Keyring {
    /// The current token and key come first.
    ///
    /// # Errors
    /// No token or an empty one; in compatible and safe mode no key or no AppID.
    pub fn new(
        app_id: impl Into<String>,
        mode: Mode,
        tokens: Vec<String>,
        aes_keys: Vec<AesKey>,
    ) -> Result<Keyring, InvalidKeyring> {
        let app_id = app_id.into();
        if tokens.is_empty() || tokens.iter().any(String::is_empty) {
            return Err(InvalidKeyring::Token);
        }
        if mode != Mode::Plain && aes_keys.is_empty() {
            return Err(InvalidKeyring::AesKey);
        }
        if mode != Mode::Plain && app_id.is_empty() {
            return Err(InvalidKeyring::AppId);
        }
        Ok(Keyring {
            app_id,
            mode,
            tokens,
            aes_keys,
        })
    }

    /// How the account is set up to receive.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Answers the GET by which the platform verifies the URL: the `echostr` to give back as it came.
    ///
    /// # Errors
    /// A missing or wrong signature or time (401), or no `echostr` (400).
    pub fn verify_url(&self, query: &Query, now_seconds: i64) -> Result<String, Refusal> {
        self.signed(query, now_seconds)?;
        query.echostr.clone().ok_or(Refusal::NoEcho)
    }

    /// Verifies and reads a callback; see [the module](crate::callback) for the order of the checks.
    ///
    /// # Errors
    /// What was found first; [`Refusal::status`] has the HTTP status.
    pub fn open(&self, query: &Query, body: &[u8], now_seconds: i64) -> Result<Opened, Refusal> {
        let signed = self.signed(query, now_seconds)?;
        let format = Format::of(body);
        let fields = Fields::read(format, body)?;
        let (fields, sealing) = match self.mode {
            Mode::Plain => {
                let token = signed.tokens.first().ok_or(Refusal::Forged {
                    parameter: "signature",
                })?;
                (
                    fields,
                    Sealing {
                        format,
                        token: (*token).to_owned(),
                        key: None,
                    },
                )
            }
            Mode::Compatible | Mode::Safe => {
                let encrypt = fields.text("Encrypt").ok_or(Refusal::NotEncrypted)?;
                let token = signed.also(query, encrypt)?;
                let (key, inside) = self.decrypt(encrypt)?;
                let key = (self.mode == Mode::Safe).then(|| key.clone());
                (
                    Fields::read(Format::of(&inside), &inside)?,
                    Sealing {
                        format,
                        token: token.to_owned(),
                        key,
                    },
                )
            }
        };
        Ok(Opened {
            inbound: Inbound::from_fields(fields)?,
            format,
            sealing,
        })
    }

    /// Whether `signature` and `timestamp` hold: the cheap part of [`Keyring::open`], without the body. In plain mode what holds
    /// here is genuine; in the others `msg_signature`, over what is in the body, has to hold too.
    pub fn is_signed(&self, query: &Query, now_seconds: i64) -> bool {
        self.signed(query, now_seconds).is_ok()
    }

    /// The body of the answer: in safe mode the document encrypted and signed, in the format of the request;
    /// else as it is.
    ///
    /// [`SUCCESS`] and an empty document are never encrypted. Timestamp (seconds) and nonce are free to
    /// choose; the random bytes must be unpredictable.
    pub fn seal(
        &self,
        sealing: &Sealing,
        document: &str,
        timestamp: i64,
        nonce: &str,
        random: [u8; 16],
    ) -> String {
        let Some(key) = sealing
            .key
            .as_ref()
            .filter(|_| !document.is_empty() && document != SUCCESS)
        else {
            return document.to_owned();
        };
        let encrypt = key.encrypt(random, document.as_bytes(), &self.app_id);
        let signature =
            signature::sign_encrypted(&sealing.token, &timestamp.to_string(), nonce, &encrypt);
        match sealing.format {
            Format::Json => json!({
                "Encrypt": encrypt,
                "MsgSignature": signature,
                "TimeStamp": timestamp,
                "Nonce": nonce,
            })
            .to_string(),
            Format::Xml => {
                let mut envelope = Document::default();
                envelope.element("xml", |xml| {
                    xml.text("Encrypt", &encrypt);
                    xml.text("MsgSignature", &signature);
                    xml.number("TimeStamp", timestamp);
                    xml.text("Nonce", nonce);
                });
                envelope.finish()
            }
        }
    }

    /// Checks `signature` and `timestamp`.
    fn signed<'a>(&'a self, query: &'a Query, now_seconds: i64) -> Result<Signed<'a>, Refusal> {
        let given = parameter(query.signature.as_deref(), "signature")?;
        let timestamp = parameter(query.timestamp.as_deref(), "timestamp")?;
        let nonce = parameter(query.nonce.as_deref(), "nonce")?;
        let made = |token: &&str| signature::verify(token, timestamp, nonce, given);
        let tokens: Vec<&str> = self
            .tokens
            .iter()
            .map(String::as_str)
            .filter(made)
            .collect();
        if tokens.is_empty() {
            return Err(Refusal::Forged {
                parameter: "signature",
            });
        }
        let seconds = timestamp
            .parse::<i64>()
            .map_err(|_| Refusal::NotATime)?
            .abs_diff(now_seconds);
        if seconds > MAX_SKEW_SECONDS {
            return Err(Refusal::Stale { seconds });
        }
        Ok(Signed {
            timestamp,
            nonce,
            tokens,
        })
    }

    fn decrypt(&self, encrypt: &str) -> Result<(&AesKey, Vec<u8>), Refusal> {
        let mut reason = None;
        for key in &self.aes_keys {
            match key.decrypt(encrypt, &self.app_id) {
                Ok(inside) => return Ok((key, inside)),
                Err(error) => reason = reason.or(Some(error)),
            }
        }
        Err(Refusal::Undecryptable(
            reason.unwrap_or(DecryptError::Padding),
        ))
    }
}

/// A query whose `signature` holds, and the tokens that make it.
struct Signed<'a> {
    timestamp: &'a str,
    nonce: &'a str,
    tokens: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    /// The token that makes `msg_signature` as well.
    fn also(&self, query: &Query, encrypt: &str) -> Result<&'a str, Refusal> {
        let given = parameter(query.msg_signature.as_deref(), "msg_signature")?;
        let made = |token: &&str| {
            signature::verify_encrypted(token, self.timestamp, self.nonce, encrypt, given)
        };
        self.tokens
            .iter()
            .copied()
            .find(made)
            .ok_or(Refusal::Forged {
                parameter: "msg_signature",
            })
    }
}

fn parameter<'a>(value: Option<&'a str>, parameter: &'static str) -> Result<&'a str, Refusal> {
    value
        .filter(|value| !value.is_empty())
        .ok_or(Refusal::Unsigned { parameter })
}

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keyring")
            .field("app_id", &self.app_id)
            .field("mode", &self.mode)
            .field("tokens", &self.tokens.len())
            .field("aes_keys", &self.aes_keys.len())
            .finish()
    }
}

impl fmt::Debug for Sealing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sealing")
            .field("format", &self.format)
            .field("encrypted", &self.key.is_some())
            .finish_non_exhaustive()
    }
}
