//! `/session`: logging in and out.

use fandesk_people::person::fold_login;
use fandesk_people::tries::TooEarly;
use fandesk_people::{Person, session, totp};
use serde_json::{Value, json};
use worker::{Env, Request, Response};

use super::error::ApiError;
use super::principal::{SignedIn, is_of_own_origin, is_secure};
use super::{Api, Result, params, trail};
use crate::access::NotProven;
use crate::answer;
use crate::desk::ask::ask_again;
use crate::keys::{Keys, new_token};
use crate::random::now;
use crate::settings::Settings;
use crate::store::people::{self, Proof};
use crate::store::sessions::{self as store, Own};

/// Bytes of a request: a login, a password, a code.
const MAX_BODY: usize = 4 * 1024;
/// How often a try is counted anew when others try at the same moment.
const RACES: usize = 5;
/// Characters of what a browser calls itself that are kept.
const LONGEST_AGENT: usize = 200;

/// Logs in. Who wants to in an account that is not there, called `nowhere`, is nobody: no login has a space.
///
/// Awaits, in order: the person; the try, counted before anything is compared; the password, for which a login that does not exist takes
/// as long; the code of the second factor, which is used up; the session. A crash in between leaves a try that counts.
pub(super) async fn sign_in(
    env: &Env,
    settings: &Settings,
    request: &Request,
    nowhere: Option<&str>,
) -> Result<Response> {
    if !is_of_own_origin(env, request)? {
        return Err(ApiError::Csrf);
    }
    let keys = keys(settings)?;
    let account = settings.account.as_str();
    let body: Value = params::json(request, MAX_BODY).await?;
    let mut login = fold_login(params::member(&body, "login")?);
    if let Some(name) = nowhere {
        login = format!("{name} {login}");
    }
    let password = params::member(&body, "password")?;
    let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
    let proof = people::with_login(env, account, &login)
        .await
        .map_err(ApiError::d1)?;
    let tried = match &proof {
        Some(proof) => proof.person.login.clone(),
        None => keys.tries_of_nobody(&login),
    };
    count_try(env, account, &tried).await?;
    let kept = proof.as_ref().and_then(|proof| proof.password.as_deref());
    let is_it = keys.is_password(password, kept).await?;
    let proof = proof.filter(|proof| is_it && proof.person.active);
    let proof = proof.ok_or(ApiError::WrongPassword)?;
    if proof.totp.is_some() {
        if code.is_empty() {
            return Err(ApiError::CodeNeeded);
        }
        take_code(env, account, keys, &proof, code).await?;
    }
    begin(env, settings, request, &proof.person, &tried).await
}

/// Begins a session of whoever Cloudflare Access vouches for, in place of the answer that nobody is logged in. Their login is the e-mail
/// address that Access knows them by; Access has asked for whatever factors it wants.
///
/// Awaits, in order: what Access says, the person, the session.
pub(super) async fn by_access(
    env: &Env,
    settings: &Settings,
    request: &Request,
) -> Result<Response> {
    let assertion = request.headers().get("cf-access-jwt-assertion")?;
    let access = settings.access.as_ref().zip(assertion);
    let (access, assertion) = access.ok_or(ApiError::Unauthorized)?;
    if !is_of_own_origin(env, request)? {
        return Err(ApiError::Unauthorized);
    }
    let email = access
        .email(&assertion)
        .await
        .map_err(|error| match error {
            NotProven::NoKeys(reason) => ApiError::Unavailable {
                part: "Cloudflare Access",
                reason,
            },
            error => ApiError::NotVouchedFor(error.to_string()),
        })?;
    let proof = people::with_login(env, &settings.account, &fold_login(&email))
        .await
        .map_err(ApiError::d1)?;
    let person = proof
        .map(|proof| proof.person)
        .filter(|person| person.active);
    let person = person.ok_or_else(|| {
        let message = "nobody here has that e-mail address as their login, or they are not active";
        ApiError::NotVouchedFor(message.to_owned())
    })?;
    begin(env, settings, request, &person, &person.login).await
}

