//! `/me`: what everybody may do with themselves, whatever their role: sessions, password, second factor, preferences.

use fandesk_people::{password, totp};
use serde_json::{Value, json};
use worker::Response;

use super::error::ApiError;
use super::principal::SignedIn;
use super::session::{count_try, id_of, keys};
use super::{Api, Result, page, params, trail};
use crate::answer;
use crate::desk::ask::ask_again;
use crate::keys::random;
use crate::random::now;
use crate::store::people::{self, Proof};
use crate::store::sessions as store;

/// Bytes of a request but for preferences.
const MAX_BODY: usize = 4 * 1024;
/// Bytes of preferences.
const MAX_PREFERENCES: usize = 16 * 1024;

/// Their sessions.
pub(super) async fn sessions(api: &Api<'_>) -> Result<Response> {
    let SignedIn { who, session, .. } = api.signed_in()?;
    let own = store::of_person(api.env, api.account(), &who.id, now().0)
        .await
        .map_err(ApiError::d1)?;
    let shown = own.into_iter().map(|own| {
        let shown = json!({
            "id": id_of(&own.token_hash),
            "agent": own.agent,
            "current": own.token_hash == *session,
            "created_at": own.created_at,
            "last_seen_at": own.seen_at,
            "expires_at": own.expires_at,
        });
        shown.to_string()
    });
    page::of(shown, None)
}

/// Ends one of them.
pub(super) async fn end_session(api: &Api<'_>, id: &str) -> Result<Response> {
    let who = &api.signed_in()?.who;
    trail::audit(api, "session.end", &who.id, json!({ "session": id })).await?;
    let ended = store::end(api.env, api.account(), &who.id, id)
        .await
        .map_err(ApiError::d1)?;
    if ended {
        ask_again(api.env, api.account(), &who.id).await?;
        Ok(answer::nothing()?)
    } else {
        let message = "you have no such session; it may have ended";
        Err(ApiError::NotFound(message.to_owned()))
    }
}

/// Chooses another password: `{"old","new"}`. All other sessions end, and a link to choose one is good no more.
///
/// Awaits, in order: the try; the old password; the new hash; the invitation; the other sessions. A crash before the last leaves them until
/// they end by themselves, and the caller without an answer.
pub(super) async fn change_password(api: &Api<'_>) -> Result<Response> {
    let SignedIn { who, session, .. } = api.signed_in()?;
    let body: Value = params::json(&api.request, MAX_BODY).await?;
    let (old, new) = (params::member(&body, "old")?, params::member(&body, "new")?);
    let proof = proof(api).await?;
    password::check(new, &proof.person.login)
        .map_err(|weak| ApiError::parameter("new", weak.to_string()))?;
    is_password(api, &proof, old, "old").await?;
    trail::audit(api, "me.password", &who.id, json!({})).await?;
    let hashed = keys(&api.settings)?.hash(new).await?;
    people::set_password(api.env, api.account(), &who.id, &hashed.to_string())
        .await
        .map_err(ApiError::d1)?;
    store::withdraw(api.env, api.account(), &who.id)
        .await
        .map_err(ApiError::d1)?;
    store::end_all(api.env, api.account(), &who.id, Some(session))
        .await
        .map_err(ApiError::d1)?;
    ask_again(api.env, api.account(), &who.id).await?;
    Ok(answer::nothing()?)
}

/// Begins to set a second factor up: a secret for an app. It counts from [`confirm_totp`] on.
pub(super) async fn want_totp(api: &Api<'_>) -> Result<Response> {
    let proof = proof(api).await?;
    if proof.totp.is_some() {
        let message = "you have a second factor; take it away before you set another one up";
        return Err(ApiError::Conflict(message.to_owned()));
    }
    let secret = random::<{ totp::SECRET_BYTES }>();
    let sealed = keys(&api.settings)?.seal(&secret).await?;
    people::want_totp(api.env, api.account(), &proof.person.id, &sealed)
        .await
        .map_err(ApiError::d1)?;
    let secret = totp::base32(&secret);
    let uri = totp::uri(&secret, &proof.person.login);
    Ok(answer::json(200, &json!({ "secret": secret, "uri": uri }))?)
}

