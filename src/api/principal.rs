//! Who asks, and what they may do.
//!
//! Programs show a bearer token. People show a cookie, which browsers send along with whatever page makes them ask; so a request of
//! theirs that changes something carries a second token, which only our own pages can read, and comes from our own origin.

pub(crate) use fandesk_people::{Action, Resource};
use fandesk_people::{Who, permissions, session};
use subtle::ConstantTimeEq;
use worker::{Env, Request};

use super::error::ApiError;
use crate::random::now;
use crate::settings::Settings;
use crate::store::sessions as store;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// Holds `FANDESK_ADMIN_TOKEN`: automation, over all accounts.
    Admin,
    /// Someone of the desk, in the account of the path.
    Person(SignedIn),
}

/// A person, and the session that they came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignedIn {
    pub(crate) who: Who,
    /// The AppID of the account whose desk it is.
    pub(crate) account: String,
    /// The hash of its token.
    pub(crate) session: String,
    /// When it ends unless it is used, in Unix milliseconds.
    pub(crate) expires_at: i64,
}

/// What a request shows of who sent it.
pub(crate) enum Shown {
    /// `FANDESK_ADMIN_TOKEN`.
    Token,
    /// The token of a session, good or not.
    Cookie(String),
    Nothing,
}

impl Principal {
    /// What objects and the audit log are told.
    pub(crate) fn person(&self) -> Who {
        match self {
            Principal::Admin => Who::token(),
            Principal::Person(person) => person.who.clone(),
        }
    }
}

/// Whether `principal` may do that with any of `resource`. The only place that says so; how far they reach is the same table's
/// (`fandesk_people::permissions`).
pub(crate) fn allows(principal: &Principal, action: Action, resource: Resource) -> bool {
    match principal {
        Principal::Admin => true,
        Principal::Person(person) => permissions::allows(person.who.role, action, resource),
    }
}

/// What a request shows, where `admin_token` has full rights. A wrong bearer token is nobody, whatever cookie is beside it.
pub(crate) fn shown(request: &Request, admin_token: Option<&str>) -> Result<Shown, ApiError> {
    let headers = request.headers();
    if let Some(header) = headers.get("authorization")? {
        let given = header.strip_prefix("Bearer ").unwrap_or_default().trim();
        return match admin_token {
            Some(token) if bool::from(token.as_bytes().ct_eq(given.as_bytes())) => Ok(Shown::Token),
            _ => Err(ApiError::Unauthorized),
        };
    }
    let cookies = headers.get("cookie")?.unwrap_or_default();
    Ok(session::token_of(&cookies, is_secure(request))
        .map_or(Shown::Nothing, |token| Shown::Cookie(token.to_owned())))
}

/// Whose session `token` is of, if the request may use it.
///
/// Two awaits: the session, and now and then its new end, which a crash leaves for the next request.
pub(crate) async fn of_session(
    env: &Env,
    settings: &Settings,
    request: &Request,
    token: &str,
) -> Result<SignedIn, ApiError> {
    let keys = settings.keys.as_ref().ok_or(ApiError::Unauthorized)?;
    let (hash, now) = (keys.session_hash(token), now().0);
    let account = settings.account.as_str();
    let found = store::session(env, account, &hash, now).await;
    let found = found.map_err(ApiError::d1)?.ok_or(ApiError::Unauthorized)?;
    let changes = !matches!(request.inner().method().as_str(), "GET" | "HEAD");
    if changes {
        let given = request.headers().get("x-csrf-token")?.unwrap_or_default();
        let is_ours = keys.csrf(&hash).as_bytes().ct_eq(given.as_bytes());
        if !bool::from(is_ours) || !is_of_own_origin(env, request)? {
            return Err(ApiError::Csrf);
        }
    }
    let mut expires_at = found.expires_at;
    if let Some(end) = session::moved(found.created_at, found.expires_at, now) {
        store::move_end(env, account, &hash, now, end)
            .await
            .map_err(ApiError::d1)?;
        expires_at = end;
    }
    Ok(SignedIn {
        who: found.who,
        account: settings.account.clone(),
        session: hash,
        expires_at,
    })
}

/// Whether the session of who asks is still there, and they are who they were. One await, for D1.
pub(crate) async fn is_unchanged(env: &Env, principal: &Principal) -> Result<bool, ApiError> {
    let Principal::Person(person) = principal else {
        return Ok(true);
    };
    let found = store::session(env, &person.account, &person.session, now().0).await;
    let found = found.map_err(ApiError::d1)?;
    Ok(found.is_some_and(|found| found.who == person.who))
}

/// Whether a request comes from a page of ours, or from no page. Browsers say from which; what says nothing is no browser of today.
pub(crate) fn is_of_own_origin(env: &Env, request: &Request) -> Result<bool, ApiError> {
    let headers = request.headers();
    let own_site = headers
        .get("sec-fetch-site")?
        .is_none_or(|site| site == "same-origin" || site == "none");
    let own_origin = headers.get("origin")?.is_none_or(|origin| {
        let public = env.var("PUBLIC_ORIGIN").ok().map(|value| value.to_string());
        origin == origin_of(&request.inner().url())
            || public.is_some_and(|public| origin == public.trim_end_matches('/'))
    });
    Ok(own_site && own_origin)
}

/// Whether the request came over https.
pub(crate) fn is_secure(request: &Request) -> bool {
    request.inner().url().starts_with("https://")
}

/// Scheme, host and port of an address that the platform has parsed.
fn origin_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at.saturating_add(3));
    let rest = url.get(after_scheme..).unwrap_or_default();
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    url.get(..after_scheme.saturating_add(host)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for url in ["http://a:1/api?x=/", "http://a:1?x", "http://a:1"] {
            assert_eq!(origin_of(url), "http://a:1");
        }
    }
}
