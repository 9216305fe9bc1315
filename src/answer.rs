//! Answers over HTTP, made in one place, so that the machine code for it exists once.

use serde::Serialize;
use wechat::Format;
use worker::{Headers, Response, ResponseBuilder, Result, web_sys};

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

/// A few words of plain text, as the platform makes them.
///
/// Callbacks are answered with the platform's own `Response`: each option that `worker`'s builder sets crosses to JavaScript by
/// itself, and this is the one place where that is felt.
pub(crate) fn short(status: u16, text: &str) -> Result<web_sys::Response> {
    let init = web_sys::ResponseInit::new();
    init.set_status(status);
    Ok(web_sys::Response::new_with_opt_str_and_init(
        Some(text),
        &init,
    )?)
}

/// A reply document for WeChat.
pub(crate) fn document(format: Format, document: &str) -> Result<web_sys::Response> {
    let content_type = match format {
        Format::Xml => "application/xml; charset=utf-8",
        Format::Json => "application/json; charset=utf-8",
    };
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", content_type)?;
    let init = web_sys::ResponseInit::new();
    init.set_headers(&headers);
    Ok(web_sys::Response::new_with_opt_str_and_init(
        Some(document),
        &init,
    )?)
}