/// Ends the setting up: `{"code"}` proves that the app has the secret.
pub(super) async fn confirm_totp(api: &Api<'_>) -> Result<Response> {
    let proof = proof(api).await?;
    let body: Value = params::json(&api.request, MAX_BODY).await?;
    let code = params::member(&body, "code")?;
    let none_wanted = || {
        let message = "no second factor is being set up: POST /me/totp first";
        ApiError::Conflict(message.to_owned())
    };
    let sealed = proof.totp_wanted.as_deref().ok_or_else(none_wanted)?;
    let secret = keys(&api.settings)?.open(sealed).await?;
    let step = totp::step_of(code, &secret, now().0, -1).ok_or_else(|| {
        let message =
            "this is not the code of now: look at the app again, and at the phone's clock";
        ApiError::parameter("code", message)
    })?;
    let id = proof.person.id.as_str();
    trail::audit(api, "me.totp", id, json!({ "on": true })).await?;
    let confirmed = people::confirm_totp(api.env, api.account(), id, sealed, step)
        .await
        .map_err(ApiError::d1)?;
    if confirmed {
        Ok(answer::nothing()?)
    } else {
        Err(none_wanted())
    }
}

/// Takes the second factor away: `{"password"}`, so that nobody does it at a screen that was left open.
pub(super) async fn drop_totp(api: &Api<'_>) -> Result<Response> {
    let proof = proof(api).await?;
    let body: Value = params::json(&api.request, MAX_BODY).await?;
    let password = params::member(&body, "password")?;
    is_password(api, &proof, password, "password").await?;
    let id = proof.person.id.as_str();
    trail::audit(api, "me.totp", id, json!({ "on": false })).await?;
    people::drop_totp(api.env, api.account(), id)
        .await
        .map_err(ApiError::d1)?;
    Ok(answer::nothing()?)
}

/// What the console keeps for them.
pub(super) async fn preferences(api: &Api<'_>) -> Result<Response> {
    let who = &api.signed_in()?.who;
    let kept = people::preferences(api.env, api.account(), &who.id)
        .await
        .map_err(ApiError::d1)?;
    let kept = kept.unwrap_or_else(|| "{}".to_owned());
    Ok(answer::text(200, answer::JSON, kept, None)?)
}

/// Keeps it: any JSON object.
pub(super) async fn keep_preferences(api: &Api<'_>) -> Result<Response> {
    let who = &api.signed_in()?.who;
    let body: Value = params::json(&api.request, MAX_PREFERENCES).await?;
    if !body.is_object() {
        let message = "preferences are a JSON object";
        return Err(ApiError::parameter("body", message));
    }
    let kept = body.to_string();
    people::keep_preferences(api.env, api.account(), &who.id, &kept)
        .await
        .map_err(ApiError::d1)?;
    Ok(answer::text(200, answer::JSON, kept, None)?)
}

/// Who asks, with what proves that it is them.
async fn proof(api: &Api<'_>) -> Result<Proof> {
    let who = &api.signed_in()?.who;
    people::with_id(api.env, api.account(), &who.id)
        .await
        .map_err(ApiError::d1)?
        .ok_or(ApiError::Unauthorized)
}

/// Whether this is their password. Tries count as those to log in do: a session that somebody stole is no way to find it out.
async fn is_password(api: &Api<'_>, proof: &Proof, password: &str, field: &str) -> Result<()> {
    let login = proof.person.login.as_str();
    count_try(api.env, api.account(), login).await?;
    let kept = proof.password.as_deref();
    if !keys(&api.settings)?.is_password(password, kept).await? {
        return Err(ApiError::parameter(field, "this is not your password"));
    }
    store::forget_tries(api.env, api.account(), login)
        .await
        .map_err(ApiError::d1)
}
