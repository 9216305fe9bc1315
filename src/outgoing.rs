//! Requests to other hosts, with a limit on time and size.

use std::time::Duration;

pub(crate) use wechat::api::NoAnswer;
use wechat::api::Response;
use worker::wasm_bindgen::JsValue;
use worker::{AbortController, Fetch, Headers, Method, Request, web_sys};

use crate::{body, deadline};

/// Largest answer of a business system that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// A request that waits to be sent.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// A text, or an array of bytes.
    pub(crate) body: Option<JsValue>,
    /// For everything: connection, answer and its body.
    pub(crate) limit: Duration,
}

/// What came back.
pub(crate) struct Incoming {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Sends a request and reads the answer whole. When the limit is over, the request is aborted.
pub(crate) async fn send(outgoing: Outgoing<'_>) -> Result<Incoming, NoAnswer> {
    let Response { status, body, .. } = exchange(outgoing, MAX_ANSWER).await?;
    Ok(Incoming { status, body })
}

/// The same, for an answer of at most so many bytes.
pub(crate) async fn exchange(
    outgoing: Outgoing<'_>,
    max_answer: usize,
) -> Result<Response, NoAnswer> {
    let limit = outgoing.limit;
    let request = prepare(outgoing).map_err(|error| NoAnswer::NotAsked(error.to_string()))?;
    let abort = AbortController::default();
    let signal = abort.signal();
    let exchange = async {
        let fetch = Fetch::Request(request);
        // The platform's own words may hold the address, and the address a token, so they are dropped.
        let mut response = fetch
            .send_with_signal(&signal)
            .await
            .map_err(|_| NoAnswer::Broken)?;
        let body = body::read_answer(&mut response, max_answer)
            .await
            .map_err(|_| NoAnswer::Broken)?;
        let body = body.ok_or(NoAnswer::TooLarge { limit: max_answer })?;
        Ok(Response {
            status: response.status_code(),
            content_type: response.headers().get("content-type").ok().flatten(),
            body,
        })
    };
    match deadline::within(limit, exchange).await {
        Some(answer) => answer,
        None => {
            abort.abort();
            Err(NoAnswer::TimedOut(limit))
        }
    }
}

fn prepare(outgoing: Outgoing<'_>) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in &outgoing.headers {
        headers.set(name, value)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(outgoing.method.as_ref());
    init.set_headers(&headers.0);
    if let Some(body) = outgoing.body {
        init.set_body(&body);
    }
    // A redirect would carry the token elsewhere; none is expected.
    init.set_redirect(web_sys::RequestRedirect::Manual);
    // `worker`'s own builder knows every option of Cloudflare's, and is 4 KB of machine code.
    Ok(web_sys::Request::new_with_str_and_init(outgoing.url, &init)?.into())
}
