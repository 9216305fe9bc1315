//! Lists of conversations with the closed ones among them.

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, SqlError};
use serde_json::Value;

use super::closed;
use crate::conversation::Conversation;
use crate::desk::Desk;
use crate::lifecycle::State;
use crate::list::{Query, cursor, place, read};
use crate::who::Who;

/// Closed conversations that are looked through for one page. When fewer fit, the page is short and its cursor leads on.
const LOOKED_THROUGH: usize = 2_000;

/// Closed conversations that are read at once.
const PAGE: i64 = 200;

/// Up to `limit` conversations that somebody may see, newest first, as the API shows them, and the cursor for more. Closed ones are
/// among them only when they are asked for.
///
/// # Errors
/// When SQLite fails.
pub fn list(
    db: &impl Database,
    desk: &Desk,
    who: &Who,
    query: &Query,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Value>, Option<String>), SqlError> {
    let (live, mut next) = desk.list(who, query, after, limit);
    let mut views: Vec<(i64, String, Value)> = Vec::new();
    let mut add = |found: &Conversation| {
        let (at, id) = place(found);
        let before = |view: &(i64, String, Value)| (view.0, view.1.as_str()) > (at, id);
        let seat = views.partition_point(before);
        views.insert(seat, (at, id.to_owned(), desk.view(found)));
    };
    live.into_iter().for_each(&mut add);
    if query.states.contains(&State::Closed) {
        let (found, more) = closed_for(db, desk, who, query, after, limit)?;
        found.iter().for_each(&mut add);
        next = further(next, more);
    }
    // Where either list ends, the other may have more before it.
    if let Some((at, id)) = next.as_deref().and_then(read) {
        views.retain(|view| (view.0, view.1.as_str()) >= (at, id));
    }
    if views.len() > limit {
        views.truncate(limit);
        next = views.last().map(|(at, id, _)| format!("{at}:{id}"));
    }
    Ok((views.into_iter().map(|(_, _, view)| view).collect(), next))
}

/// Of two places at which lists end, the one that comes first.
fn further(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) if read(&one) < read(&other) => Some(other),
        (one, other) => one.or(other),
    }
}

/// Closed ones that fit, and where to go on.
fn closed_for(
    db: &impl Database,
    desk: &Desk,
    who: &Who,
    query: &Query,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Conversation>, Option<String>), SqlError> {
    let mut found = Vec::new();
    let mut place = after
        .and_then(read)
        .map(|(at, id)| (UnixMillis(at), id.to_owned()));
    let mut looked_through = 0_usize;
    loop {
        let from = place.as_ref().map(|(at, id)| (*at, id.as_str()));
        let page = closed(db, from, PAGE)?;
        let is_last = i64::try_from(page.len()).is_ok_and(|rows| rows < PAGE);
        for closed in page {
            looked_through = looked_through.saturating_add(1);
            place = Some((closed.opened_at, closed.id.clone()));
            let end = cursor(&closed);
            if desk.may_see(who, &closed.team) && query.finds(&closed) {
                found.push(closed);
            }
            if found.len() >= limit || looked_through >= LOOKED_THROUGH {
                return Ok((found, Some(end)));
            }
        }
        if is_last {
            return Ok((found, None));
        }
    }
}
