//! Requests to other hosts, with a limit on time and size.

use std::time::Duration;

use worker::wasm_bindgen::JsValue;
use worker::{AbortController, Fetch, Headers, Method, Request, web_sys};

use crate::{body, deadline};

/// Largest answer that is read, in bytes: WeChat's JSON is below 64 KiB but for lists of fans.
const MAX_ANSWER: usize = 1024 * 1024;

/// A request that waits to be sent.
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<String>,
    /// For everything: connection, answer and its body.
    pub(crate) limit: Duration,
}

/// What came back.
pub(crate) struct Incoming {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// No whole answer came. Whether the other side acted is unknown, unless it was never asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// The request could not even be made.
    #[error("the address cannot be asked: {0}")]
    NotAsked(String),
    /// The connection failed, before or after the request left.
    #[error("the connection failed")]
    Broken,
    /// It took too long.
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The answer is larger than anything expected.
    #[error("the answer is larger than 1 MiB")]
    TooLarge,
}

/// Sends a request and reads the answer whole. When the limit is over, the request is aborted.
pub(crate) async fn send(outgoing: Outgoing<'_>) -> Result<Incoming, NoAnswer> {
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
        let body = body::read_answer(&mut response, MAX_ANSWER)
            .await
            .map_err(|_| NoAnswer::Broken)?;
        Ok(Incoming {
            status: response.status_code(),
            body: body.ok_or(NoAnswer::TooLarge)?,
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
        init.set_body(&JsValue::from_str(&body));
    }
    // A redirect would carry the token elsewhere; none is expected.
    init.set_redirect(web_sys::RequestRedirect::Manual);
    // `worker`'s own builder knows every option of Cloudflare's, and is 4 KB of machine code.
    Ok(web_sys::Request::new_with_str_and_init(outgoing.url, &init)?.into())
}
