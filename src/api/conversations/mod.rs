//! `/conversations`: who waits, who has whom, and what is written.
//!
//! The Desk knows them and decides who may do what with which; what was written is with the fan's shard.
//!
//! - [`deeds`]: take, release, assign and the like, for one or for [`bulk`]
//! - [`thread`]: what was said; [`context`]: what else is known of the fan
//! - [`answers`]: to the fan; [`notes`]: for the desk, and what is not sent yet

mod answers;
mod bulk;
mod context;
mod deeds;
mod notes;
mod thread;

use fandesk_shard::Slot;
use serde_json::{Value, json};
use worker::{Method, Response};

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, params};
use crate::desk::ask::{DeskError, ask};
use crate::record::Record;
use crate::{answer, layout};

/// Bytes of a body: 4,000 characters, escaped at worst.
const MAX_BODY: usize = 32 * 1024;

/// Answers a request below `/conversations`; `path` is what follows.
pub(super) async fn route(api: &Api<'_>, method: &Method, path: &[&str]) -> Result<Response> {
    match (method, path) {
        (Method::Get, []) => list(api).await,
        (Method::Post, ["bulk"]) => bulk::act(api).await,
        (_, ["bulk"]) => Err(refused(path)),
        (_, [id, rest @ ..]) if allowed(path).is_some() => {
            let id = params::decode(id)?;
            match (method, rest) {
                (Method::Get, []) => show(api, &id).await,
                (Method::Get, ["thread"]) => thread::show(api, &id).await,
                (Method::Get, ["context"]) => context::show(api, &id).await,
                (Method::Post, ["messages"]) => answers::send(api, &id).await,
                (Method::Post, ["notes"]) => notes::add(api, &id).await,
                (Method::Put, ["tags"]) => deeds::tag(api, &id).await,
                (Method::Get, ["draft"]) => notes::show_draft(api, &id).await,
                (Method::Put, ["draft"]) => notes::keep_draft(api, &id).await,
                (Method::Delete, ["draft"]) => notes::discard_draft(api, &id).await,
                (Method::Post, [deed]) if deeds::is_one(deed) => deeds::act(api, &id, deed).await,
                _ => Err(refused(path)),
            }
        }
        _ => Err(refused(path)),
    }
}

/// Why nothing is done at a path.
fn refused(path: &[&str]) -> ApiError {
    match allowed(path) {
        Some(allow) => ApiError::Method { allow },
        None => ApiError::NotFound("there is nothing at this path".to_owned()),
    }
}

/// The methods of a path, if there is something at it.
fn allowed(path: &[&str]) -> Option<&'static str> {
    Some(match path {
        [] => "GET",
        ["bulk"] => "POST",
        [_] | [_, "thread" | "context"] => "GET",
        [_, "messages" | "notes"] => "POST",
        [_, "tags"] => "PUT",
        [_, "draft"] => "GET, PUT, DELETE",
        [_, deed] if deeds::is_one(deed) => "POST",
        _ => return None,
    })
}

/// Filters of the list.
const FILTERS: [&str; 6] = ["state", "team", "agent", "tag", "q", "unanswered"];

async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Conversations)?;
    let mut known = FILTERS.to_vec();
    known.extend(["after", "limit"]);
    let query = params::Query::of(&api.request, &known)?;
    let mut wanted = json!({ "limit": query.limit()? });
    for name in FILTERS.into_iter().chain(["after"]) {
        if let (Some(value), Some(fields)) = (query.get(name), wanted.as_object_mut()) {
            fields.insert(name.to_owned(), Value::from(value));
        }
    }
    let page = ask_desk(api, "/conversations", Record::new().with(wanted)).await?;
    Ok(answer::text(200, answer::JSON, page, None)?)
}

async fn show(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Conversations)?;
    let conversation = ask_desk(api, "/conversation", Record::new().with(id)).await?;
    Ok(answer::text(200, answer::JSON, conversation, None)?)
}

/// Asks the Desk in the name of whoever asks; `more` follows who they are.
async fn ask_desk(
    api: &Api<'_>,
    path: &str,
    more: Record,
) -> std::result::Result<String, DeskError> {
    let who = Record::new().with(api.principal.person().to_json());
    ask(api.env, api.account(), path, &who.followed_by(more)).await
}

/// The shard of a fan.
async fn shard_of(api: &Api<'_>, openid: &str) -> Result<u16> {
    Ok(layout::shard_of(api.env, &api.settings, Slot::of(openid)).await?)
}

/// The Desk gave something else than it should.
fn unreadable(what: &str) -> ApiError {
    ApiError::Unavailable {
        part: "the desk",
        reason: format!("its answer about {what} cannot be read"),
    }
}
