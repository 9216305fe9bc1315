//! `/api/v1`: what operators, the console and other systems use.
//!
//! Below `/api/v1/accounts/{account}` is the API of that account; `/api/v1` itself is that of the first one.
//!
//! Every handler gets a [`Principal`] and asks the one [`allows`]. Errors leave in one form ([`error`]).
//!
//! - [`accounts`]: which there are. [`alerts`], [`capabilities`], [`events`], [`fans`], [`tags`], [`jobs`], [`layout`], [`playbook`], [`menu`], [`reflush`]: a resource each
//! - [`error`]: what goes wrong; [`params`]: what requests carry; [`page`], [`cursor`]: lists; [`revision`]: versions in headers; [`principal`]: who asks, and what they may

mod accounts;
mod alerts;
mod capabilities;
mod cursor;
mod error;
mod events;
mod fans;
mod jobs;
mod layout;
mod menu;
mod page;
mod params;
mod playbook;
mod principal;
mod reflush;
mod revision;
mod tags;

use std::rc::Rc;

use fandesk_api::Health;
use worker::{Context, Env, Method, Request, Response};

use self::error::ApiError;
use self::principal::{Action, Principal, Resource, allows};
use crate::accounts as configured;
use crate::settings::Settings;
use crate::{answer, clock, log};

/// What a handler works with.
pub(crate) struct Api<'a> {
    env: &'a Env,
    settings: Rc<Settings>,
    request: Request,
    principal: Principal,
    context: &'a Context,
}

type Result<T> = std::result::Result<T, ApiError>;

/// Answers a request below `/api/v1`; `path` is what follows.
pub(crate) async fn handle(
    request: Request,
    path: &[&str],
    env: &Env,
    context: &Context,
) -> worker::Result<Response> {
    match route(request, path, env, context).await {
        Ok(response) => Ok(response),
        Err(error) => {
            if error.status() >= 500 {
                log::error("api", &error.logged(), &[("status", &error.status())]);
            }
            error.into_response()
        }
    }
}

async fn route(request: Request, path: &[&str], env: &Env, context: &Context) -> Result<Response> {
    let configured = configured::of(env);
    let principal = principal::of(&request, configured.admin_token.as_deref())?;
    let method = params::method(&request);
    let (account, path) = match (&method, path) {
        (Method::Get, ["accounts"]) => return accounts::list(&principal, &configured),
        (Method::Get, ["accounts", name]) => return accounts::show(&principal, &configured, name),
        (_, ["accounts"] | ["accounts", _]) => return Err(ApiError::Method { allow: "GET" }),
        (_, ["accounts", name, path @ ..]) => (Some(params::decode(name)?), path),
        _ => (None, path),
    };
    let settings = configured.named(account.as_deref())?.whole()?.clone();
    let api = Api {
        env,
        settings,
        request,
        principal,
        context,
    };
    match (method, path) {
        (Method::Get, ["alerts"]) => alerts::list(&api).await,
        (Method::Get, ["capabilities"]) => capabilities::show(&api),
        (Method::Get, ["events"]) => events::list(&api).await,
        (Method::Get, ["fans", openid]) => fans::show(&api, &params::decode(openid)?).await,
        (Method::Post, ["fans", openid, "messages"]) => {
            let openid = params::decode(openid)?;
            fans::write(api, &openid).await
        }
        (Method::Put, ["fans", openid, "tags"]) => {
            tags::replace(&api, &params::decode(openid)?).await
        }
        (Method::Get, ["jobs"]) => jobs::list(&api).await,
        (Method::Get, ["jobs", id]) => jobs::show(&api, &params::decode(id)?).await,
        (Method::Post, ["jobs", id, "replay"]) => jobs::replay(&api, &params::decode(id)?).await,
        (Method::Get, ["layout"]) => layout::show(&api).await,
        (Method::Get, ["playbook"]) => playbook::show(&api).await,
        (Method::Put, ["playbook"]) => playbook::publish(api).await,
        (Method::Get, ["playbook", "shards"]) => playbook::shards(&api).await,
        (Method::Get, ["playbook", "hits"]) => playbook::hits::list(&api).await,
        (Method::Post, ["playbook", "preview"]) => playbook::preview::show(&api).await,
        (Method::Get, ["playbook", "draft"]) => playbook::drafts::show(&api).await,
        (Method::Put, ["playbook", "draft"]) => playbook::drafts::save(api).await,
        (Method::Delete, ["playbook", "draft"]) => playbook::drafts::discard(&api).await,
        (Method::Post, ["playbook", "draft", "publish"]) => playbook::drafts::publish(&api).await,
        (Method::Get, ["playbook", "versions"]) => playbook::versions::list(&api).await,
        (Method::Get, ["playbook", "versions", version]) => {
            playbook::versions::show(&api, version).await
        }
        (Method::Post, ["playbook", "versions", version, "publish"]) => {
            playbook::versions::restore(&api, version).await
        }
        (Method::Get, ["playbook", "versions", from, "diff", to]) => {
            playbook::versions::compare(&api, from, to).await
        }
        (Method::Get, ["menu"]) => menu::show(&api).await,
        (Method::Post, ["reflush"]) => reflush::start(&api).await,
        (Method::Put, ["menu"]) => menu::publish(api).await,
        (Method::Delete, ["menu"]) => menu::take_away(&api).await,
        (Method::Post, ["menu", "check"]) => menu::check(api).await,
        (Method::Get, ["menu", "live"]) => menu::live(&api).await,
        (Method::Get, ["menu", "match"]) => menu::matched(&api).await,
        (Method::Get, ["menu", "versions"]) => menu::list(&api).await,
        (Method::Get, ["menu", "versions", number]) => menu::show_version(&api, number).await,
        (Method::Post, ["menu", "versions", number, "publish"]) => {
            menu::restore(&api, number).await
        }
        _ => match methods(path) {
            Some(allow) => Err(ApiError::Method { allow }),
            None => Err(ApiError::NotFound(
                "there is nothing at this path".to_owned(),
            )),
        },
    }
}

