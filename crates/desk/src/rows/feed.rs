//! News for consoles, numbered: a console that was away for a moment asks for what came after the last that it saw.

use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, Row, SqlError};
use serde_json::{Value as Json, json};

use super::save::found;
use crate::changes::{Changes, Told};
use crate::desk::Desk;
use crate::who::{Role, Who};

/// How long, and how many, news are kept.
const KEPT_FOR: Duration = Duration::from_secs(60 * 60);
const KEPT: i64 = 20_000;

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fed {
    /// Its number.
    pub n: i64,
    about: About,
    /// The message without its number.
    body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    Conversation {
        id: String,
        team: String,
        /// The team that lost it with this.
        was: Option<String>,
    },
    Agent(String),
}

impl Fed {
    /// The message for a person's console, or none when it is not for them. Who loses sight of a conversation is told that it is gone.
    #[must_use]
    pub fn message_for(&self, desk: &Desk, who: &Who) -> Option<String> {
        match &self.about {
            About::Conversation { id, team, was } => {
                if desk.may_see(who, team) {
                    return Some(self.numbered(&self.body));
                }
                let saw = was.as_ref().is_some_and(|was| desk.may_see(who, was));
                saw.then(|| self.numbered(&json!({ "type": "gone", "id": id }).to_string()))
            }
            About::Agent(agent) => {
                let agent = desk.agent(agent)?;
                let shares = || {
                    let mut teams = desk.teams().map(|team| team.id.as_str());
                    teams.any(|team| desk.is_of_team(who, team) && desk.is_member(agent, team))
                };
                (who.role == Role::Admin || agent.id == who.id || shares())
                    .then(|| self.numbered(&self.body))
            }
        }
    }

    fn numbered(&self, body: &str) -> String {
        let rest = body.strip_prefix('{').unwrap_or(body);
        format!("{{\"n\":{},{rest}", self.n)
    }
}

pub(super) fn put(
    db: &impl Database,
    desk: &Desk,
    changes: &Changes,
    now: UnixMillis,
) -> Result<Vec<Fed>, SqlError> {
    let mut fed = Vec::new();
    let mut add = |about: About, body: &Json| {
        let body = body.to_string();
        let n = insert(db, &about, &body, now)?;
        fed.push(Fed { n, about, body });
        Ok::<(), SqlError>(())
    };
    let of = |id: &str, was: Option<&String>| {
        let team = found(desk, changes, id)?.team.clone();
        let was = was.filter(|was| **was != team).cloned();
        Some(About::Conversation {
            id: id.to_owned(),
            team,
            was,
        })
    };
    for told in &changes.feed {
        let (id, body) = match told {
            Told::Entry {
                conversation,
                entry,
            } => (
                conversation,
                json!({ "type": "entry", "conversation": conversation, "entry": entry }),
            ),
            Told::Deadline {
                conversation,
                kind,
                ring,
            } => (
                conversation,
                json!({ "type": "deadline", "conversation": conversation, "kind": kind.name(), "what": ring.name() }),
            ),
        };
        if let Some(about) = of(id, None) {
            add(about, &body)?;
        }
    }
    for (id, was) in &changes.conversations {
        if let (Some(about), Some(conversation)) = (of(id, was.as_ref()), found(desk, changes, id))
        {
            let body = json!({ "type": "conversation", "conversation": desk.view(conversation) });
            add(about, &body)?;
        }
    }
    for agent in changes.agents.iter().filter_map(|id| desk.agent(id)) {
        let body = json!({ "type": "agent", "agent": desk.view_agent(agent) });
        add(About::Agent(agent.id.clone()), &body)?;
    }
    Ok(fed)
}

fn insert(db: &impl Database, about: &About, body: &str, now: UnixMillis) -> Result<i64, SqlError> {
    let (conversation, agent, team, was) = match about {
        About::Conversation { id, team, was } => {
            (Some(id.as_str()), None, Some(team.as_str()), was.as_deref())
        }
        About::Agent(agent) => (None, Some(agent.as_str()), None, None),
    };
    let statement = "INSERT INTO feed (at, conversation, agent, team, was, body) VALUES (?, ?, ?, ?, ?, ?) RETURNING n";
    let parameters = [
        now.into(),
        conversation.into(),
        agent.into(),
        team.into(),
        was.into(),
        body.into(),
    ];
    db.first(statement, &parameters)?
        .and_then(|row| row.integer(0))
        .ok_or_else(|| SqlError {
            message: "no number came back".to_owned(),
            statement: statement.to_owned(),
        })
}

/// The number of the newest piece of news; 0 before the first.
///
/// # Errors
/// When SQLite fails.
pub fn newest(db: &impl Database) -> Result<i64, SqlError> {
    let statement = "SELECT seq FROM sqlite_sequence WHERE name = 'feed'";
    Ok(db
        .first(statement, &[])?
        .and_then(|row| row.integer(0))
        .unwrap_or(0))
}

/// Up to `limit` pieces of news after a number, oldest first. None when some of them are not there any more, or the number was never
/// given: then the console has to load everything again.
///
/// # Errors
/// When SQLite fails.
pub fn after(db: &impl Database, n: i64, limit: i64) -> Result<Option<Vec<Fed>>, SqlError> {
    let newest = newest(db)?;
    if n >= newest {
        return Ok((n == newest).then(Vec::new));
    }
    let oldest = db
        .first("SELECT min(n) FROM feed", &[])?
        .and_then(|row| row.integer(0));
    if n < 0 || oldest.is_none_or(|oldest| oldest > n.saturating_add(1)) {
        return Ok(None);
    }
    let statement =
        "SELECT n, conversation, agent, team, was, body FROM feed WHERE n > ? ORDER BY n LIMIT ?";
    let fed = |row: &Row| {
        let about = match (row.string(1), row.string(2)) {
            (Some(id), _) => About::Conversation {
                id,
                team: row.required(3, statement)?,
                was: row.string(4),
            },
            (None, Some(agent)) => About::Agent(agent),
            (None, None) => {
                return Err(SqlError {
                    message: "news about nothing".to_owned(),
                    statement: statement.to_owned(),
                });
            }
        };
        Ok(Fed {
            n: row.integer(0).unwrap_or_default(),
            about,
            body: row.required(5, statement)?,
        })
    };
    let rows = db.query(statement, &[n.into(), limit.into()])?;
    rows.iter().map(fed).collect::<Result<_, _>>().map(Some)
}

pub(super) fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    let beyond = newest(db)?.saturating_sub(KEPT);
    db.run(
        "DELETE FROM feed WHERE n <= ? OR at < ?",
        &[beyond.into(), now.minus(KEPT_FOR).into()],
    )
}
