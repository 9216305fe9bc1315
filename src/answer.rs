//! Answers over HTTP, made in one place, so that the machine code for it exists once.

use serde::Serialize;
use wechat::Format;
use worker::{Headers, Response, ResponseBuilder, Result, web_sys};

/// The content type of the API's answers.
pub(crate) const JSON: &str = "application/json";

/// What every answer says that a browser may show: it is what it says it is, is in no frame, and tells no other site where
/// it was opened from. No origin is let in (CORS): nothing here is for the pages of others.
const GUARDS: [(&str, &str); 3] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
];

/// What an answer of ours may do: nothing runs. The status page has its style in itself.
const NOTHING_RUNS: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the console may do: its own scripts and styles, which are files, and nothing that stands in a page; pictures of fans from where
/// WeChat keeps them.
const CONSOLE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob: https://mmbiz.qpic.cn https://thirdwx.qlogo.cn; font-src 'self'; media-src 'self' blob:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// How long a browser may keep a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cache {
    /// Its name changes with what is in it.
    Forever,
    /// It may keep it, and asks each time whether it has changed.
    AskAgain,
    /// It may be about people.
    Never,
}

impl Cache {
    fn header(self) -> &'static str {
        match self {
            Cache::Forever => "public, max-age=31536000, immutable",
            Cache::AskAgain => "no-cache",
            Cache::Never => "no-store",
        }
    }
}

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
    guard(&headers.0, NOTHING_RUNS, Cache::Never)?;
    Ok(ResponseBuilder::new()
        .with_status(status)
        .with_headers(headers)
        .fixed(body.into_bytes()))
}

/// 204: done, and nothing to tell.
pub(crate) fn nothing() -> Result<Response> {
    let headers = Headers::new();
    guard(&headers.0, NOTHING_RUNS, Cache::Never)?;
    Ok(ResponseBuilder::new()
        .with_status(204)
        .with_headers(headers)
        .empty())
}

/// A static file, with what all answers say.
pub(crate) fn guarded(response: Response, cache: Cache) -> Result<Response> {
    let response: web_sys::Response = response.into();
    // That of another's answer cannot be changed.
    let headers = web_sys::Headers::new_with_headers(&response.headers())?;
    guard(&headers, CONSOLE, cache)?;
    let init = web_sys::ResponseInit::new();
    init.set_status(response.status());
    init.set_headers(&headers);
    let guarded =
        web_sys::Response::new_with_opt_readable_stream_and_init(response.body().as_ref(), &init)?;
    Ok(guarded.into())
}

fn guard(headers: &web_sys::Headers, policy: &str, cache: Cache) -> Result<()> {
    let of_this = [
        ("content-security-policy", policy),
        ("cache-control", cache.header()),
    ];
    for (name, value) in GUARDS.into_iter().chain(of_this) {
        headers.set(name, value)?;
    }
    Ok(())
}

/// A few words of plain text for WeChat, as the platform makes them.
///
/// Callbacks are answered with the platform's own `Response`: each option that `worker`'s builder sets crosses to JavaScript by
/// itself, and this is the one place where that is felt.
pub(crate) fn short(status: u16, text: &str) -> Result<web_sys::Response> {
    let init = web_sys::ResponseInit::new();
    init.set_status(status);
    if status == 405 {
        let headers = web_sys::Headers::new()?;
        headers.set("allow", "GET, POST")?;
        init.set_headers(&headers);
    }
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
