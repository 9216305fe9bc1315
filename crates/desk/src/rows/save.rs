//! What a turn leaves, written down.

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, SqlError, Value};
use serde_json::Value as Json;

use super::outbox::{self, Lane};
use super::{audit, erased, feed};
use crate::changes::Changes;
use crate::conversation::Conversation;
use crate::desk::Desk;

/// Writes everything that a turn leaves. The caller holds a savepoint around it. Returns the news for consoles, with their numbers.
///
/// # Errors
/// When SQLite fails.
pub fn save(
    db: &impl Database,
    desk: &Desk,
    changes: &Changes,
    now: UnixMillis,
) -> Result<Vec<feed::Fed>, SqlError> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    if changes.staff {
        staff(db, desk)?;
    } else if changes.same_staff {
        rev(db, desk)?;
    }
    for fan_ref in &changes.erased {
        erase(db, fan_ref)?;
        erased::note(db, fan_ref, now)?;
    }
    for id in changes.conversations.keys() {
        if let Some(conversation) = found(desk, changes, id) {
            put(db, conversation)?;
            outbox::put(db, Lane::Cases, id, None, &desk.view_case(conversation))?;
        }
    }
    for id in &changes.drafts {
        draft(db, desk, id)?;
    }
    if !changes.staff {
        for agent in changes.agents.iter().filter_map(|id| desk.agent(id)) {
            db.run(
                "UPDATE agents SET presence = ? WHERE id = ?",
                &[
                    agent.presence.write().to_string().into(),
                    agent.id.as_str().into(),
                ],
            )?;
        }
    }
    for team in &changes.teams {
        let moments = desk.given.get(team).into_iter().flatten();
        let moments: Json = moments.map(|at| at.0).collect();
        db.run(
            "INSERT OR REPLACE INTO given (team, moments) VALUES (?, ?)",
            &[team.as_str().into(), moments.to_string().into()],
        )?;
    }
    for says in &changes.says {
        outbox::put(db, Lane::Shards, &says.key, Some(&says.openid), &says.body)?;
    }
    for row in &changes.audit {
        audit::append(db, row, now)?;
    }
    feed::put(db, desk, changes, now)
}

/// A conversation as the turn left it, in memory or not any more.
pub(super) fn found<'d>(
    desk: &'d Desk,
    changes: &'d Changes,
    id: &str,
) -> Option<&'d Conversation> {
    let closed = || changes.closed.iter().find(|closed| closed.id == id);
    desk.conversation(id).or_else(closed)
}

fn put(db: &impl Database, conversation: &Conversation) -> Result<(), SqlError> {
    db.run(
        "INSERT OR REPLACE INTO conversations (id, state, team, agent, openid, fan_ref, opened_at, body) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            conversation.id.as_str().into(),
            conversation.state.name().into(),
            conversation.team.as_str().into(),
            conversation.agent.clone().into(),
            conversation.openid.clone().into(),
            conversation.fan_ref.as_str().into(),
            conversation.opened_at.into(),
            conversation.write().to_string().into(),
        ],
    )
}

fn draft(db: &impl Database, desk: &Desk, id: &str) -> Result<(), SqlError> {
    let draft = desk.conversation(id).and_then(|found| found.draft.as_ref());
    match draft {
        Some(draft) => db.run(
            "INSERT OR REPLACE INTO drafts (conversation, person, text, at) VALUES (?, ?, ?, ?)",
            &[
                id.into(),
                draft.by.as_str().into(),
                draft.text.as_str().into(),
                draft.at.into(),
            ],
        ),
        None => db.run("DELETE FROM drafts WHERE conversation = ?", &[id.into()]),
    }
}

fn rev(db: &impl Database, desk: &Desk) -> Result<(), SqlError> {
    db.run(
        "INSERT OR REPLACE INTO staff (id, rev) VALUES (1, ?)",
        &[desk.rev.into()],
    )
}

fn staff(db: &impl Database, desk: &Desk) -> Result<(), SqlError> {
    rev(db, desk)?;
    db.run("DELETE FROM agents WHERE true", &[])?;
    for agent in desk.agents() {
        db.run(
            "INSERT INTO agents (id, person, presence) VALUES (?, ?, ?)",
            &[
                agent.id.as_str().into(),
                agent.write().to_string().into(),
                agent.presence.write().to_string().into(),
            ],
        )?;
    }
    db.run("DELETE FROM teams WHERE true", &[])?;
    for team in desk.teams() {
        db.run(
            "INSERT INTO teams (id, document) VALUES (?, ?)",
            &[team.id.as_str().into(), team.document.to_string().into()],
        )?;
    }
    let known: Json = desk.given.keys().cloned().collect();
    db.run(
        "DELETE FROM given WHERE team NOT IN (SELECT value FROM json_each(?))",
        &[known.to_string().into()],
    )
}

/// Everything personal goes: of conversations that are closed too, from news, drafts and what a shard would be told.
fn erase(db: &impl Database, fan_ref: &str) -> Result<(), SqlError> {
    let theirs = "SELECT id FROM conversations WHERE fan_ref = ?";
    let fan_ref: [Value; 1] = [fan_ref.into()];
    for table in ["feed", "drafts"] {
        let statement = format!("DELETE FROM {table} WHERE conversation IN ({theirs})");
        db.run(&statement, &fan_ref)?;
    }
    // Their rows still say who it is: they are written after this.
    let openids = "SELECT openid FROM conversations WHERE fan_ref = ?";
    let statement = format!("DELETE FROM outbox WHERE openid IN ({openids})");
    db.run(&statement, &fan_ref)?;
    let statement = "SELECT id FROM conversations WHERE fan_ref = ? AND state = 'closed'";
    for row in db.query(statement, &fan_ref)? {
        if let Some(mut closed) = super::recall(db, &row.required(0, statement)?)? {
            closed.forget();
            put(db, &closed)?;
        }
    }
    Ok(())
}
