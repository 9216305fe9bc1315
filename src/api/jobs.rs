//! `/jobs`: what is done outside the answer to WeChat. Lists come from D1's copy, single jobs from their shard.

use fandesk_api::Queued;
use fandesk_shard::jobs::{JobId, State};
use serde_json::json;
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, cursor, page, params, trail};
use crate::fan_shard::ask::{ask, ask_each};
use crate::fan_shard::calls::{Flush, ReplayJob, ShowJob};
use crate::record::Record;
use crate::store::jobs::{self as copies, Place};
use crate::{answer, layout};

pub(super) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Jobs)?;
    let query = params::Query::of(&api.request, &["state", "after", "limit"])?;
    let limit = usize::try_from(query.limit()?).unwrap_or(usize::MAX);
    let state = query
        .get("state")
        .map(|state| {
            state
                .parse::<State>()
                .map_err(|error| ApiError::parameter("state", error.to_string()))
        })
        .transpose()?;
    let after = query.get("after").map(read_place).transpose()?;
    bring_up_to_date(api).await?;
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut jobs = copies::list(api.env, api.account(), state, after.as_ref(), one_more)
        .await
        .map_err(ApiError::d1)?;
    let more = jobs.len() > limit;
    jobs.truncate(limit);
    let next = jobs
        .last()
        .filter(|_| more)
        .map(|last| write_place(&last.place));
    page::of(jobs.into_iter().map(|job| job.json), next)
}

pub(super) async fn show(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Jobs)?;
    let shard = shard_of(api, id).await?;
    let mut job = ask(
        api.env,
        api.account(),
        shard,
        &ShowJob { id: id.to_owned() },
    )
    .await?;
    if job.is_none() {
        // The shard forgets what ended long ago; D1 has it still.
        job = copies::show(api.env, api.account(), id)
            .await
            .map_err(ApiError::d1)?;
    }
    Ok(answer::text(
        200,
        answer::JSON,
        job.ok_or_else(not_found)?,
        None,
    )?)
}

pub(super) async fn replay(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Jobs)?;
    let shard = shard_of(api, id).await?;
    trail::audit(api, "jobs.replay", id, json!({})).await?;
    ask(
        api.env,
        api.account(),
        shard,
        &ReplayJob { id: id.to_owned() },
    )
    .await?;
    Ok(answer::json(202, &Queued { id: id.to_owned() })?)
}

/// D1 lags behind the shards by a second; whoever lists wants to see what just happened.
async fn bring_up_to_date(api: &Api<'_>) -> Result<()> {
    let shards = layout::in_force(api.env, &api.settings).await?.shards();
    // A shard that does not answer keeps its rows, and the list shows the others'.
    ask_each(
        api.env,
        api.account(),
        (0..shards).map(|shard| (shard, Flush {})),
    )
    .await;
    Ok(())
}

/// The shard in a job's id, if there is such a shard.
async fn shard_of(api: &Api<'_>, id: &str) -> Result<u16> {
    let id: JobId = id.parse().map_err(|_| not_found())?;
    let shards = layout::in_force(api.env, &api.settings).await?.shards();
    if id.event.shard < shards {
        Ok(id.event.shard)
    } else {
        Err(not_found())
    }
}

fn not_found() -> ApiError {
    ApiError::NotFound("there is no such job".to_owned())
}

fn write_place(place: &Place) -> String {
    cursor::write(&Record::new().with(place.created_at).with(&place.id))
}

fn read_place(text: &str) -> Result<Place> {
    let mut record = cursor::read(text)?;
    match (record.number(0), record.take(1)) {
        (Some(created_at), Some(id)) => Ok(Place { created_at, id }),
        _ => Err(cursor::wrong()),
    }
}
