//! Calls to WeChat's API, with the access token that the TokenKeeper holds.

use std::time::Duration;

use futures_util::FutureExt;
use serde::de::DeserializeOwned;
use wechat::api::{self, Advice, Call, CallFailure, Done};
use worker::Env;

use crate::outgoing::{self, Incoming, NoAnswer, Outgoing};
use crate::settings::Settings;
use crate::token_keeper::{self, NoToken};

/// How long WeChat may take. Its API answers in some 100 ms; a job's lease is longer than two calls and two tokens.
const LIMIT: Duration = Duration::from_secs(10);

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// There is no token to call with; nothing was sent.
    #[error("no access token: {0}")]
    NoToken(#[from] NoToken),
    /// WeChat, or what stands before it, answered and refused.
    #[error("{0}")]
    Answer(#[from] CallFailure),
    /// No whole answer came.
    #[error("{0}")]
    NoAnswer(#[from] NoAnswer),
}

/// Makes a call. When WeChat says that the token is not good, a new one is got and the call made once more.
///
/// Awaits, in order: the token (nothing is sent yet), the call, and after a refused token both again. A refused call did nothing, so
/// a second one does no harm.
pub(crate) async fn call<T: DeserializeOwned>(
    env: &Env,
    settings: &Settings,
    call: &Call,
) -> Result<T, Failure> {
    let answer = with_good_token(env, settings, call).boxed_local().await?;
    Ok(api::read_answer(answer.status, &answer.body)?)
}

async fn with_good_token(env: &Env, settings: &Settings, call: &Call) -> Result<Incoming, Failure> {
    let token = token_keeper::token(env, settings, None).await?;
    let answer = once(settings, call, Some(&token)).await?;
    match api::read_answer::<Done>(answer.status, &answer.body) {
        Err(CallFailure::Api(error)) if error.advice() == Advice::RefreshToken => {
            let token = token_keeper::token(env, settings, Some(&token)).await?;
            Ok(once(settings, call, Some(&token)).await?)
        }
        _ => Ok(answer),
    }
}

/// Makes a call with this token, or without one.
pub(crate) async fn once(
    settings: &Settings,
    call: &Call,
    token: Option<&str>,
) -> Result<Incoming, NoAnswer> {
    let mut headers = Vec::new();
    if call.body.is_some() {
        headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
    }
    if let Some(relay) = &settings.relay_token {
        headers.push(("authorization", format!("Bearer {relay}")));
    }
    let method = match call.method {
        api::Method::Get => worker::Method::Get,
        api::Method::Post => worker::Method::Post,
    };
    let url = call.url(&settings.api_base, token);
    outgoing::send(Outgoing {
        method,
        url: &url,
        headers,
        body: call.body.clone(),
        limit: LIMIT,
    })
    .boxed_local()
    .await
}
