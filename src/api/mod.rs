//! `/api/v1`: what operators, the console and other systems use.
//!
//! Below `/api/v1/accounts/{account}` is the API of that account; `/api/v1` itself is that of the first one.
//!
//! Every handler gets a [`Principal`] and asks the one [`allows`]. Errors leave in one form ([`error`]).
//!
//! - [`accounts`]: which there are. [`alerts`], [`capabilities`], [`events`], [`fans`], [`tags`], [`jobs`], [`layout`], [`playbook`], [`menu`], [`reflush`]: a resource each
//! - [`conversations`], [`desk`], [`audit`]: what people of the desk work with
//! - [`session`], [`me`], [`invitations`]: logging in and what everybody does with themselves; [`people`], [`teams`]: of the desk; [`trail`]: what is written into the audit log
//! - [`chat`]: what visitors of the company's web site use, who are no principals
//! - [`error`]: what goes wrong; [`params`], [`fields`]: what requests carry; [`page`], [`cursor`]: lists; [`revision`]: versions in headers; [`principal`]: who asks, and what they may

mod accounts;
mod alerts;
mod audit;
mod capabilities;
pub(crate) mod chat;
mod conversations;
mod cursor;
mod desk;
mod error;
mod events;
mod fans;
mod fields;
mod invitations;
mod jobs;
mod layout;
mod me;
mod menu;
mod page;
mod params;
pub(crate) mod people;
mod playbook;
mod principal;
mod reflush;
mod revision;
mod session;
mod tags;
mod teams;
mod thread;
mod trail;

use std::rc::Rc;

use fandesk_api::Health;
use worker::{Context, Env, Method, Request, Response};

