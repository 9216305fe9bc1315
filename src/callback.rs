//! `/wechat`: WeChat asks, fandesk answers.
//!
//! The checks stand in the order of the contract: settings (500), size (413), signatures and time (401), the rest (400). A
//! refusal leaves no event. What passed goes to the fan's shard, and its answer is rendered in the body's format and sealed
//! with the token and key that verified the request. Anything but 200 makes WeChat try again.

use wechat::{Envelope, Inbound, Opened, Query, Subject, reply};
use worker::{Env, Result, web_sys};

use crate::fan_shard::ask::ask;
use crate::fan_shard::calls::Receive;
use crate::random::{PlatformRandom, now};
use crate::settings::{self, Settings};
use crate::{answer, body, layout, log};

/// Largest body, in bytes. WeChat's own are below 64 KiB even when encrypted.
const MAX_BODY: usize = 256 * 1024;

/// Answers a callback for `account`, or for the only one there is.
pub(crate) async fn handle(
    request: &web_sys::Request,
    query: &str,
    env: &Env,
    account: Option<&str>,
) -> Result<web_sys::Response> {
    let checked = settings::of(env);
    let Some(settings) = &checked.settings else {
        body::drop_unread(request).await;
        return refuse(500, "the settings are incomplete: see /healthz");
    };
    if account.is_some_and(|account| account != settings.account) {
        return refuse(404, "no such account");
    }
    let query = Query::parse(query);
    match request.method().as_str() {
        "GET" => match settings.keyring.verify_url(&query, now().seconds()) {
            Ok(echostr) => plain(200, &echostr),
            Err(refusal) => refuse(refusal.status(), &refusal.to_string()),
        },
        "POST" => {
            let Some(body) = body::read(request, MAX_BODY).await? else {
                return refuse(413, "the body is larger than 256 KiB");
            };
            match settings.keyring.open(&query, &body, now().seconds()) {
                Ok(opened) => respond(env, settings, &query, opened).await,
                Err(refusal) => refuse(refusal.status(), &refusal.to_string()),
            }
        }
        _ => refuse(405, "WeChat sends GET and POST"),
    }
}

/// Two awaits: the layout, known after an isolate's first request, and the shard. When the shard's answer gets lost the
/// event may be kept all the same; WeChat tries again and gets the answer that was kept.
async fn respond(
    env: &Env,
    settings: &Settings,
    query: &Query,
    opened: Opened,
) -> Result<web_sys::Response> {
    let inbound = &opened.inbound;
    let call = Receive {
        key: inbound.message_key().to_string(),
        fields: serde_json::to_string(&inbound.fields)?,
    };
    let kept = match layout::shard_of(env, settings, whom(inbound)).await {
        Ok(shard) => ask(env, &settings.account, shard, &call).await,
        Err(error) => Err(error),
    };
    let kept = match kept {
        Ok(kept) => kept,
        Err(error) => {
            log::error(
                "callback",
                "a callback was not kept; WeChat will try again",
                &[("kind", &inbound.kind()), ("reason", &error)],
            );
            return plain(500, "not kept");
        }
    };
    let Some(reply) = kept.reply else {
        return plain(200, reply::SUCCESS);
    };
    let envelope = Envelope {
        to: &inbound.from,
        from: &inbound.to,
        create_time: kept.created_at,
    };
    let document = reply.render(opened.format, &envelope);
    let nonce = query.nonce.as_deref().unwrap_or_default();
    let mut random = [0; 16];
    fandesk_shard::Random::fill(&mut PlatformRandom, &mut random);
    let sealed = settings
        .keyring
        .seal(&opened.sealing, &document, kept.created_at, nonce, random);
    answer::document(opened.format, &sealed)
}

/// Whose shard takes it. A revocation names the person in a field of its own.
fn whom(inbound: &Inbound) -> &str {
    match inbound.subject() {
        Subject::Fan(openid) => openid,
        Subject::Account => &inbound.from,
    }
}

fn plain(status: u16, text: &str) -> Result<web_sys::Response> {
    answer::short(status, text)
}

/// A refusal is not logged: anyone can cause as many as they like.
fn refuse(status: u16, why: &str) -> Result<web_sys::Response> {
    plain(status, why)
}
