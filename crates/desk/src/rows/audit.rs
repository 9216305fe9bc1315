//! The audit log: who did what, in a chain that cannot be altered silently.
//!
//! Each row's hash is SHA-256 over the hash before it and the row. Who changes, removes or inserts a row breaks the chain there, and who
//! writes the rest of it anew gets another head: one that was noted elsewhere tells. No row holds personal data of fans, so an erase
//! leaves the log alone.

use fandesk_shard::UnixMillis;
use fandesk_shard::sql::{Database, Row, SqlError, Value};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::json as read_json;
use crate::agent::Agent;
use crate::changes::Audit;
use crate::desk::Desk;
use crate::team::DESK;
use crate::who::{Role, Who};

/// What stands before the first row.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Rows that are checked at once.
const PAGE: i64 = 1_000;

/// What a check of the whole log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many rows there are.
    pub rows: i64,
    /// The hash of the last row.
    pub head: String,
    /// The first number at which the chain is broken.
    pub broken_at: Option<i64>,
}

impl Verified {
    /// As the API shows it.
    #[must_use]
    pub fn view(&self) -> Json {
        let mut view =
            json!({ "ok": self.broken_at.is_none(), "rows": self.rows, "head": self.head });
        if let (Some(view), Some(n)) = (view.as_object_mut(), self.broken_at) {
            view.insert("broken_at".to_owned(), n.into());
        }
        view
    }
}

/// What is looked for. What is not said is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Done by them.
    pub person: Option<String>,
    /// Such as `take`.
    pub action: Option<String>,
    /// Done to this, such as a conversation's id.
    pub object: Option<String>,
    /// Only what concerns some teams.
    pub within: Option<Within>,
}

/// What of the log concerns some teams: what their people did, and what was done to their conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// The teams.
    pub teams: Vec<String>,
    /// Their people, and whoever asks.
    pub people: Vec<String>,
}

impl Within {
    /// What somebody may read of the log; nothing if that is all of it. What is not allowed at all, the Worker has refused before.
    #[must_use]
    pub fn of(desk: &Desk, who: &Who) -> Option<Self> {
        if matches!(who.role, Role::Admin | Role::Analyst) {
            return None;
        }
        let teams = desk.teams().map(|team| team.id.clone());
        let teams: Vec<String> = teams.filter(|team| desk.is_of_team(who, team)).collect();
        let has_everybody = |team: &str| team == DESK && desk.has_one_team();
        let shares = |agent: &Agent| {
            let is_in = |team: &String| agent.teams.contains(team) || has_everybody(team);
            agent.id == who.id || teams.iter().any(is_in)
        };
        let mut people: Vec<String> = desk
            .agents()
            .filter(|agent| shares(agent))
            .map(|agent| agent.id.clone())
            .collect();
        if !people.contains(&who.id) {
            people.push(who.id.clone());
        }
        Some(Self { teams, people })
    }
}

/// Adds a row.
///
/// # Errors
/// When SQLite fails.
pub fn append(db: &impl Database, row: &Audit, now: UnixMillis) -> Result<(), SqlError> {
    let last = db.first("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1", &[])?;
    let n = last.as_ref().and_then(|row| row.integer(0)).unwrap_or(0);
    let before = last.as_ref().and_then(|row| row.text(1)).unwrap_or(GENESIS);
    let n = n.saturating_add(1);
    let detail = row.detail.to_string();
    let hash = hash(
        before,
        n,
        now.0,
        [&row.person, &row.action, &row.object, &detail],
    );
    db.run(
        "INSERT INTO audit (n, at, person, action, object, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        &[
            n.into(),
            now.into(),
            row.person.as_str().into(),
            row.action.as_str().into(),
            row.object.as_str().into(),
            detail.into(),
            hash.into(),
        ],
    )
}

fn hash(before: &str, n: i64, at: i64, texts: [&str; 4]) -> String {
    // JSON, so that no two rows read the same.
    let row = json!([before, n, at, texts]).to_string();
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(row.as_bytes()) {
        for half in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(half.into(), 16));
        }
    }
    hex
}

/// Checks every row.
///
/// # Errors
/// When SQLite fails.
pub fn verify(db: &impl Database) -> Result<Verified, SqlError> {
    let statement = "SELECT n, at, person, action, object, detail, hash FROM audit WHERE n > ? ORDER BY n LIMIT ?";
    let mut found = Verified {
        rows: 0,
        head: GENESIS.to_owned(),
        broken_at: None,
    };
    let mut last = 0_i64;
    loop {
        let rows = db.query(statement, &[last.into(), PAGE.into()])?;
        for row in &rows {
            let n = row.integer(0).unwrap_or_default();
            let texts = [2, 3, 4, 5].map(|column| row.text(column).unwrap_or_default());
            let wanted = hash(&found.head, n, row.integer(1).unwrap_or_default(), texts);
            let written = row.text(6).unwrap_or_default();
            let follows = n == last.saturating_add(1) && wanted == written;
            if !follows && found.broken_at.is_none() {
                found.broken_at = Some(last.saturating_add(1));
            }
            last = n;
            found.rows = found.rows.saturating_add(1);
            written.clone_into(&mut found.head);
        }
        if rows.is_empty() {
            break;
        }
    }
    // Numbers are given once: the counter knows of rows that were cut off at the end.
    let counted = db
        .first("SELECT seq FROM sqlite_sequence WHERE name = 'audit'", &[])?
        .and_then(|row| row.integer(0))
        .unwrap_or(0);
    if counted > last && found.broken_at.is_none() {
        found.broken_at = Some(last.saturating_add(1));
    }
    Ok(found)
}

/// Up to `limit` rows, newest first, before the number `before`; none to begin.
///
/// # Errors
/// When SQLite fails.
pub fn list(
    db: &impl Database,
    query: &Query,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Json>, SqlError> {
    let mut statement =
        "SELECT n, at, person, action, object, detail, hash FROM audit WHERE n < ?".to_owned();
    let mut parameters: Vec<Value> = vec![before.unwrap_or(1 << 53).into()];
    let filters = [
        ("person", &query.person),
        ("action", &query.action),
        ("object", &query.object),
    ];
    for (column, wanted) in filters {
        if let Some(wanted) = wanted {
            statement.push_str(&format!(" AND {column} = ?"));
            parameters.push(wanted.as_str().into());
        }
    }
    if let Some(within) = &query.within {
        statement.push_str(
            " AND (person IN (SELECT value FROM json_each(?)) OR EXISTS (SELECT 1 FROM conversations AS theirs \
             WHERE theirs.id = audit.object AND theirs.team IN (SELECT value FROM json_each(?))))",
        );
        let list = |texts: &[String]| Json::from(texts).to_string();
        parameters.extend([list(&within.people).into(), list(&within.teams).into()]);
    }
    statement.push_str(" ORDER BY n DESC LIMIT ?");
    parameters.push(limit.into());
    let view = |row: &Row| {
        Ok(json!({
            "n": row.integer(0),
            "at": row.integer(1),
            "person": row.text(2),
            "action": row.text(3),
            "object": row.text(4),
            "detail": read_json(row.text(5), &statement)?,
            "hash": row.text(6),
        }))
    };
    db.query(&statement, &parameters)?
        .iter()
        .map(view)
        .collect()
}
