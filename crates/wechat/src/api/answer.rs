//! What came back from a call.
//!
//! WeChat answers 200 even to errors, so a call has succeeded only when the status is 200, the body is what the call promises,
//! and `errcode` is 0 or absent. Everything else is a [`CallFailure`], which says what it was.

use serde_json::{Map, Value};

use super::errcode::ApiError;
use super::json::{FromJson, Unexpected, field};

/// An HTTP answer as it came, its body whole. `Debug` shows no content.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, where there was one.
    pub content_type: Option<String>,
    /// The body, as large as the caller allowed.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// What a call promises to answer. Types of this crate implement it; [`Response::into_json`] is for those who add a call of their own.
pub trait Answer: Sized {
    /// Reads the answer.
    ///
    /// # Errors
    /// See [`CallFailure`].
    fn read(response: Response) -> Result<Self, CallFailure>;
}

/// The answer of a call that returns nothing but its success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {}

impl FromJson for Done {
    fn from_json(_: Value) -> Result<Self, Unexpected> {
        Ok(Done {})
    }
}

impl Answer for Done {
    fn read(response: Response) -> Result<Self, CallFailure> {
        response.into_json().map(|_| Done {})
    }
}

/// A call that did not do what it should, or an answer that does not say so. Carries nothing of the answer
/// but WeChat's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallFailure {
    /// A status other than 200. The body is not read: WeChat answers 200 even to errors, so this is a relay
    /// or a gateway.
    #[error("HTTP status {0}")]
    Status(u16),
    /// A redirect. It is not followed, since the address has the access token in it.
    #[error("HTTP status {0}, a redirect, which is not followed")]
    Redirect(u16),
    /// A 200 whose body is not a JSON object.
    #[error("the answer is not the JSON expected (line {line}, column {column})")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// JSON that lacks something, or has it in another form than documented.
    #[error("the answer is not the one expected: {0}")]
    Unexpected(#[from] Unexpected),
    /// WeChat's own error.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl Response {
    /// The JSON object of an answer that is no error.
    ///
    /// # Errors
    /// See [`CallFailure`].
    pub fn into_json(self) -> Result<Map<String, Value>, CallFailure> {
        self.check_status()?;
        let mut object = parse(&self.body)?;
        take_error(&mut object)?;
        Ok(object)
    }

    pub(super) fn check_status(&self) -> Result<(), CallFailure> {
        match self.status {
            200 => Ok(()),
            300..=399 => Err(CallFailure::Redirect(self.status)),
            status => Err(CallFailure::Status(status)),
        }
    }
}

/// serde's own message may quote the body, so only the place is kept. Bytes that are not UTF-8 are made so first: a reader
/// of bytes beside the one of texts would double the machine code.
fn parse(body: &[u8]) -> Result<Map<String, Value>, CallFailure> {
    serde_json::from_str(&String::from_utf8_lossy(body)).map_err(|error| CallFailure::NotJson {
        line: error.line(),
        column: error.column(),
    })
}

fn take_error(object: &mut Map<String, Value>) -> Result<(), CallFailure> {
    let errcode: Option<i64> = field(object, "errcode")?;
    let errmsg: Option<String> = field(object, "errmsg").unwrap_or_default();
    match errcode.unwrap_or(0) {
        0 => Ok(()),
        errcode => {
            let errmsg = errmsg.unwrap_or_default();
            Err(ApiError { errcode, errmsg }.into())
        }
    }
}

/// Reads the answer of a call from its status and body. A 200 with an `errcode` other than 0 is a failure; without one, or
/// with 0, it is `A`.
///
/// # Errors
/// See [`CallFailure`].
pub fn read_answer<A: Answer>(status: u16, body: &[u8]) -> Result<A, CallFailure> {
    A::read(Response {
        status,
        content_type: None,
        body: body.to_vec(),
    })
}
