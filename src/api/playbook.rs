//! `/playbook`: what the account answers, published as one document.

use fandesk_api::{Page, Published, Warning};
use fandesk_playbook::MAX_DOCUMENT_BYTES;
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::revision::{etag, expect};
use super::{Api, Result, params};
use crate::random::now;
use crate::store::versions::{self, PlaybookVersion};
use crate::{answer, publishing};

/// Answers with the document as it was put.
pub(super) async fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let newest = versions::newest_playbook(api.env, api.account())
        .await
        .map_err(ApiError::d1)?;
    let newest =
        newest.ok_or_else(|| ApiError::NotFound("no playbook was published yet".to_owned()))?;
    Ok(answer::text(
        200,
        content_type(&newest.format),
        newest.document,
        Some(&etag(newest.version)),
    )?)
}

/// Publishes a document.
///
/// Awaits, in order: the newest version, its successor (kept only if nobody else published meanwhile), the shards. A crash
/// after the second leaves a version that some shards lack; the Clock brings it to them.
pub(super) async fn publish(api: Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Playbook)?;
    let format = format(&api)?;
    let document = params::text(&api.request, MAX_DOCUMENT_BYTES).await?;
    let parsed = publishing::parse(format, &document).map_err(|mistake| ApiError::Invalid {
        field: Some(mistake.field).filter(|field| !field.is_empty()),
        line: mistake.line,
        message: mistake.message,
    })?;

    let newest = versions::newest_version(api.env, api.account())
        .await
        .map_err(ApiError::d1)?;
    expect(&api, newest)?;
    let version = versions::add_playbook(api.env, api.account(), newest, format, &document, now())
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
        format: format.to_owned(),
        document,
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
        "application/json",
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

fn content_type(format: &str) -> &'static str {
    if format == "json" {
        "application/json; charset=utf-8"
    } else {
        "application/toml; charset=utf-8"
    }
}

fn from_warning(warning: fandesk_playbook::Warning) -> Warning {
    Warning {
        message: warning.message,
        field: Some(warning.field).filter(|field| !field.is_empty()),
        line: warning.line,
    }
}
