//! A request that waits to be sent.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde_json::Value;

use super::answer::{Answer, CallFailure, Response};
use super::multipart::{self, File};

/// How a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Without a body.
    Get,
    /// With a body.
    Post,
}

impl Method {
    /// `GET` or `POST`.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// What a call carries.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON. Characters outside ASCII are not escaped, since some calls refuse escapes (40033).
    Json(String),
    /// A file, in a form.
    Form {
        /// `multipart/form-data` with its boundary.
        content_type: String,
        /// The form.
        bytes: Vec<u8>,
    },
}

impl Body {
    /// The `Content-Type` to send, if there is a body.
    pub fn content_type(&self) -> Option<&str> {
        match self {
            Body::None => None,
            Body::Json(_) => Some("application/json; charset=utf-8"),
            Body::Form { content_type, .. } => Some(content_type),
        }
    }

    /// What to send.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Body::None => &[],
            Body::Json(json) => json.as_bytes(),
            Body::Form { bytes, .. } => bytes,
        }
    }
}

/// A request that waits to be sent. `Debug` shows where it goes, never what it carries.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// How.
    pub method: Method,
    /// Where on the API host, from the `/`.
    pub path: &'static str,
    /// Parameters other than the access token, not yet encoded.
    pub query: Vec<(&'static str, String)>,
    /// What it carries.
    pub body: Body,
    /// Whether it needs an access token.
    pub token: bool,
    /// Bytes of the largest answer that is worth reading.
    pub max_answer: usize,
}

impl Call {
    /// Bytes of an answer in JSON. Most are below 64 KiB; 10,000 openids are some 320 KiB.
    pub const MAX_JSON_ANSWER: usize = 1024 * 1024;

    fn new(method: Method, path: &'static str, body: Body) -> Call {
        Call {
            method,
            path,
            query: Vec::new(),
            body,
            token: true,
            max_answer: Call::MAX_JSON_ANSWER,
        }
    }

    /// A GET that needs an access token.
    pub fn get(path: &'static str) -> Call {
        Call::new(Method::Get, path, Body::None)
    }

    /// A POST of JSON that needs an access token.
    pub fn post(path: &'static str, body: &Value) -> Call {
        Call::post_text(path, written(body))
    }

    /// A POST of JSON that was written before.
    pub fn post_text(path: &'static str, body: String) -> Call {
        Call::new(Method::Post, path, Body::Json(body))
    }

    /// A POST of one file and, where the call wants one, a text field beside it.
    pub fn upload(path: &'static str, file: &File<'_>, beside: Option<(&str, &str)>) -> Call {
        let (content_type, bytes) = multipart::form(file, beside);
        Call::new(
            Method::Post,
            path,
            Body::Form {
                content_type,
                bytes,
            },
        )
    }

    /// The same with a parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Call {
        self.query.push((name, value.into()));
        self
    }

    /// The same for a call that needs no access token.
    #[must_use]
    pub fn without_token(mut self) -> Call {
        self.token = false;
        self
    }

    /// The JSON that it carries, if it does.
    pub fn json(&self) -> Option<&str> {
        match &self.body {
            Body::Json(json) => Some(json),
            _ => None,
        }
    }

    /// The URL on a host given as `https://api.weixin.qq.com`. The access token is added where the call needs
    /// one.
    pub fn url(&self, base: &str, access_token: Option<&str>) -> String {
        let token = access_token
            .filter(|_| self.token)
            .map(|token| ("access_token", token));
        let given = self
            .query
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        address(base, self.path, token.into_iter().chain(given))
    }
}

/// An address on a host, its parameters encoded.
pub(super) fn address<'a>(
    base: &str,
    path: &str,
    query: impl Iterator<Item = (&'static str, &'a str)>,
) -> String {
    let mut url = [base.trim_end_matches('/'), path].concat();
    for (separator, (name, value)) in std::iter::once('?')
        .chain(std::iter::repeat('&'))
        .zip(query)
    {
        url.push(separator);
        url.push_str(name);
        url.push('=');
        encode(value, &mut url);
    }
    url
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.bytes().len())
            .finish_non_exhaustive()
    }
}

/// A call together with the type of its answer, so that no answer is read as another's. It is built by the functions of this
/// module's rooms, which refuse what WeChat would refuse.
pub struct Request<A> {
    call: Call,
    answer: PhantomData<fn() -> A>,
}

impl<A: Answer> Request<A> {
    /// A call that is answered by `A`.
    pub fn of(call: Call) -> Request<A> {
        Request {
            call,
            answer: PhantomData,
        }
    }

    /// Reads the answer.
    ///
    /// # Errors
    /// See [`CallFailure`].
    pub fn read(&self, response: Response) -> Result<A, CallFailure> {
        A::read(response)
    }
}

impl<A> Deref for Request<A> {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.call
    }
}

impl<A> Clone for Request<A> {
    fn clone(&self) -> Self {
        Request {
            call: self.call.clone(),
            answer: PhantomData,
        }
    }
}

impl<A> PartialEq for Request<A> {
    fn eq(&self, other: &Self) -> bool {
        self.call == other.call
    }
}

impl<A> fmt::Debug for Request<A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(formatter)
    }
}

/// JSON as the text that a call carries. `Display` would bring the writer of indented JSON along.
pub fn written(value: &Value) -> String {
    // Only a map whose keys are no texts cannot be written, which a `Value` never has.
    serde_json::to_string(value).unwrap_or_default()
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(crate) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            _ => {
                out.push('%');
                out.push_str(&crate::signature::hex(&[byte]).to_ascii_uppercase());
            }
        }
    }
}
