//! `/reflush`: after D1 was set back to an earlier moment, the shards tell it again what happened since.

use fandesk_api::Reflushed;
use fandesk_shard::UnixMillis;
use fandesk_shard::moving::plan;
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::{Api, Result, params};
use crate::fan_shard::ask::{ask, ask_each};
use crate::fan_shard::calls::{KeptPlaybook, Reflush};
use crate::random::now;
use crate::record::Record;
use crate::store::versions::{self, PlaybookVersion};
use crate::{answer, layout, publishing};

/// Awaits, in order: the layout; each shard, after which its rows are on their way to D1; the playbook (see [`playbook`]). Every step
/// may be repeated, so whoever gets an error asks again.
pub(super) async fn start(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Database)?;
    let since = since(&params::Query::of(&api.request, &["since"])?)?;
    let layout = layout::in_force(api.env, &api.settings).await?;
    if plan(&layout, api.settings.layout.shards()).left > 0 {
        // Fans between two shards would be asked for at neither.
        let message = "slots are moving: ask again when `left` of /api/v1/layout is 0";
        return Err(ApiError::Conflict(message.to_owned()));
    }
    let detail = serde_json::json!({ "since": since.0 });
    super::trail::audit(api, "database.reflush", "D1", detail).await?;
    let calls = (0..layout.shards()).map(|shard| {
        let since = since.0.to_string();
        (shard, Reflush { since })
    });
    let mut reflushed = Reflushed {
        shards: layout.shards(),
        events: 0,
        rows: 0,
        playbook: None,
    };
    for (_, answer) in ask_each(api.env, api.account(), calls).await {
        let waiting = answer?.unwrap_or_default();
        let (events, rows) = waiting.split_once(' ').unwrap_or_default();
        let more = |count: i64, more: &str| count.saturating_add(more.parse().unwrap_or(0));
        reflushed.events = more(reflushed.events, events);
        reflushed.rows = more(reflushed.rows, rows);
    }
    reflushed.playbook = playbook(api).await?;
    Ok(answer::json(200, &reflushed)?)
}

/// Gives D1 the playbook in force, if it lacks it: the next one that is published would get the same number again, and no shard would
/// take it. Returns its version then.
async fn playbook(api: &Api<'_>) -> Result<Option<i64>> {
    let newest = versions::newest_version(api.env, api.account())
        .await
        .map_err(ApiError::d1)?;
    let rollout = publishing::rollout(api.env, &api.settings).await?;
    let Some(ahead) = rollout
        .into_iter()
        .filter(|shard| shard.version > Some(newest))
        .max_by_key(|shard| shard.version)
    else {
        return Ok(None);
    };
    let kept = ask(api.env, api.account(), ahead.shard, &KeptPlaybook {}).await?;
    let Some(kept) = kept.as_deref().and_then(read) else {
        return Ok(None);
    };
    versions::restore_playbook(api.env, api.account(), &kept, now())
        .await
        .map_err(ApiError::d1)?;
    Ok(Some(kept.version))
}

/// A playbook as a shard gives it.
fn read(kept: &str) -> Option<PlaybookVersion> {
    let mut kept = Record::read(kept).ok()?;
    Some(PlaybookVersion {
        version: kept.number(0)?,
        format: kept.take(1)?,
        document: kept.take(2)?,
    })
}

fn since(query: &params::Query) -> Result<UnixMillis> {
    let wrong = |message: &str| ApiError::parameter("since", message);
    let since = query.get("since").and_then(|since| since.parse().ok());
    let since = since.map(UnixMillis).filter(|since| since.0 >= 0);
    let since = since.ok_or_else(|| wrong("since is a moment in Unix milliseconds"))?;
    if since > now() {
        return Err(wrong("since is in the future"));
    }
    Ok(since)
}
