//! How the Desk is kept: its model, and what has yet to be told, in SQLite.
//!
//! [`turn`] is one turn of the Desk with everything that it leaves, in one savepoint. When a write fails the model is read again
//! from the rows, so that memory is never ahead of them.

pub mod audit;
pub mod erased;
pub mod feed;
mod list;
mod load;
pub mod outbox;
mod save;
pub mod schema;
mod seen;
pub mod taken;

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, SqlError};
use serde_json::Value;

pub use self::list::list;
pub use self::load::{closed, load, of_fan, recall};
pub use self::save::save;
pub use self::seen::{find, notable, readable, seen};
use crate::arrived::What;
use crate::deed::Refused;
use crate::desk::{Command, Desk};
use crate::fields::Unreadable;
use crate::lifecycle::State;

/// What came of a turn.
#[derive(Debug)]
pub struct Turned {
    /// What consoles are to be told, once the write is durable.
    pub fed: Vec<feed::Fed>,
    /// Whether shards have to be told something: see [`outbox`].
    pub says: bool,
    /// Whether the command was done.
    pub done: Result<(), Refused>,
}

/// One turn, written down. A row of a shard that was taken before changes nothing.
///
/// # Errors
/// When SQLite fails; nothing of the turn is left, neither in the rows nor in the model.
pub fn turn(
    db: &impl Database,
    desk: &mut Desk,
    command: Command,
    now: UnixMillis,
) -> Result<Turned, SqlError> {
    let key = match &command {
        Command::Arrived(row) => {
            let nothing = Turned {
                fed: Vec::new(),
                says: false,
                done: Ok(()),
            };
            if taken::is_taken(db, &row.key)? {
                return Ok(nothing);
            }
            if row.what != What::Erased && erased::is_erased(db, &row.fan_ref)? {
                taken::take(db, &row.key, now)?;
                return Ok(nothing);
            }
            recall_for(db, desk, &row.conversation)?;
            Some(row.key.clone())
        }
        _ => None,
    };
    let asked = match &command {
        Command::Deed { who, id, .. } => Some((who.clone(), id.clone())),
        _ => None,
    };
    let (changes, mut done) = desk.turn(command, now);
    if let (Err(Refused::NotFound), Some((who, id))) = (&done, asked)
        && let Some(closed) = recall(db, &id)?
    {
        done = Err(if desk.may_see(&who, &closed.team) {
            Refused::State {
                state: State::Closed,
            }
        } else {
            Refused::ForeignTeam
        });
    }
    let written = db.savepoint(|| {
        let fed = save(db, desk, &changes, now)?;
        if let Some(key) = &key {
            taken::take(db, key, now)?;
        }
        Ok(fed)
    });
    match written {
        Ok(fed) => Ok(Turned {
            fed,
            says: !changes.says.is_empty(),
            done,
        }),
        Err(error) => {
            let error: SqlError = error;
            *desk = load(db)?;
            Err(error)
        }
    }
}

/// A row may be about a conversation that was closed: a score that comes late, a fan who was faster.
fn recall_for(db: &impl Database, desk: &mut Desk, id: &str) -> Result<(), SqlError> {
    if desk.conversation(id).is_none()
        && let Some(closed) = recall(db, id)?
    {
        desk.recall(closed);
    }
    Ok(())
}

/// Deletes what nobody asks for any more: told news, keys of rows that were taken, who was erased. Due every few minutes.
///
/// # Errors
/// When SQLite fails.
pub fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    feed::sweep(db, now)?;
    taken::sweep(db, now)?;
    erased::sweep(db, now)
}

/// JSON of a column.
fn json(text: Option<&str>, statement: &str) -> Result<Value, SqlError> {
    serde_json::from_str(text.unwrap_or("null")).map_err(|error| SqlError {
        message: error.to_string(),
        statement: statement.to_owned(),
    })
}

fn unreadable(error: &Unreadable, statement: &str) -> SqlError {
    SqlError {
        message: error.to_string(),
        statement: statement.to_owned(),
    }
}
