//! What a person may see, wherever it is: in memory, or closed and in its row.

use fandesk_shard::sql::{Database, SqlError};

use super::{of_fan, recall};
use crate::conversation::Conversation;
use crate::deed::Refused;
use crate::desk::Desk;
use crate::lifecycle::State;
use crate::who::Who;

/// Conversations of a fan that are looked at, newest first. One that is live is among the newest.
const OF_A_FAN: i64 = 20;

/// A conversation in memory, or one that is closed.
///
/// # Errors
/// When SQLite fails.
pub fn find(db: &impl Database, desk: &Desk, id: &str) -> Result<Option<Conversation>, SqlError> {
    match desk.conversation(id) {
        Some(found) => Ok(Some(found.clone())),
        None => recall(db, id),
    }
}

/// One that they may see: [`Desk::seen`], and what is closed.
///
/// # Errors
/// When SQLite fails. Inside: why they may not.
pub fn seen(
    db: &impl Database,
    desk: &Desk,
    who: &Who,
    id: &str,
) -> Result<Result<Conversation, Refused>, SqlError> {
    match desk.seen(who, id) {
        Err(Refused::NotFound) => {}
        found => return Ok(found.cloned()),
    }
    Ok(match recall(db, id)? {
        None => Err(Refused::NotFound),
        Some(closed) if desk.may_see(who, &closed.team) => Ok(closed),
        Some(_) => Err(Refused::ForeignTeam),
    })
}

/// One whose fan's thread they may read. A thread is the fan's, not the conversation's: what is over does not let anybody read on
/// while another team has the fan.
///
/// # Errors
/// As [`seen`].
pub fn readable(
    db: &impl Database,
    desk: &Desk,
    who: &Who,
    id: &str,
) -> Result<Result<Conversation, Refused>, SqlError> {
    let found = match seen(db, desk, who, id)? {
        Ok(found) if !found.state.is_live() => found,
        found => return Ok(found),
    };
    let others = of_fan(db, &found.fan_ref, OF_A_FAN)?;
    let is_elsewhere = others.iter().any(|other| {
        other.id != found.id && other.state.is_live() && !desk.may_see(who, &other.team)
    });
    Ok(match is_elsewhere {
        true => Err(Refused::ForeignTeam),
        false => Ok(found),
    })
}

/// One that something may be noted in: they may read it, and it is not closed.
///
/// # Errors
/// As [`seen`].
pub fn notable(
    db: &impl Database,
    desk: &Desk,
    who: &Who,
    id: &str,
) -> Result<Result<Conversation, Refused>, SqlError> {
    Ok(
        readable(db, desk, who, id)?.and_then(|found| match found.state {
            State::Closed => Err(Refused::State {
                state: State::Closed,
            }),
            _ => Ok(found),
        }),
    )
}
