//! `/invitations/{token}`: how somebody who was invited chooses a password. Whoever has the link may; it is good once, for three days.

use fandesk_people::{Role, Who, password};
use serde_json::{Value, json};
use worker::{Env, Request, Response};

use super::error::ApiError;
use super::principal::is_of_own_origin;
use super::session::keys;
use super::{Result, params, trail};
use crate::answer;
use crate::desk::ask::ask_again;
use crate::random::now;
use crate::settings::Settings;
use crate::store::{people, sessions as store};

/// Bytes of a request.
const MAX_BODY: usize = 4 * 1024;

/// Who is invited.
pub(super) async fn show(env: &Env, settings: &Settings, token: &str) -> Result<Response> {
    let (_, login, name) = invited(env, settings, token).await?;
    Ok(answer::json(200, &json!({ "login": login, "name": name }))?)
}

/// Chooses a password: `{"password"}`.
///
/// Awaits, in order: who is invited; the hash; the invitation, which is used up, so of two who accept it one is told; the password;
/// the sessions from before. A crash after the third wants another invitation.
pub(super) async fn accept(
    env: &Env,
    settings: &Settings,
    request: &Request,
    token: &str,
) -> Result<Response> {
    if !is_of_own_origin(env, request)? {
        return Err(ApiError::Csrf);
    }
    let keys = keys(settings)?;
    let account = settings.account.as_str();
    let body: Value = params::json(request, MAX_BODY).await?;
    let chosen = params::member(&body, "password")?;
    let (id, login, name) = invited(env, settings, token).await?;
    password::check(chosen, &login)
        .map_err(|weak| ApiError::parameter("password", weak.to_string()))?;
    let hashed = keys.hash(chosen).await?;
    let who = Who {
        id,
        name,
        role: Role::Agent,
        teams: Vec::new(),
    };
    trail::audit_of(env, settings, &who, "invitation.accept", &who.id, json!({})).await?;
    let is_first = store::accept(env, account, &keys.invitation_hash(token))
        .await
        .map_err(ApiError::d1)?;
    if !is_first {
        return Err(over());
    }
    people::set_password(env, account, &who.id, &hashed.to_string())
        .await
        .map_err(ApiError::d1)?;
    store::end_all(env, account, &who.id, None)
        .await
        .map_err(ApiError::d1)?;
    ask_again(env, account, &who.id).await?;
    store::forget_tries(env, account, &login)
        .await
        .map_err(ApiError::d1)?;
    Ok(answer::nothing()?)
}

async fn invited(env: &Env, settings: &Settings, token: &str) -> Result<(String, String, String)> {
    let hash = keys(settings)?.invitation_hash(token);
    store::invited(env, &settings.account, &hash, now().0)
        .await
        .map_err(ApiError::d1)?
        .ok_or_else(over)
}

fn over() -> ApiError {
    let message =
        "there is no such invitation: it was used, replaced or is too old; ask for another";
    ApiError::NotFound(message.to_owned())
}
