//! Calls to WeChat's API, with the access token that the TokenKeeper holds.

use std::time::Duration;

use futures_util::FutureExt;
use wechat::api::{
    self, Answer, Body, Call, Client, NoAnswer, Request, Response, Tokens, Transport,
};
use worker::Env;
use worker::js_sys::Uint8Array;

use crate::outgoing::{self, Outgoing};
use crate::settings::Settings;
use crate::token_keeper::{self, NoToken};

/// How long WeChat may take. Its API answers in some 100 ms; a job's lease is longer than two calls and two tokens.
const LIMIT: Duration = Duration::from_secs(10);

/// Why a call did not do what it should.
pub(crate) type Failure = api::Failure<NoToken>;

/// Makes a call. When WeChat says that the token is not good, a new one is got and the call made once more.
pub(crate) async fn call<A: Answer>(
    env: &Env,
    settings: &Settings,
    request: &Request<A>,
) -> Result<A, Failure> {
    // Only the reading is another for each kind of answer.
    let response = exchange(env, settings, request).boxed_local().await?;
    Ok(request.read(response)?)
}

async fn exchange(env: &Env, settings: &Settings, call: &Call) -> Result<Response, Failure> {
    let client = Client {
        transport: Fetched(settings),
        tokens: Kept { env, settings },
        base: &settings.api_base,
    };
    client.exchange(call).await
}

/// Makes a call that needs no token.
pub(crate) async fn once<A: Answer>(
    settings: &Settings,
    request: &Request<A>,
) -> Result<Response, NoAnswer> {
    api::send(&Fetched(settings), &settings.api_base, request, None).await
}

/// The platform's `fetch`.
struct Fetched<'a>(&'a Settings);

impl Transport for Fetched<'_> {
    // Boxed, so that the machine code of a request is not repeated in each place that waits for one.
    async fn exchange(&self, sent: api::Outgoing<'_>) -> Result<Response, NoAnswer> {
        self.fetch(sent).boxed_local().await
    }
}

impl Fetched<'_> {
    async fn fetch(&self, sent: api::Outgoing<'_>) -> Result<Response, NoAnswer> {
        let mut headers = Vec::new();
        if let Some(content_type) = sent.body.content_type() {
            headers.push(("content-type", content_type.to_owned()));
        }
        if let Some(relay) = &self.0.relay_token {
            headers.push(("authorization", format!("Bearer {relay}")));
        }
        let outgoing = Outgoing {
            method: match sent.method {
                api::Method::Get => worker::Method::Get,
                api::Method::Post => worker::Method::Post,
            },
            url: sent.url,
            headers,
            body: match sent.body {
                Body::None => None,
                Body::Json(json) => Some(json.into()),
                Body::Form { bytes, .. } => Some(Uint8Array::from(bytes.as_slice()).into()),
            },
            limit: LIMIT,
        };
        outgoing::exchange(outgoing, sent.max_answer).await
    }
}

/// The TokenKeeper's token.
struct Kept<'a> {
    env: &'a Env,
    settings: &'a Settings,
}

impl Tokens for Kept<'_> {
    type Error = NoToken;

    async fn token(&self, refused: Option<&str>) -> Result<String, NoToken> {
        token_keeper::token(self.env, self.settings, refused).await
    }
}
