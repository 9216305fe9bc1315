//! `/playbook/draft`: a document that is being written. It may have mistakes; nothing answers from it.

use fandesk_api::DraftSaved;
use worker::Response;

use super::super::revision::{etag, if_match, matches};
use super::{Api, Result, as_it_was_put, as_warning, from_warning, sent};
use crate::api::error::ApiError;
use crate::api::principal::{Action, Resource};
use crate::random::now;
use crate::store::drafts::{self, Draft};
use crate::store::versions::Document;
use crate::{answer, log, publishing};

/// Answers with the draft as it was put.
pub(crate) async fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let draft = load(api).await?;
    let document = draft.document.ok_or_else(none)?;
    as_it_was_put(document, draft.revision)
}

/// Keeps a draft, and tells what stands in the way of publishing it.
pub(crate) async fn save(api: Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Playbook)?;
    let document = sent(&api).await?;
    let before = expected(&api).await?;
    let revision = replace(&api, before.revision, Some(&document)).await?;
    let checked = publishing::check(&api.settings, &document.format, &document.text);
    let (mistake, warnings) = match checked {
        Ok(parsed) => (None, parsed.warnings),
        Err(mistake) => (Some(as_warning(mistake)), Vec::new()),
    };
    let saved = DraftSaved {
        revision,
        mistake,
        warnings: warnings.into_iter().map(from_warning).collect(),
    };
    let saved = serde_json::to_string(&saved).map_err(worker::Error::from)?;
    Ok(answer::text(
        200,
        answer::JSON,
        saved,
        Some(&etag(revision)),
    )?)
}

/// Throws the draft away.
pub(crate) async fn discard(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Playbook)?;
    let draft = expected(api).await?;
    draft.document.ok_or_else(none)?;
    replace(api, draft.revision, None).await?;
    Ok(Response::empty()?.with_status(204))
}

/// Publishes the draft, which is gone then.
///
/// Awaits, in order: the draft, what publishing awaits, the draft's end. A crash before the last leaves a draft that is the same as the
/// version in force; somebody who saved meanwhile keeps what they saved.
pub(crate) async fn publish(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Playbook)?;
    let draft = expected(api).await?;
    let document = draft.document.ok_or_else(none)?;
    let published = super::put_in_force(api, document, None, None).await?;
    if let Err(error) = drafts::replace(api.env, api.account(), draft.revision, None, now()).await {
        let message = "a draft was published and is still there";
        log::warn("publishing", message, &[("reason", &error)]);
    }
    Ok(published)
}

async fn load(api: &Api<'_>) -> Result<Draft> {
    drafts::draft(api.env, api.account())
        .await
        .map_err(ApiError::d1)
}

/// The draft, if it is the one that `If-Match` names.
async fn expected(api: &Api<'_>) -> Result<Draft> {
    let draft = load(api).await?;
    let expected = if_match(api)?;
    // One that is gone matches nothing.
    let revision = draft.document.as_ref().map_or(0, |_| draft.revision);
    if expected.is_some_and(|expected| !matches(&expected, revision)) {
        return Err(ApiError::DraftPrecondition { revision });
    }
    Ok(draft)
}

async fn replace(api: &Api<'_>, revision: i64, document: Option<&Document>) -> Result<i64> {
    drafts::replace(api.env, api.account(), revision, document, now())
        .await
        .map_err(ApiError::d1)?
        .ok_or_else(|| {
            let message = "somebody else changed the draft at the same time; look at theirs first";
            ApiError::Conflict(message.to_owned())
        })
}

fn none() -> ApiError {
    ApiError::NotFound("there is no draft".to_owned())
}
