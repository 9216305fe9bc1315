//! The model, read from its rows.

use std::collections::BTreeMap;
use std::rc::Rc;

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, Row, SqlError};

use super::{json, unreadable};
use crate::agent::{Agent, Presence};
use crate::conversation::{Conversation, Draft};
use crate::desk::Desk;
use crate::team::Team;

/// Conversations that are read at once: about a megabyte.
const AT_ONCE: i64 = 1_000;

/// The whole model, with every conversation that is not closed.
///
/// # Errors
/// When SQLite fails, or a row is not what a release of this wrote.
pub fn load(db: &impl Database) -> Result<Desk, SqlError> {
    let rev = db.first("SELECT rev FROM staff", &[])?;
    let mut desk = Desk {
        rev: rev.and_then(|row| row.integer(0)).unwrap_or(0),
        ..Desk::default()
    };
    let teams = teams(db)?;
    if !teams.is_empty() {
        desk.teams = teams;
    }
    let statement = "SELECT person, presence FROM agents";
    for row in db.query(statement, &[])? {
        let unreadable = |error| unreadable(&error, statement);
        let mut agent = Agent::read(&json(row.text(0), statement)?).map_err(unreadable)?;
        agent.presence = Presence::read(&json(row.text(1), statement)?).map_err(unreadable)?;
        desk.agents.insert(agent.id.clone(), agent);
    }
    let statement = "SELECT team, moments FROM given";
    for row in db.query(statement, &[])? {
        let moments = json(row.text(1), statement)?;
        let moments = moments.as_array().into_iter().flatten();
        desk.given.insert(
            row.required(0, statement)?,
            moments
                .filter_map(|at| at.as_i64().map(UnixMillis))
                .collect(),
        );
    }
    let mut last = String::new();
    loop {
        let page = open(db, &last)?;
        let Some(found) = page.last() else {
            return Ok(desk);
        };
        last.clone_from(&found.id);
        for found in page {
            desk.recall(found);
        }
    }
}

/// Conversations that are not closed, by id, some at a time: all of a big desk at once would be more text than an object has room for.
fn open(db: &impl Database, after: &str) -> Result<Vec<Conversation>, SqlError> {
    let statement = "SELECT body, person, text, at FROM conversations \
                     LEFT JOIN drafts ON drafts.conversation = conversations.id \
                     WHERE state <> 'closed' AND id > ? ORDER BY id LIMIT ?";
    let rows = db.query(statement, &[after.into(), AT_ONCE.into()])?;
    rows.iter()
        .map(|row| conversation(row, statement))
        .collect()
}

fn teams(db: &impl Database) -> Result<BTreeMap<String, Rc<Team>>, SqlError> {
    let statement = "SELECT document FROM teams";
    let mut teams = BTreeMap::new();
    for row in db.query(statement, &[])? {
        let team = Team::read(&json(row.text(0), statement)?)
            .map_err(|error| unreadable(&error, statement))?;
        teams.insert(team.id.clone(), Rc::new(team));
    }
    Ok(teams)
}

fn conversation(row: &Row, statement: &str) -> Result<Conversation, SqlError> {
    let mut conversation = Conversation::read(&json(row.text(0), statement)?)
        .map_err(|error| unreadable(&error, statement))?;
    if let (Some(by), Some(text), Some(at)) = (row.string(1), row.string(2), row.integer(3)) {
        conversation.draft = Some(Draft {
            by,
            text,
            at: UnixMillis(at),
        });
    }
    Ok(conversation)
}

/// A conversation that was closed.
///
/// # Errors
/// As [`load`].
pub fn recall(db: &impl Database, id: &str) -> Result<Option<Conversation>, SqlError> {
    let statement = "SELECT body FROM conversations WHERE id = ? AND state = 'closed'";
    db.first(statement, &[id.into()])?
        .map(|row| conversation(&row, statement))
        .transpose()
}

/// Conversations that were closed, newest first: those behind the place `after`, which is that of the last one before, and none to begin.
///
/// # Errors
/// As [`load`].
pub fn closed(
    db: &impl Database,
    after: Option<(UnixMillis, &str)>,
    limit: i64,
) -> Result<Vec<Conversation>, SqlError> {
    let statement = "SELECT body FROM conversations WHERE state = 'closed' AND (opened_at, id) < (?, ?) \
                     ORDER BY opened_at DESC, id DESC LIMIT ?";
    let (at, id) = after.unwrap_or((UnixMillis(i64::MAX >> 11), ""));
    let rows = db.query(statement, &[at.into(), id.into(), limit.into()])?;
    rows.iter()
        .map(|row| conversation(row, statement))
        .collect()
}

/// All conversations of a fan, closed ones too, newest first.
///
/// # Errors
/// As [`load`].
pub fn of_fan(
    db: &impl Database,
    fan_ref: &str,
    limit: i64,
) -> Result<Vec<Conversation>, SqlError> {
    let statement =
        "SELECT body FROM conversations WHERE fan_ref = ? ORDER BY opened_at DESC, id DESC LIMIT ?";
    let rows = db.query(statement, &[fan_ref.into(), limit.into()])?;
    rows.iter()
        .map(|row| conversation(row, statement))
        .collect()
}
