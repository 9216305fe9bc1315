//! `/playbook/hits`: how often each answer was given, and of a list of questions, how often it helped. It is some seconds behind, as
//! the ledger in D1 is.

use fandesk_api::{Page, PlaybookHit};
use worker::Response;

use super::{Api, Result};
use crate::answer;
use crate::api::error::ApiError;
use crate::api::params::Query;
use crate::api::principal::{Action, Resource};
use crate::random::now;
use crate::store::hits::{self, Counted};

const DAY: i64 = 86_400_000;

/// Counts what was given in a time, of the last day if nothing else is asked for.
pub(crate) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let query = Query::of(
        &api.request,
        &["since", "until", "prefix", "after", "limit"],
    )?;
    let limit = i64::from(query.limit()?);
    let until = moment(&query, "until")?.unwrap_or_else(|| now().0.saturating_add(1));
    let counted = Counted {
        since: moment(&query, "since")?.unwrap_or_else(|| until.saturating_sub(DAY)),
        until,
        prefix: query.get("prefix").unwrap_or_default(),
        after: query.get("after").unwrap_or_default(),
    };
    let mut found = hits::count(api.env, api.account(), &counted, limit.saturating_add(1))
        .await
        .map_err(ApiError::d1)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| last.hit.clone());
    let items = found.into_iter().map(|found| PlaybookHit {
        hit: found.hit,
        count: found.count,
        last_at: found.last_at,
    });
    let items = items.collect();
    Ok(answer::json(200, &Page { items, next })?)
}

/// A moment in milliseconds, as far as D1 compares them.
fn moment(query: &Query, name: &str) -> Result<Option<i64>> {
    let Some(written) = query.get(name) else {
        return Ok(None);
    };
    written
        .parse()
        .ok()
        .filter(|moment| (0..=1_i64 << 52).contains(moment))
        .map(Some)
        .ok_or_else(|| ApiError::parameter(name, format!("{name} is a time in Unix milliseconds")))
}
