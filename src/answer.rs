//! Answers over HTTP, made in one place, so that the machine code for it exists once.

use serde::Serialize;
use worker::{Headers, Response, ResponseBuilder, Result};

/// The content type of plain text, records among it.
pub(crate) const PLAIN: &str = "text/plain; charset=utf-8";

/// The content type of the API's answers.
pub(crate) const JSON: &str = "application/json";

/// JSON with a status.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Result<Response> {
    text(status, JSON, serde_json::to_string(body)?, None)
}

/// Text of a kind with a status, and an `ETag` where there is one.
pub(crate) fn text(
    status: u16,
    content_type: &str,
    body: String,
    etag: Option<&str>,
) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    if let Some(etag) = etag {
        headers.set("etag", etag)?;
    }
    Ok(ResponseBuilder::new()
        .with_status(status)
        .with_headers(headers)
        .fixed(body.into_bytes()))
}
