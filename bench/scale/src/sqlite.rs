//! SQLite in memory as a shard's database, and what it takes.

use fandesk_shard::sql::{Database, Row, SqlError, Value};
use rusqlite::types::{Value as Bound, ValueRef};
use rusqlite::{Connection, Error, params_from_iter};

/// A database that is gone when it is dropped.
pub(crate) struct Sqlite(pub(crate) Connection);

impl Sqlite {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self(Connection::open_in_memory()?))
    }

    /// Bytes of the file that it would be, free pages left out.
    pub(crate) fn bytes(&self) -> Result<f64, Error> {
        let pragma = |name: &str| {
            self.0
                .query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))
        };
        let pages = pragma("page_count")? - pragma("freelist_count")?;
        Ok((pages * pragma("page_size")?) as f64)
    }

    /// Rows that are written when one is inserted into a table: itself, and an entry in each index. The primary key of a table
    /// without rowids is the table.
    pub(crate) fn entries(&self, table: &str) -> Result<f64, Error> {
        let indexes: i64 = self.0.query_row(
            "SELECT count(*) FROM pragma_index_list(?) WHERE origin <> 'pk'",
            [table],
            |row| row.get(0),
        )?;
        Ok(1.0 + indexes as f64)
    }
}

impl Database for Sqlite {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.rows(statement, parameters).map_err(|error| SqlError {
            message: error.to_string(),
            statement: statement.to_owned(),
        })
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

impl Sqlite {
    fn rows(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        let parameters = parameters.iter().map(|value| match value {
            Value::Null => Bound::Null,
            Value::Integer(value) => Bound::Integer(*value),
            Value::Text(value) => Bound::Text(value.clone()),
        });
        let mut prepared = self.0.prepare_cached(statement)?;
        let columns = prepared.column_count();
        let mut rows = prepared.query(params_from_iter(parameters))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..columns).map(|column| {
                Ok(match row.get_ref(column)? {
                    ValueRef::Integer(value) => Value::Integer(value),
                    ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                    ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Null,
                })
            });
            found.push(Row(values.collect::<Result<_, Error>>()?));
        }
        Ok(found)
    }
}
