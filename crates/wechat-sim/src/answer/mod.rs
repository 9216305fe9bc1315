//! What the account's server answered to a callback, read as strictly as the platform reads it.
//!
//! - [`document`]: XML or JSON into one kind of tree.
//! - [`check`]: every field that the platform needs, and its limits.
//!
//! An empty body and `success` mean that there is nothing to say. Anything else must be a whole, valid reply, or the
//! fan sees [`FAULT_NOTICE`].

pub mod check;
pub mod document;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;
use wechat::signature;

pub use check::Asked;

use crate::{
    callback::Seal,
    settings::{Format, Mode},
};

/// What WeChat writes into the conversation when an answer is malformed or none came.
pub const FAULT_NOTICE: &str = "该公众号提供的服务出现故障";

/// A message as a fan receives it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reply {
    /// `text`, `news`, …; `error` for [`FAULT_NOTICE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The words of it, where it has any: a text, the first title of news, the head of a menu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The document as it came, decrypted.
    pub raw: String,
    /// The document as a tree.
    pub fields: Value,
}

impl Reply {
    /// The line that a fan sees when the account's server failed.
    pub fn fault(raw: &str) -> Self {
        Self {
            kind: "error".to_owned(),
            content: Some(FAULT_NOTICE.to_owned()),
            raw: raw.to_owned(),
            fields: Value::Null,
        }
    }
}

/// Why an answer with status 200 shows the fan an error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Neither `success` nor XML or JSON of the right form.
    #[error("not a document: {0}")]
    NotADocument(String),
    /// A required field is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field has an impossible value.
    #[error("{field} {why}")]
    Wrong {
        /// Which.
        field: &'static str,
        /// In what way.
        why: &'static str,
    },
    /// A field is too long.
    #[error("{field} has {bytes} bytes, more than {most}")]
    TooLong {
        /// Which.
        field: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// `MsgType` is not one that may be answered.
    #[error("MsgType {0:?} is unknown")]
    UnknownType(String),
    /// `MsgType` is only allowed in answer to a message.
    #[error("MsgType {0:?} may answer messages, not events")]
    NotForEvents(String),
    /// No or too many articles.
    #[error("{found} articles, allowed are 1 to {most}")]
    Articles {
        /// How many there are.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// `ArticleCount` is not the number of articles.
    #[error("ArticleCount says {stated}, there are {found}")]
    ArticleCount {
        /// What it says.
        stated: u64,
        /// How many there are.
        found: usize,
    },
    /// Safe mode: signature, padding, length or AppID.
    #[error("the encrypted answer does not open: {0}")]
    Sealed(String),
}

/// Reads the body of an answer with status 200; `None` when there is nothing to say.
pub fn read(body: &[u8], seal: &Seal, asked: Asked<'_>) -> Result<Option<Reply>, Malformed> {
    if body.is_empty() || body == b"success" {
        return Ok(None);
    }
    let text =
        std::str::from_utf8(body).map_err(|error| Malformed::NotADocument(error.to_string()))?;
    let (document, raw) = match (&seal.aes_key, seal.mode) {
        (Some(_), Mode::Safe) => {
            let plain = unseal(text, seal)?;
            (document::read(&plain, seal.format)?, plain)
        }
        _ => (document::read(text, seal.format)?, text.to_owned()),
    };
    check::check(document, &raw, asked).map(Some)
}

/// Opens an encrypted answer: its signature, then its ciphertext, then its AppID.
pub fn unseal(body: &str, seal: &Seal) -> Result<String, Malformed> {
    let sealed = |why: &str| Malformed::Sealed(why.to_owned());
    let Some(key) = &seal.aes_key else {
        return Err(sealed("there is no key"));
    };
    let document = document::read(body, seal.format)?;
    let field = |name: &'static str| match document.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) if seal.format == Format::Json => Ok(number.to_string()),
        _ => Err(Malformed::Missing(name)),
    };
    let (encrypt, timestamp, nonce) = (field("Encrypt")?, field("TimeStamp")?, field("Nonce")?);
    if !signature::verify_encrypted(
        &seal.token,
        &timestamp,
        &nonce,
        &encrypt,
        &field("MsgSignature")?,
    ) {
        return Err(sealed(
            "MsgSignature is not the signature of token, TimeStamp, Nonce and Encrypt",
        ));
    }
    let plain = key
        .decrypt(&encrypt, &seal.app_id)
        .map_err(|error| Malformed::Sealed(error.to_string()))?;
    String::from_utf8(plain).map_err(|error| Malformed::Sealed(error.to_string()))
}
