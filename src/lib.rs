//! The Worker: requests, queue messages and alarms come in; decisions are made elsewhere; answers go out.
//!
//! Follow a message: [`callback`] verifies it and asks the fan's shard ([`fan_shard`]), which decides
//! (`fandesk_shard`) and keeps it, and answers. What must happen later leaves through the shard's outbox: doorbells to the
//! queue, whose consumer is [`delivery`], and rows to D1 ([`store`]). [`api`] is what operators and other systems use.
//! `docs/architecture.md` has the map and the invariants.

#![allow(
    missing_docs,
    reason = "nothing is public here but what the platform calls through generated code"
)]

mod access;
mod accounts;
mod alarm;
mod alerts;
mod answer;
mod api;
mod archive;
mod assets;
mod body;
mod business;
mod callback;
mod clock;
mod deadline;
mod delivery;
mod desk;
mod fan_shard;
mod forward;
mod keys;
mod layout;
mod log;
mod menus;
mod mover;
mod object;
mod outgoing;
mod per_minute;
mod publishing;
mod random;
mod record;
mod refusals;
mod settings;
mod signature;
mod status;
mod storage;
mod store;
mod subtle_crypto;
mod token_keeper;
mod webhook;
mod wechat_client;

use futures_util::FutureExt;
use worker::{
    Context, Env, MessageBatch, Request, Response, ScheduleContext, ScheduledEvent, event, web_sys,
};

pub use self::clock::Clock;
pub use self::desk::Desk;
pub use self::fan_shard::FanShard;
pub use self::token_keeper::TokenKeeper;

#[event(fetch)]
async fn fetch(
    request: web_sys::Request,
    env: Env,
    context: Context,
) -> worker::Result<web_sys::Response> {
    let url = request.url();
    let (path, query) = split(&url);
    match path.strip_prefix("/wechat") {
        Some("") => callback::handle(&request, query, &env, None).await,
        // One with a slash in it is no account, and is told so.
        Some(rest) if let Some(account) = rest.strip_prefix('/') => {
            callback::handle(&request, query, &env, Some(account)).await
        }
        _ => {
            callback::tell_refusals();
            route(request.into(), path, &env, &context)
                .boxed_local()
                .await
                .map(Into::into)
        }
    }
}

/// Path and query of an address that the platform has parsed: a host is there, and never a fragment.
fn split(url: &str) -> (&str, &str) {
    let after_scheme = url.find("://").map_or(0, |at| at.saturating_add(3));
    let path = url.get(after_scheme..).unwrap_or_default();
    let path = path.find('/').and_then(|at| path.get(at..)).unwrap_or("/");
    path.split_once('?').unwrap_or((path, ""))
}

/// Everything but callbacks.
async fn route(
    request: Request,
    path: &str,
    env: &Env,
    context: &Context,
) -> worker::Result<Response> {
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let reads = matches!(request.inner().method().as_str(), "GET" | "HEAD");
    match segments.as_slice() {
        ["api", "v1", "openapi.json"] if reads => assets::file(request, path, env).await,
        ["api", "v1", rest @ ..] => api::handle(request, rest, env, context).await,
        ["chat", rest @ ..] => api::chat::handle(request, rest, env).await,
        _ if !reads => api::only_read(),
        ["healthz"] => api::healthz(env),
        ["status"] => status::page(env).await,
        [""] => assets::console(request, env).await,
        _ => assets::file(request, path, env).await,
    }
}

#[event(queue)]
async fn queue(
    batch: MessageBatch<serde_json::Value>,
    env: Env,
    _: worker::Context,
) -> worker::Result<()> {
    delivery::consume(batch, &env).await;
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_: ScheduledEvent, env: Env, _: ScheduleContext) {
    for account in accounts::of(&env).iter() {
        if let Ok(settings) = account.whole() {
            clock::wake(&env, &settings.account).await;
        }
    }
}
