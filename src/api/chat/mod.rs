//! `/chat`: the chat for visitors of the company's web site, and what its page asks for. Public: whoever opens the page may write, as
//! whoever opens WeChat may. It is off unless `FANDESK_WEBCHAT` says `on`.
//!
//! `/chat/…` is the chat of the first account, `/chat/accounts/{account}/…` that of another. A visitor is known by a token
//! ([`session`]) and by nothing else; pages of other sites may use the chat where `FANDESK_WEBCHAT_ORIGINS` has them, and then a browser lets
//! them, since no cookie is involved.
//!
//! - [`session`]: who a visitor is; [`newcomers`]: how many new ones an address may be
//! - [`messages`]: what they write and read

mod messages;
mod newcomers;
mod session;

use std::rc::Rc;

use worker::{Env, Method, Request, Response};

use super::error::ApiError;
use super::principal::is_of_own_origin;
use super::{Result, params};
use crate::settings::{Settings, WebChat};
use crate::{accounts, answer, assets, body, log};

/// The page, as a file.
const PAGE: &str = "/chat";

/// What a request is about.
struct Chat<'a> {
    env: &'a Env,
    settings: Rc<Settings>,
    request: Request,
}

/// Answers a request below `/chat`; `path` is what follows.
pub(crate) async fn handle(request: Request, path: &[&str], env: &Env) -> worker::Result<Response> {
    // A browser asks for itself before it lets another site's page ask.
    let origin = request.headers().get("origin")?;
    let (answered, origin) = match opened(&request, path, env) {
        Ok((settings, rest)) => {
            let let_in = let_in(env, &request, settings.webchat.as_ref(), origin);
            match let_in {
                Ok(origin) => {
                    let chat = Chat {
                        env,
                        settings,
                        request,
                    };
                    (chat.route(rest).await, origin)
                }
                Err(error) => (refuse(&request, error).await, None),
            }
        }
        Err(error) => (refuse(&request, error).await, None),
    };
    let mut response = match answered {
        Ok(response) => response,
        Err(error) => {
            if error.status() >= 500 {
                log::error("chat", &error.logged(), &[("status", &error.status())]);
            }
            error.into_response()?
        }
    };
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.set("access-control-allow-origin", &origin)?;
        headers.set("vary", "origin")?;
    }
    Ok(response)
}

async fn refuse(request: &Request, error: ApiError) -> Result<Response> {
    body::drop_unread(request.inner()).await;
    Err(error)
}

/// The account, if its chat is on, and the rest of the path.
fn opened<'a>(
    request: &Request,
    path: &'a [&'a str],
    env: &Env,
) -> Result<(Rc<Settings>, &'a [&'a str])> {
    let (account, rest) = match path {
        ["accounts", name, rest @ ..] => (Some(params::decode(name)?), rest),
        _ => (None, path),
    };
    let is_there = matches!(rest, [] | [""] | ["session" | "messages"]);
    let settings = accounts::of(env)
        .named(account.as_deref())?
        .whole()?
        .clone();
    if !is_there || settings.webchat.is_none() {
        let reads = matches!(request.inner().method().as_str(), "GET" | "HEAD");
        let why = match is_there && reads {
            true => "the web chat is off: FANDESK_WEBCHAT is not on",
            false => "there is nothing at this path",
        };
        return Err(ApiError::NotFound(why.to_owned()));
    }
    Ok((settings, rest))
}

/// Whether the page that asks may, and which origin the answer names, if the page is another site's.
fn let_in(
    env: &Env,
    request: &Request,
    chat: Option<&WebChat>,
    origin: Option<String>,
) -> Result<Option<String>> {
    let Some(origin) = origin else {
        return Ok(None);
    };
    if chat.is_some_and(|chat| chat.origins.contains(&origin)) {
        return Ok(Some(origin));
    }
    match is_of_own_origin(env, request)? {
        true => Ok(None),
        false => Err(ApiError::Refused {
            status: 403,
            code: "origin",
            field: None,
            message: "pages of this origin may not use the chat: FANDESK_WEBCHAT_ORIGINS does not have it"
                .to_owned(),
        }),
    }
}

impl Chat<'_> {
    async fn route(self, path: &[&str]) -> Result<Response> {
        let method = params::method(&self.request);
        let allow = match path {
            ["session"] => "POST, DELETE, OPTIONS",
            ["messages"] => "GET, POST, OPTIONS",
            _ => "GET, HEAD",
        };
        match (method, path) {
            (Method::Get | Method::Head, [] | [""]) => {
                Ok(assets::page(&self.request, PAGE, self.env).await?)
            }
            (Method::Options, [_, ..]) if path != [""] => preflight(allow),
            (Method::Post, ["session"]) => session::begin(&self).await,
            (Method::Delete, ["session"]) => session::forget(&self).await,
            (Method::Post, ["messages"]) => messages::write(&self).await,
            (Method::Get, ["messages"]) => messages::read(&self).await,
            _ => refuse(&self.request, ApiError::Method { allow }).await,
        }
    }

    fn account(&self) -> &str {
        &self.settings.account
    }
}

/// What another site's page may send. The browser remembers it for a day.
fn preflight(allow: &str) -> Result<Response> {
    let mut response = answer::nothing()?;
    let headers = response.headers_mut();
    for (name, value) in [
        ("access-control-allow-methods", allow),
        (
            "access-control-allow-headers",
            "authorization, content-type",
        ),
        ("access-control-max-age", "86400"),
    ] {
        headers.set(name, value)?;
    }
    Ok(response)
}
