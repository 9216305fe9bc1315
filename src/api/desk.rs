//! `/desk`: the queues and who is there, whether one takes conversations, and what goes on, live.

use worker::{Headers, Method, Request, RequestInit, Response};

use super::error::ApiError;
use super::fields::Fields;
use super::principal::{Action, Resource, is_of_own_origin, is_unchanged};
use super::{Api, Result, params, people};
use crate::answer;
use crate::desk::ask::{BINDING, ask, ask_again, live_url, name};
use crate::record::Record;

/// Bytes of a body.
const MAX_BODY: usize = 4 * 1024;

pub(super) async fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Desk)?;
    let who = Record::new().with(api.principal.person().to_json());
    let desk = ask(api.env, api.account(), "/desk", &who).await?;
    Ok(answer::text(200, answer::JSON, desk, None)?)
}

/// Whether whoever asks takes conversations.
pub(super) async fn choose_status(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Presence)?;
    let body = Fields::of(&api.request, MAX_BODY, &["status"]).await?;
    let status = body.text("status", MAX_BODY)?;
    if !matches!(status.as_str(), "online" | "away") {
        return Err(ApiError::parameter("status", "status is online or away"));
    }
    let call = Record::new()
        .with(api.principal.person().to_json())
        .with(status);
    let agent = ask(api.env, api.account(), "/status", &call).await?;
    Ok(answer::text(200, answer::JSON, agent, None)?)
}

/// Lets whoever asks watch: the object itself takes the socket, and from then on the Worker is out of it.
///
/// A browser lets any page open a socket to anybody, with their cookies, so its word of where the page is from has to be ours.
///
/// Awaits: D1 and the desk, for people and teams; the desk, which has the socket from then on; D1 once more. Who was logged out, or
/// became somebody else, on the way here was looked for among open sockets before this one was: so it is looked at again now that
/// it is. Nothing is changed that a repeat would change again.
pub(super) async fn watch(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Desk)?;
    let headers = api.request.headers();
    let upgrade = headers.get("upgrade")?.unwrap_or_default();
    let query = params::Query::of(&api.request, &["after"])?;
    let after = query.get("after").unwrap_or("0");
    let after: i64 = after
        .parse()
        .map_err(|_| ApiError::parameter("after", "after is the `n` of what was seen last"))?;
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(ApiError::NoWebSocket);
    }
    if !is_of_own_origin(api.env, &api.request)? {
        return Err(ApiError::Forbidden);
    }
    // Who came to the desk since it was told last is given conversations from now on.
    people::tell_desk(api.env, &api.settings).await?;
    let upgrade = Headers::new();
    upgrade.set("upgrade", "websocket")?;
    let mut init = RequestInit::new();
    init.with_method(Method::Get).with_headers(upgrade);
    let who = api.principal.person();
    let request = Request::new_with_init(&live_url(&who.to_json(), after), &init)?;
    let stub = api
        .env
        .durable_object(BINDING)?
        .get_by_name(&name(api.account()))?;
    let watching = stub.fetch_with_request(request).await?;
    if !is_unchanged(api.env, &api.principal).await? {
        ask_again(api.env, api.account(), &who.id).await?;
        return Err(ApiError::Unauthorized);
    }
    Ok(watching)
}