use self::error::ApiError;
pub(crate) use self::people::tell_desk;
use self::principal::{Action, Principal, Resource, Shown, SignedIn, allows};
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
    let shown = principal::shown(&request, configured.admin_token.as_deref())?;
    let method = params::method(&request);
    let (account, rest) = match path {
        ["accounts", name, rest @ ..] => (Some(params::decode(name)?), rest),
        _ => (None, path),
    };
    if let Some(public) = Public::at(&method, rest) {
        let (settings, public) = match (configured.named(account.as_deref()), &account) {
            (Err(_), Some(account)) => (configured.any_whole()?, public.nowhere(account)),
            (found, _) => (found?.whole()?, public),
        };
        return public.answer(&request, env, &settings.clone()).await;
    }
    // Strangers are not told which accounts there are.
    let known = || {
        let found = configured.named(account.as_deref());
        Ok::<_, ApiError>(found.map_err(|_| ApiError::Unauthorized)?.whole()?)
    };
    let opens = matches!((&method, rest), (Method::Get, ["session"]));
    let principal = match &shown {
        Shown::Nothing if !opens => return Err(ApiError::Unauthorized),
        Shown::Nothing => return session::by_access(env, known()?, &request).await,
        Shown::Token => Principal::Admin,
        Shown::Cookie(token) => {
            let settings = known()?;
            match principal::of_session(env, settings, &request, token).await {
                Err(ApiError::Unauthorized) if opens => {
                    return session::by_access(env, settings, &request).await;
                }
                found => Principal::Person(found?),
            }
        }
    };
    match (&method, path) {
        (Method::Get, ["accounts"]) => return accounts::list(&principal, &configured),
        (Method::Get, ["accounts", name]) => return accounts::show(&principal, &configured, name),
        (_, ["accounts"] | ["accounts", _]) => return Err(ApiError::Method { allow: "GET" }),
        _ => {}
    }
    let path = rest;
    let settings = configured.named(account.as_deref())?.whole()?.clone();
    let api = Api {
        env,
        settings,
        request,
        principal,
        context,
    };
    if let Some(answered) = of_the_desk(&api, &method, path).await {
        return answered;
    }
    match (method, path) {
        (Method::Get, ["alerts"]) => alerts::list(&api).await,
        (Method::Get, ["audit"]) => audit::list(&api).await,
        (Method::Get, ["audit", "verify"]) => audit::verify(&api).await,
        (Method::Get, ["capabilities"]) => capabilities::show(&api),
        (method, ["conversations", rest @ ..]) => conversations::route(&api, &method, rest).await,
        (Method::Get, ["desk"]) => desk::show(&api).await,
        (Method::Put, ["desk", "me"]) => desk::choose_status(&api).await,
        (Method::Get, ["desk", "live"]) => desk::watch(&api).await,
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

/// What whoever is not logged in may do.
enum Public {
    /// Whoever logs in is `of` an account that is not there, and nobody.
    SignIn {
        of: Option<String>,
    },
    Invitation(String),
    AcceptInvitation(String),
}

impl Public {
    fn at(method: &Method, path: &[&str]) -> Option<Self> {
        match (method, path) {
            (Method::Post, ["session"]) => Some(Self::SignIn { of: None }),
            (Method::Get, ["invitations", token]) => Some(Self::Invitation((*token).to_owned())),
            (Method::Post, ["invitations", token]) => {
                Some(Self::AcceptInvitation((*token).to_owned()))
            }
            _ => None,
        }
    }

    /// The same in an account that is not there. Strangers are told what a wrong login or link is told, and it takes as long: they are asked
    /// for in another account, under a name that nobody there can have.
    fn nowhere(self, account: &str) -> Self {
        let unknown = |token: String| format!("{account} {token}");
        match self {
            Self::SignIn { .. } => Self::SignIn {
                of: Some(account.to_owned()),
            },
            Self::Invitation(token) => Self::Invitation(unknown(token)),
            Self::AcceptInvitation(token) => Self::AcceptInvitation(unknown(token)),
        }
    }

    async fn answer(self, request: &Request, env: &Env, settings: &Settings) -> Result<Response> {
        match self {
            Self::SignIn { of } => session::sign_in(env, settings, request, of.as_deref()).await,
            Self::Invitation(token) => invitations::show(env, settings, &token).await,
            Self::AcceptInvitation(token) => {
                invitations::accept(env, settings, request, &token).await
            }
        }
    }
}

/// Sessions, people and teams; none where there is no such path or method.
async fn of_the_desk(api: &Api<'_>, method: &Method, path: &[&str]) -> Option<Result<Response>> {
    Some(match (method, path) {
        (Method::Get, ["session"]) => session::show(api).await,
        (Method::Delete, ["session"]) => session::sign_out(api).await,
        (Method::Get, ["me", "sessions"]) => me::sessions(api).await,
        (Method::Delete, ["me", "sessions", id]) => me::end_session(api, id).await,
        (Method::Put, ["me", "password"]) => me::change_password(api).await,
        (Method::Post, ["me", "totp"]) => me::want_totp(api).await,
        (Method::Put, ["me", "totp"]) => me::confirm_totp(api).await,
        (Method::Delete, ["me", "totp"]) => me::drop_totp(api).await,
        (Method::Get, ["me", "preferences"]) => me::preferences(api).await,
        (Method::Put, ["me", "preferences"]) => me::keep_preferences(api).await,
        (Method::Get, ["people"]) => people::list(api).await,
        (Method::Post, ["people"]) => people::add(api).await,
        (Method::Get, ["people", id]) => people::show(api, id).await,
        (Method::Put, ["people", id]) => people::replace(api, id).await,
        (Method::Post, ["people", id, "invitation"]) => people::invite(api, id).await,
        (Method::Delete, ["people", id, "sessions"]) => people::end_sessions(api, id).await,
        (Method::Get, ["teams"]) => teams::list(api).await,
        (Method::Put, ["teams", id]) => teams::replace(api, id).await,
        (Method::Delete, ["teams", id]) => teams::forget(api, id).await,
        _ => return None,
    })
}

/// The methods of a path, if there is something at it.
fn methods(path: &[&str]) -> Option<&'static str> {
    Some(match path {
        ["alerts" | "audit" | "capabilities" | "desk" | "events" | "jobs" | "layout"]
        | ["audit", "verify"]
        | ["desk", "live"]
        | ["fans" | "jobs", _]
        | ["playbook", "shards" | "hits" | "versions"]
        | ["playbook", "versions", _]
        | ["playbook", "versions", _, "diff", _]
        | ["menu", "live" | "match" | "versions"]
        | ["menu", "versions", _] => "GET",
        ["session"] => "GET, POST, DELETE",
        ["invitations", _] | ["people"] => "GET, POST",
        ["me", "sessions"] | ["teams"] => "GET",
        ["me", "sessions", _] | ["people", _, "sessions"] => "DELETE",
        ["me", "totp"] => "POST, PUT, DELETE",
        ["me", "preferences"] | ["people", _] => "GET, PUT",
        ["teams", _] => "PUT, DELETE",
        ["fans", _, "tags"] | ["me", "password"] | ["desk", "me"] => "PUT",
        ["people", _, "invitation"] => "POST",
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

    /// Whoever is logged in.
    fn signed_in(&self) -> Result<&SignedIn> {
        match &self.principal {
            Principal::Admin => Err(ApiError::NoPerson),
            Principal::Person(person) => Ok(person),
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
