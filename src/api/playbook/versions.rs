//! `/playbook/versions`: every document that was published.

use fandesk_api::{DifferentLine, Page, PlaybookChange, PlaybookDifference, PlaybookVersion};
use fandesk_playbook::difference;
use worker::Response;

use super::super::revision::if_match;
use super::{Api, Result, as_it_was_put, as_warning, put_in_force};
use crate::api::error::ApiError;
use crate::api::page;
use crate::api::params::Query;
use crate::api::principal::{Action, Resource};
use crate::store::drafts;
use crate::store::versions::{self as store, Document};
use crate::{answer, publishing};

/// All versions, the newest first.
pub(crate) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let query = Query::of(&api.request, &["after", "limit"])?;
    let limit = query.limit()?;
    let before = match query.get("after") {
        Some(after) => after
            .parse()
            .map_err(|_| ApiError::parameter("after", "this is no `next` of a page before"))?,
        None => i64::MAX >> 11,
    };
    let mut versions =
        store::list_playbooks(api.env, api.account(), before, page::one_more(limit).into())
            .await
            .map_err(ApiError::d1)?;
    let next = page::cut(&mut versions, limit, |last| last.version.to_string());
    let items = versions
        .into_iter()
        .map(|version| PlaybookVersion {
            version: version.version,
            format: version.format,
            bytes: version.bytes,
            published_at: version.published_at,
            restored_from: version.restored_from,
        })
        .collect();
    Ok(answer::json(200, &Page { items, next })?)
}

/// Answers with a version's document as it was put.
pub(crate) async fn show(api: &Api<'_>, version: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let version = number(version)?;
    as_it_was_put(document(api, version).await?, version)
}

/// Publishes an old document again, as a new version.
pub(crate) async fn restore(api: &Api<'_>, version: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Playbook)?;
    let version = number(version)?;
    let document = document(api, version).await?;
    let expected = if_match(api)?;
    put_in_force(api, document, Some(version), expected.as_deref()).await
}

/// Tells what is different between two versions; `draft` is the draft.
pub(crate) async fn compare(api: &Api<'_>, from: &str, to: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let (from, to) = (named(api, from).await?, named(api, to).await?);
    let form = |document: &Document| publishing::format(&document.format);
    let between = difference((&from.text, form(&from)), (&to.text, form(&to)));
    let (changes, mistake) = match between.changes {
        Ok(changes) => (Some(changes), None),
        Err(mistake) => (None, Some(as_warning(mistake))),
    };
    let changes = changes.map(|changes| {
        let told = changes.into_iter().map(|change| PlaybookChange {
            item: change.item,
            kind: change.kind.as_str(),
            from_line: change.from_line,
            to_line: change.to_line,
            fields: change.fields,
        });
        told.collect()
    });
    let lines = between.lines.into_iter().map(|line| DifferentLine {
        from: line.from,
        to: line.to,
        text: line.text,
    });
    let told = PlaybookDifference {
        changes,
        mistake,
        lines: lines.collect(),
    };
    Ok(answer::json(200, &told)?)
}

async fn named(api: &Api<'_>, name: &str) -> Result<Document> {
    if name != "draft" {
        return document(api, number(name)?).await;
    }
    drafts::draft(api.env, api.account())
        .await
        .map_err(ApiError::d1)?
        .document
        .ok_or_else(|| ApiError::NotFound("there is no draft".to_owned()))
}

async fn document(api: &Api<'_>, version: i64) -> Result<Document> {
    store::playbook(api.env, api.account(), version)
        .await
        .map_err(ApiError::d1)?
        .ok_or_else(|| ApiError::NotFound(format!("there is no version {version}")))
}

/// A number of a version. Beyond nine digits there are none, and JavaScript's numbers end soon after.
fn number(written: &str) -> Result<i64> {
    let plain = written.len() <= 9 && written.bytes().all(|byte| byte.is_ascii_digit());
    written
        .parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| ApiError::NotFound(format!("there is no version `{written}`")))
}
