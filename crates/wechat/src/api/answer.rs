//! What came back from a call.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::errcode::ApiError;

/// The answer of a call that returns nothing but its success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Done {}

/// A call that did not do what it should, or an answer that does not say so. Carries nothing of the answer
/// but WeChat's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallFailure {
    /// A status other than 200. The body is not read: WeChat answers 200 even to errors, so this is a relay
    /// or a gateway.
    #[error("HTTP status {0}")]
    Status(u16),
    /// A 200 whose body is not the JSON that the call promises.
    #[error("the answer is not the JSON expected (line {line}, column {column})")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// WeChat's own error.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// Reads the answer of a call. A 200 with an `errcode` other than 0 is a failure; without one, or with 0, it
/// is `T`.
///
/// # Errors
/// See [`CallFailure`].
pub fn read_answer<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, CallFailure> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        errcode: i64,
        #[serde(default)]
        errmsg: String,
    }

    if status != 200 {
        return Err(CallFailure::Status(status));
    }
    let head: Head = read(body)?;
    if head.errcode != 0 {
        return Err(ApiError {
            errcode: head.errcode,
            errmsg: head.errmsg,
        }
        .into());
    }
    read(body)
}

/// serde's own message may quote the body, so only the place is kept. Bytes that are not UTF-8 are made so first: a reader
/// of bytes beside the one of texts would double the machine code.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, CallFailure> {
    serde_json::from_str(&String::from_utf8_lossy(body)).map_err(|error| CallFailure::NotJson {
        line: error.line(),
        column: error.column(),
    })
}
