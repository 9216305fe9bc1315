//! A database whose nth statement fails.

use std::cell::Cell;

use fandesk_shard::sql::{Database, Row, SqlError, Value};
use fandesk_sqlite::Sqlite;

pub(crate) struct Breaking<'a> {
    db: &'a Sqlite,
    /// Statements that still go well; none fails without a number.
    good: Cell<Option<u64>>,
}

impl<'a> Breaking<'a> {
    pub(crate) fn after(good: Option<u64>, db: &'a Sqlite) -> Self {
        Self {
            db,
            good: Cell::new(good),
        }
    }
}

impl Database for Breaking<'_> {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        match self.good.get() {
            Some(0) => {
                return Err(SqlError {
                    message: "made to fail".to_owned(),
                    statement: statement.to_owned(),
                });
            }
            Some(good) => self.good.set(Some(good - 1)),
            None => {}
        }
        self.db.query(statement, parameters)
    }

    fn savepoint<T, E: From<SqlError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.db.savepoint(work)
    }
}
