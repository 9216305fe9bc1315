//! `/playbook`: what the account answers, published as one document.
//!
//! - [`drafts`]: one that is being written; [`preview`]: what a fan would see of it; [`hits`]: how often each answer was given
//! - [`versions`]: those that were published, what differs between them, and going back to one

pub(super) mod drafts;
pub(super) mod hits;
pub(super) mod preview;
pub(super) mod versions;

use fandesk_api::{Page, Published, Warning};
use fandesk_playbook::{MAX_DOCUMENT_BYTES, Mistake};
use serde_json::json;
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::revision::{etag, if_match, matches};
use super::{Api, Result, params, trail};
use crate::random::now;
use crate::store::versions::{self as store, Document, PlaybookVersion};
use crate::{answer, publishing};

/// Answers with the document as it was put.
pub(super) async fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let newest = store::newest_playbook(api.env, api.account())
        .await
        .map_err(ApiError::d1)?
        .ok_or_else(|| ApiError::NotFound("no playbook was published yet".to_owned()))?;
    let document = Document {
        format: newest.format,
        text: newest.document,
    };
    as_it_was_put(document, newest.version)
}

/// Publishes a document.
pub(super) async fn publish(api: Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Playbook)?;
    let document = sent(&api).await?;
    let expected = if_match(&api)?;
    put_in_force(&api, document, None, expected.as_deref()).await
}

/// Puts a document in force as the next version; `expected` is what `If-Match` says of the one that it follows.
///
/// Awaits, in order: the newest version, the audit log, its successor (kept only if nobody else published meanwhile), the shards. A crash
/// after the third leaves a version that some shards lack; the Clock brings it to them.
async fn put_in_force(
    api: &Api<'_>,
    document: Document,
    restored_from: Option<i64>,
    expected: Option<&str>,
) -> Result<Response> {
    let parsed =
        publishing::check(&api.settings, &document.format, &document.text).map_err(from_mistake)?;
    let newest = store::newest_version(api.env, api.account())
        .await
        .map_err(ApiError::d1)?;
    if expected.is_some_and(|expected| !matches(expected, newest)) {
        return Err(ApiError::Precondition { newest });
    }
    let next = newest.saturating_add(1).to_string();
    let detail = json!({ "restored_from": restored_from });
    trail::audit(api, "playbook.publish", &next, detail).await?;
    let version = store::add_playbook(
        api.env,
        api.account(),
        newest,
        &document,
        restored_from,
        now(),
    )
    .await
    .map_err(ApiError::d1)?
    .ok_or_else(|| {
        ApiError::Conflict(
            "somebody else published at the same time; look at their version first".to_owned(),
        )
    })?;

    let mut warnings: Vec<Warning> = parsed.warnings.into_iter().map(from_warning).collect();
    let published = PlaybookVersion {
        version,
        format: document.format,
        document: document.text,
    };
    let without = publishing::push(api.env, &api.settings, &published).await?;
    if !without.is_empty() {
        let message =
            format!("shards {without:?} did not take the version yet; they get it within a minute");
        warnings.push(Warning {
            message,
            field: None,
            line: None,
        });
    }
    api.wake_clock();
    let published =
        serde_json::to_string(&Published { version, warnings }).map_err(worker::Error::from)?;
    Ok(answer::text(
        200,
        answer::JSON,
        published,
        Some(&etag(version)),
    )?)
}

/// Which version each shard answers from.
pub(super) async fn shards(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let items = publishing::rollout(api.env, &api.settings).await?;
    Ok(answer::json(200, &Page { items, next: None })?)
}

/// The document that a request carries.
async fn sent(api: &Api<'_>) -> Result<Document> {
    Ok(Document {
        format: format(api)?.to_owned(),
        text: params::text(&api.request, MAX_DOCUMENT_BYTES).await?,
    })
}

fn format(api: &Api<'_>) -> Result<&'static str> {
    let given = api
        .request
        .headers()
        .get("content-type")?
        .unwrap_or_default();
    match given
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "application/toml" | "text/toml" => Ok("toml"),
        "application/json" => Ok("json"),
        other => Err(ApiError::MediaType(format!(
            "`{other}` is no form of a playbook: send application/toml or application/json"
        ))),
    }
}

fn as_it_was_put(document: Document, version: i64) -> Result<Response> {
    let content_type = if document.format == "json" {
        "application/json; charset=utf-8"
    } else {
        "application/toml; charset=utf-8"
    };
    Ok(answer::text(
        200,
        content_type,
        document.text,
        Some(&etag(version)),
    )?)
}

fn from_mistake(mistake: Mistake) -> ApiError {
    ApiError::Invalid {
        field: Some(mistake.field).filter(|field| !field.is_empty()),
        line: mistake.line,
        message: mistake.message,
    }
}

fn from_warning(warning: fandesk_playbook::Warning) -> Warning {
    Warning {
        message: warning.message,
        field: Some(warning.field).filter(|field| !field.is_empty()),
        line: warning.line,
    }
}

/// A mistake that is told and stops nothing.
fn as_warning(mistake: Mistake) -> Warning {
    from_warning(fandesk_playbook::Warning {
        line: mistake.line,
        field: mistake.field,
        message: mistake.message,
    })
}
