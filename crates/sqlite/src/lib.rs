//! [`Database`] over `rusqlite`, in memory, for what runs natively: the tests of the shard, and the simulation.
//!
//! It is the engine that runs in a Durable Object and in D1, so the SQL that is tested is the SQL that runs. It never opens a file.

use fandesk_shard::sql::{Database, Row, SqlError, Value};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

/// Statements that stay compiled: more than a shard and D1 have.
const COMPILED: usize = 200;

/// A SQLite database in memory.
pub struct Sqlite(Connection);

impl Sqlite {
    /// An empty one.
    ///
    /// # Errors
    /// When SQLite has no memory left.
    pub fn new() -> Result<Self, SqlError> {
        let connection = Connection::open_in_memory().map_err(|error| failed(&error, "open"))?;
        connection.set_prepared_statement_cache_capacity(COMPILED);
        Ok(Self(connection))
    }

    /// Runs many statements, such as a migration of D1.
    ///
    /// # Errors
    /// What SQLite refuses; the statements before it stay.
    pub fn run_script(&self, script: &str) -> Result<(), SqlError> {
        self.0
            .execute_batch(script)
            .map_err(|error| failed(&error, script))
    }
}

impl Database for Sqlite {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        let failed = |error: rusqlite::Error| failed(&error, statement);
        let mut prepared = self.0.prepare_cached(statement).map_err(failed)?;
        let columns = prepared.column_count();
        for (number, value) in (1..).zip(parameters) {
            prepared
                .raw_bind_parameter(number, Parameter(value))
                .map_err(failed)?;
        }
        let mut rows = prepared.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let values = (0..columns)
                .map(|column| {
                    Ok(match row.get_ref(column)? {
                        ValueRef::Integer(value) => Value::Integer(value),
                        ValueRef::Text(value) => {
                            Value::Text(String::from_utf8_lossy(value).into_owned())
                        }
                        // The tables are STRICT and hold neither numbers with fractions nor blobs.
                        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Null,
                    })
                })
                .collect::<rusqlite::Result<_>>();
            found.push(Row(values.map_err(failed)?));
        }
        Ok(found)
    }

    fn savepoint<T, E: From<SqlError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.run("SAVEPOINT member", &[])?;
        let result = work();
        if result.is_err() {
            self.run("ROLLBACK TO member", &[])?;
        }
        self.run("RELEASE member", &[])?;
        result
    }
}

/// A value on its way in, without a copy.
struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(value) => ValueRef::Integer(*value),
            Value::Text(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

fn failed(error: &rusqlite::Error, statement: &str) -> SqlError {
    SqlError {
        message: error.to_string(),
        statement: statement.to_owned(),
    }
}