/// Begins a session of somebody who proved who they are, and answers with it.
async fn begin(
    env: &Env,
    settings: &Settings,
    request: &Request,
    person: &Person,
    tried: &str,
) -> Result<Response> {
    let keys = keys(settings)?;
    let (token, now) = (new_token(), now().0);
    let agent = request.headers().get("user-agent")?.unwrap_or_default();
    let own = Own {
        token_hash: keys.session_hash(&token),
        agent: agent.chars().take(LONGEST_AGENT).collect(),
        created_at: now,
        seen_at: now,
        expires_at: session::ends_at(now, now),
    };
    trail::audit_of(
        env,
        settings,
        &person.who(),
        "session.begin",
        &person.id,
        json!({}),
    )
    .await?;
    store::begin(env, &settings.account, &person.id, tried, &own)
        .await
        .map_err(ApiError::d1)?;
    let shown = shown(settings, keys, person, &own.token_hash, own.expires_at);
    let mut response = answer::json(200, &shown)?;
    let cookie = session::set_cookie(is_secure(request), &token, session::LONGEST_MS / 1000);
    response.headers_mut().set("set-cookie", &cookie)?;
    Ok(response)
}

/// Who is logged in.
pub(super) async fn show(api: &Api<'_>) -> Result<Response> {
    let SignedIn {
        who,
        session,
        expires_at,
        ..
    } = api.signed_in()?;
    let person = people::show(api.env, api.account(), &who.id)
        .await
        .map_err(ApiError::d1)?
        .ok_or(ApiError::Unauthorized)?;
    let keys = keys(&api.settings)?;
    let shown = shown(&api.settings, keys, &person, session, *expires_at);
    Ok(answer::json(200, &shown)?)
}

/// Logs out.
pub(super) async fn sign_out(api: &Api<'_>) -> Result<Response> {
    let SignedIn { who, session, .. } = api.signed_in()?;
    trail::audit(api, "session.end", &who.id, json!({})).await?;
    store::end(api.env, api.account(), &who.id, id_of(session))
        .await
        .map_err(ApiError::d1)?;
    ask_again(api.env, api.account(), &who.id).await?;
    let mut response = answer::nothing()?;
    let cookie = session::set_cookie(is_secure(&api.request), "", 0);
    response.headers_mut().set("set-cookie", &cookie)?;
    Ok(response)
}

/// The public name of a session, from the hash of its token: it opens nothing.
pub(super) fn id_of(token_hash: &str) -> &str {
    token_hash.get(..16).unwrap_or(token_hash)
}

/// The keys without which nobody logs in.
pub(super) fn keys(settings: &Settings) -> Result<&Keys> {
    settings.keys.as_ref().ok_or(ApiError::NoSessionKey)
}

/// Counts a try, before it is looked at.
pub(super) async fn count_try(env: &Env, account: &str, login: &str) -> Result<()> {
    for _ in 0..RACES {
        let before = store::tries(env, account, login)
            .await
            .map_err(ApiError::d1)?;
        let next = before
            .again(now().0)
            .map_err(|early| ApiError::TooManyTries {
                seconds: early.seconds(),
            })?;
        let counted = store::count(env, account, login, before, next)
            .await
            .map_err(ApiError::d1)?;
        if counted {
            return Ok(());
        }
    }
    // Nobody types that fast.
    Err(ApiError::TooManyTries {
        seconds: TooEarly { wait_ms: 1_000 }.seconds(),
    })
}

/// Takes a code of the second factor, once.
async fn take_code(env: &Env, account: &str, keys: &Keys, proof: &Proof, code: &str) -> Result<()> {
    let sealed = proof.totp.as_deref().unwrap_or_default();
    let secret = keys
        .open(sealed)
        .await
        .map_err(|error| ApiError::Unavailable {
            part: "the second factor",
            reason: error.to_string(),
        })?;
    let step = totp::step_of(code, &secret, now().0, proof.totp_step);
    let step = step.ok_or(ApiError::WrongPassword)?;
    let taken = people::take_totp_step(env, account, &proof.person.id, step)
        .await
        .map_err(ApiError::d1)?;
    if taken {
        Ok(())
    } else {
        Err(ApiError::WrongPassword)
    }
}

fn shown(
    settings: &Settings,
    keys: &Keys,
    person: &Person,
    token_hash: &str,
    expires_at: i64,
) -> Value {
    json!({
        "person": person.to_json(),
        "csrf": keys.csrf(token_hash),
        "expires_at": expires_at,
        "account": settings.account,
    })
}
