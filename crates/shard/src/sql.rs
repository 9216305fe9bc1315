//! The SQLite that a shard keeps its state in, as a trait: a Durable Object's storage in the Worker, `rusqlite` in tests.
//!
//! Every method is synchronous, as it is in a Durable Object: between two statements nothing else runs, so a shard needs
//! no locks. What a group of statements wrote becomes durable together, when the shell lets the answers go.

use std::fmt;

use serde::{Serialize, Serializer};

/// One value of a row or a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// An integer; JavaScript's numbers limit it to ±2^53, so WeChat's 64-bit ids are kept as text.
    Integer(i64),
    /// UTF-8 text.
    Text(String),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Text(value) => serializer.serialize_str(value),
        }
    }
}

/// One row, by column position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

/// A statement that SQLite refused, or a row of another shape than expected.
#[derive(Debug, thiserror::Error)]
#[error("{message} in `{statement}`")]
pub struct SqlError {
    /// What the engine said.
    pub message: String,
    /// The statement, without its parameters: those are personal data.
    pub statement: String,
}

/// A value as the JSON that a column or a parameter holds.
///
/// # Errors
/// For what JSON cannot say, which none of ours is.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, SqlError> {
    serde_json::to_string(value).map_err(|error| SqlError {
        message: error.to_string(),
        statement: "a value as JSON".to_owned(),
    })
}

/// A SQLite database that belongs to one shard alone.
pub trait Database {
    /// Runs one statement with positional parameters and returns all its rows.
    ///
    /// # Errors
    /// What SQLite refuses; the statement then changed nothing.
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError>;

    /// Runs `work` in a savepoint: when it fails, nothing that it wrote remains.
    ///
    /// # Errors
    /// Those of `work`, or of the savepoint itself.
    fn savepoint<T, E: From<SqlError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E>;

    /// Runs a statement whose rows do not matter.
    ///
    /// # Errors
    /// As [`Database::query`].
    fn run(&self, statement: &str, parameters: &[Value]) -> Result<(), SqlError> {
        self.query(statement, parameters).map(drop)
    }

    /// Runs a statement and returns its first row, if any.
    ///
    /// # Errors
    /// As [`Database::query`].
    fn first(&self, statement: &str, parameters: &[Value]) -> Result<Option<Row>, SqlError> {
        Ok(self.query(statement, parameters)?.into_iter().next())
    }
}

impl Row {
    /// The integer in `column`, or `None` when it is NULL or not an integer.
    #[must_use]
    pub fn integer(&self, column: usize) -> Option<i64> {
        match self.0.get(column) {
            Some(Value::Integer(value)) => Some(*value),
            _ => None,
        }
    }

    /// The text in `column`, or `None` when it is NULL or not text.
    #[must_use]
    pub fn text(&self, column: usize) -> Option<&str> {
        match self.0.get(column) {
            Some(Value::Text(value)) => Some(value),
            _ => None,
        }
    }

    /// As [`Row::text`], owned.
    #[must_use]
    pub fn string(&self, column: usize) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    /// The text of a `NOT NULL` column.
    ///
    /// # Errors
    /// When the column holds something else: the schema and the code disagree.
    pub fn required(&self, column: usize, statement: &str) -> Result<String, SqlError> {
        self.string(column).ok_or_else(|| SqlError {
            message: format!("column {column} holds no text"),
            statement: statement.to_owned(),
        })
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<crate::UnixMillis> for Value {
    fn from(value: crate::UnixMillis) -> Self {
        Self::Integer(value.0)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl fmt::Display for Value {
    /// The kind only: values are personal data and end in logs otherwise.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Integer(_) => "integer",
            Self::Text(_) => "text",
        })
    }
}
