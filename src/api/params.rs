//! What requests carry: query parameters, parts of the path, bodies.

use fandesk_api::{DEFAULT_LIMIT, MAX_LIMIT};
use serde::de::DeserializeOwned;
use serde_json::Value;
use worker::{Method, Request};

use super::Result;
use super::error::ApiError;
use crate::body;

/// The method of a request. What `worker` does not know it takes for GET, which such a request is not: here it is one that no
/// path has.
pub(crate) fn method(request: &Request) -> Method {
    let method = request.method();
    if request.inner().method() == method.as_ref() {
        method
    } else {
        Method::Trace
    }
}

/// The query parameters of a list. Others than the known are refused, since a misspelt filter would show everything.
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads the query; `known` are the parameters that the list has.
    pub(crate) fn of(request: &Request, known: &[&str]) -> Result<Self> {
        let url = request.inner().url();
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        match pairs
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            Some((name, _)) => Err(ApiError::parameter(
                name,
                format!("there is no parameter `{name}` here"),
            )),
            None => Ok(Self { pairs }),
        }
    }

    /// A parameter; given but empty counts as not given.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(given, _)| given == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// How many items the page may have.
    pub(crate) fn limit(&self) -> Result<u32> {
        let Some(text) = self.get("limit") else {
            return Ok(DEFAULT_LIMIT);
        };
        let limit = text
            .parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit));
        limit.ok_or_else(|| {
            ApiError::parameter("limit", format!("limit is a number from 1 to {MAX_LIMIT}"))
        })
    }
}

/// A part of the path, as it was meant.
pub(crate) fn decode(segment: &str) -> Result<String> {
    // The decoder is one for forms, which would take these for more than they are in a path.
    let escaped = segment
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    let decoded = form_urlencoded::parse(escaped.as_bytes())
        .next()
        .map(|(text, _)| text.into_owned());
    decoded
        .filter(|text| !text.is_empty())
        .ok_or_else(|| ApiError::NotFound("there is nothing at this path".to_owned()))
}

/// A text of a JSON body that must be there and not be empty.
pub(crate) fn member<'a>(body: &'a Value, field: &str) -> Result<&'a str> {
    let text = body.get(field).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| ApiError::parameter(field, format!("{field} is a text, and needed")))
}

/// The body of a request as text.
pub(crate) async fn text(request: &Request, limit: usize) -> Result<String> {
    let bytes = body::read(request.inner(), limit)
        .await?
        .ok_or(ApiError::TooLarge { limit })?;
    String::from_utf8(bytes).map_err(|_| ApiError::Malformed("it is not UTF-8".to_owned()))
}

/// The body of a request as JSON.
pub(crate) async fn json<T: DeserializeOwned>(request: &Request, limit: usize) -> Result<T> {
    let text = text(request, limit).await?;
    serde_json::from_str(&text).map_err(|error| {
        ApiError::Malformed(format!("it is not JSON of the form expected, {error}"))
    })
}
