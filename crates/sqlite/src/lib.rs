//! [`Database`] over `rusqlite`, in memory, for what runs natively: the tests of the shard, and the simulation.
//!
//! It is the engine that runs in a Durable Object and in D1, so the SQL that is tested is the SQL that runs. It never opens a file.

use std::sync::mpsc::{self, Receiver};

use fandesk_shard::sql::{Database, Row, SqlError, Value};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

/// Statements that stay compiled: more than a shard and D1 have.
const COMPILED: usize = 250;

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
        // Else a statement is compiled anew whenever a LIMIT or a compared value is bound, which is a third of all time.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|error| failed(&error, "open"))?;
        Ok(Self(connection))
    }

    /// Tells from now on the rowid of each row of this table that a statement inserts, changes or deletes. It does not tell what a
    /// rollback brings back, nor of a `DELETE` without a condition, nor of a table without rowids.
    ///
    /// # Errors
    /// When SQLite takes no hook.
    pub fn watch(&mut self, table: &'static str) -> Result<Receiver<i64>, SqlError> {
        let (tell, touched) = mpsc::channel();
        let hook = move |_, _: &str, changed: &str, rowid| {
            if changed == table {
                // Who does not listen any more need not be told.
                let _ = tell.send(rowid);
            }
        };
        self.0
            .update_hook(Some(hook))
            .map_err(|error| failed(&error, "watch"))?;
        Ok(touched)
    }

    /// Empties all tables but these, as if they were just made. What was compiled stays compiled.
    ///
    /// # Errors
    /// When a transaction is open that cannot be undone, or a table refers to another.
    pub fn empty(&self, but: &[&str]) -> Result<(), SqlError> {
        if !self.0.is_autocommit() {
            self.run("ROLLBACK", &[])?;
        }
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        for row in self.query(tables, &[])? {
            match row.text(0) {
                Some(table) if !but.contains(&table) => {
                    self.run(&format!("DELETE FROM \"{table}\""), &[])?;
                }
                _ => {}
            }
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn with_rows() -> Sqlite {
        let db = Sqlite::new().unwrap();
        db.run_script(
            "CREATE TABLE steps (step INTEGER PRIMARY KEY);
             CREATE TABLE a (x INTEGER PRIMARY KEY AUTOINCREMENT, y TEXT);
             INSERT INTO steps VALUES (1);
             INSERT INTO a (y) VALUES ('one'), ('two');",
        )
        .unwrap();
        db
    }

    #[test]
    fn every_row_that_a_statement_touches_is_told() {
        let mut db = with_rows();
        let touched = db.watch("a").unwrap();
        for statement in [
            "INSERT INTO a (y) VALUES ('three')",
            "UPDATE a SET y = 'four' WHERE x < 2",
            "DELETE FROM a WHERE x = 2",
            "INSERT INTO steps VALUES (9)",
        ] {
            db.run(statement, &[]).unwrap();
        }
        assert_eq!(touched.try_iter().collect::<Vec<_>>(), [3, 1, 2]);
    }

    #[test]
    fn an_emptied_database_counts_from_one_again() {
        let db = with_rows();
        db.run_script("BEGIN; DELETE FROM a").unwrap();
        db.empty(&["steps"]).unwrap();
        let count = |table| {
            db.first(&format!("SELECT count(*) FROM {table}"), &[])
                .unwrap()
        };
        assert_eq!(count("a").unwrap().integer(0), Some(0));
        assert_eq!(count("steps").unwrap().integer(0), Some(1));
        let next = db
            .first("INSERT INTO a (y) VALUES ('first') RETURNING x", &[])
            .unwrap();
        assert_eq!(next.unwrap().integer(0), Some(1));
    }
}
