//! `/api/v1`: what operators, the console and other systems use.
//!
//! Every handler gets a [`Principal`] and asks the one [`allows`]. Errors leave in one form ([`error`]).
//!
//! - [`events`], [`fans`], [`jobs`], [`layout`], [`playbook`], [`menu`]: a resource each
//! - [`error`]: what goes wrong; [`params`]: what requests carry; [`page`], [`cursor`]: lists; [`principal`]: who asks, and what they may

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

use std::rc::Rc;

use fandesk_api::Health;
use worker::{Context, Env, Method, Request, Response};

use self::error::ApiError;
use self::principal::{Action, Principal, Resource, allows};
use crate::settings::{self, Settings};
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
    let checked = settings::of(env);
    let settings = checked.settings.clone().ok_or(ApiError::Settings)?;
    let principal = principal::of(&request, &settings)?;
    let method = params::method(&request);
    let api = Api {
        env,
        settings,
        request,
        principal,
        context,
    };
    match (method, path) {
        (Method::Get, ["events"]) => events::list(&api).await,
        (Method::Get, ["fans", openid]) => fans::show(&api, &params::decode(openid)?).await,
        (Method::Post, ["fans", openid, "messages"]) => {
            let openid = params::decode(openid)?;
            fans::write(api, &openid).await
        }
        (Method::Get, ["jobs"]) => jobs::list(&api).await,
        (Method::Get, ["jobs", id]) => jobs::show(&api, &params::decode(id)?).await,
        (Method::Post, ["jobs", id, "replay"]) => jobs::replay(&api, &params::decode(id)?).await,
        (Method::Get, ["layout"]) => layout::show(&api).await,
        (Method::Get, ["playbook"]) => playbook::show(&api).await,
        (Method::Put, ["playbook"]) => playbook::publish(api).await,
        (Method::Get, ["playbook", "shards"]) => playbook::shards(&api).await,
        (Method::Put, ["menu"]) => menu::publish(api).await,
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
        ["events" | "jobs" | "layout"] | ["fans" | "jobs", _] | ["playbook", "shards"] => "GET",
        ["playbook"] => "GET, PUT",
        ["menu"] => "PUT",
        ["fans", _, "messages"] | ["jobs", _, "replay"] => "POST",
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
    let checked = settings::of(env);
    let ok = checked.problems.is_empty();
    let health = Health {
        ok,
        problems: checked.problems.clone(),
    };
    answer::json(if ok { 200 } else { 503 }, &health)
}