/// The methods of a path, if there is something at it.
fn methods(path: &[&str]) -> Option<&'static str> {
    Some(match path {
        ["alerts" | "capabilities" | "events" | "jobs" | "layout"]
        | ["fans" | "jobs", _]
        | ["playbook", "shards" | "hits" | "versions"]
        | ["playbook", "versions", _]
        | ["playbook", "versions", _, "diff", _]
        | ["menu", "live" | "match" | "versions"]
        | ["menu", "versions", _] => "GET",
        ["fans", _, "tags"] => "PUT",
        ["playbook"] => "GET, PUT",
        ["playbook", "draft"] | ["menu"] => "GET, PUT, DELETE",
        ["fans", _, "messages"]
        | ["jobs", _, "replay"]
        | ["playbook", "draft", "publish"]
        | ["playbook", "preview"]
        | ["playbook" | "menu", "versions", _, "publish"]
        | ["menu", "check"]
        | ["reflush"] => "POST",
        _ => return None,
    })
}

impl Api<'_> {
    fn account(&self) -> &str {
        &self.settings.account
    }

    fn may(&self, action: Action, resource: Resource) -> Result<()> {
        if allows(&self.principal, action, resource) {
            Ok(())
        } else {
            Err(ApiError::Forbidden)
        }
    }

    /// Lets the Clock run, without anybody waiting for it.
    fn wake_clock(&self) {
        let (env, account) = (self.env.clone(), self.settings.account.clone());
        self.context
            .wait_until(async move { clock::wake(&env, &account).await });
    }
}

/// The answer to another method than GET where there is nothing but to read.
pub(crate) fn only_read() -> worker::Result<Response> {
    ApiError::Method { allow: "GET, HEAD" }.into_response()
}

/// `/healthz`: what is wrong with the settings, for operators and monitors. It tells no value of any.
pub(crate) fn healthz(env: &Env) -> worker::Result<Response> {
    let configured = configured::of(env);
    let ok = configured.problems.is_empty();
    let health = Health {
        ok,
        problems: configured.problems.clone(),
    };
    answer::json(if ok { 200 } else { 503 }, &health)
}
