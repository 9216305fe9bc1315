//! A request that waits to be sent.

use std::fmt;

use serde_json::Value;

/// How a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Without a body.
    Get,
    /// With a JSON body.
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

/// A request that waits to be sent. `Debug` shows where it goes, never what it carries.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// How.
    pub method: Method,
    /// Where on the API host, from the `/`.
    pub path: &'static str,
    /// Parameters other than the access token, not yet encoded.
    pub query: Vec<(&'static str, String)>,
    /// JSON. Characters outside ASCII are not escaped, since some calls refuse escapes (40033).
    pub body: Option<String>,
    /// Whether it needs an access token.
    pub token: bool,
}

impl Call {
    /// A GET that needs an access token.
    pub fn get(path: &'static str) -> Call {
        Call {
            method: Method::Get,
            path,
            query: Vec::new(),
            body: None,
            token: true,
        }
    }

    /// A POST of JSON that needs an access token.
    pub fn post(path: &'static str, body: &Value) -> Call {
        Call {
            method: Method::Post,
            path,
            query: Vec::new(),
            body: Some(body.to_string()),
            token: true,
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
        let mut url = [base.trim_end_matches('/'), self.path].concat();
        for (separator, (name, value)) in std::iter::once('?')
            .chain(std::iter::repeat('&'))
            .zip(token.into_iter().chain(given))
        {
            url.push(separator);
            url.push_str(name);
            url.push('=');
            encode(value, &mut url);
        }
        url
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body_bytes", &self.body.as_deref().map(str::len))
            .finish_non_exhaustive()
    }
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
