//! Who the business says its fans are: the customer that a fan proved to be.
//!
//! A binding is made by the business system's answer alone ([`crate::jobs`]), and ends when the fan says so, when they leave (an account may
//! change hands), when its time is over, or when the business system no longer knows the customer. What depends on a
//! binding carries the customer's id from the commit in which it was looked up, and is looked at again before it leaves: whoever is somebody else
//! by then, or nobody, sees nothing of it.

use crate::UnixMillis;
use crate::sql::{Database, SqlError};

/// A fan's binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The business system's own id of the customer. Personal, and shown to nobody but that system.
    pub identity: String,
    /// Since when.
    pub bound_at: UnixMillis,
}

/// Binds a fan, whoever they were before.
///
/// # Errors
/// When SQLite fails.
pub fn bind(
    db: &impl Database,
    openid: &str,
    identity: &str,
    now: UnixMillis,
    expires_at: Option<UnixMillis>,
) -> Result<(), SqlError> {
    db.run(
        "INSERT OR REPLACE INTO identities (openid, identity, bound_at, expires_at) VALUES (?, ?, ?, ?)",
        &[
            openid.into(),
            identity.into(),
            now.into(),
            expires_at.into(),
        ],
    )
}

/// The binding that a fan has now.
///
/// # Errors
/// When SQLite fails.
pub fn load(
    db: &impl Database,
    openid: &str,
    now: UnixMillis,
) -> Result<Option<Binding>, SqlError> {
    let statement = "SELECT identity, bound_at FROM identities WHERE openid = ? \
                     AND (expires_at IS NULL OR expires_at > ?)";
    let Some(row) = db.first(statement, &[openid.into(), now.into()])? else {
        return Ok(None);
    };
    Ok(Some(Binding {
        identity: row.required(0, statement)?,
        bound_at: UnixMillis(row.integer(1).unwrap_or(0)),
    }))
}

/// Ends a fan's binding, if there is one.
///
/// # Errors
/// When SQLite fails.
pub fn unbind(db: &impl Database, openid: &str) -> Result<(), SqlError> {
    db.run("DELETE FROM identities WHERE openid = ?", &[openid.into()])
}

/// Forgets bindings whose time is over.
///
/// # Errors
/// When SQLite fails.
pub fn sweep(db: &impl Database, now: UnixMillis) -> Result<(), SqlError> {
    db.run(
        "DELETE FROM identities WHERE expires_at <= ?",
        &[now.into()],
    )
}
