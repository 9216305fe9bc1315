//! The shard's SQLite as the core wants it.

use fandesk_shard::sql::{Database, Row, SqlError, Value};
use wasm_bindgen::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue, State};

#[wasm_bindgen]
extern "C" {
    /// `ctx.storage`, for the one method that `worker` does not bind.
    type RawStorage;

    /// Runs the callback in a savepoint, which is rolled back when it throws.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &RawStorage,
        callback: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<(), JsValue>;
}

/// The SQLite of a Durable Object.
pub(crate) struct ObjectStorage {
    sql: SqlStorage,
    raw: RawStorage,
}

impl ObjectStorage {
    /// The storage of the object that `state` belongs to.
    pub(crate) fn of(state: &State) -> Self {
        let storage = state.storage();
        Self {
            sql: storage.sql(),
            raw: JsValue::from(storage.as_raw()).unchecked_into(),
        }
    }
}

impl Database for ObjectStorage {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        let failed = |error: worker::Error| SqlError {
            message: error.to_string(),
            statement: statement.to_owned(),
        };
        let bindings: Vec<SqlStorageValue> = parameters.iter().map(to_storage).collect();
        let cursor = self.sql.exec(statement, bindings).map_err(failed)?;
        cursor
            .raw()
            .map(|row| {
                row.map(|row| Row(row.into_iter().map(from_storage).collect()))
                    .map_err(failed)
            })
            .collect()
    }

    fn savepoint<T, E: From<SqlError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut work = Some(work);
        let mut outcome = None;
        // What is thrown only tells the platform to roll back; the reason stays on this side.
        let transaction = self.raw.transaction_sync(&mut || match work.take() {
            Some(work) => {
                let result = work();
                let failed = result.is_err();
                outcome = Some(result);
                if failed {
                    Err(JsValue::from_str("rolled back"))
                } else {
                    Ok(())
                }
            }
            None => Err(JsValue::from_str("a savepoint runs once")),
        });
        match (outcome, transaction) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, result) => Err(SqlError {
                message: result
                    .err()
                    .map_or_else(String::new, |error| worker::Error::from(error).to_string()),
                statement: "transactionSync".to_owned(),
            }
            .into()),
        }
    }
}

fn to_storage(value: &Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Integer(value) => SqlStorageValue::Integer(*value),
        Value::Text(value) => SqlStorageValue::String(value.clone()),
    }
}

fn from_storage(value: SqlStorageValue) -> Value {
    match value {
        SqlStorageValue::Integer(value) => Value::Integer(value),
        SqlStorageValue::Boolean(value) => Value::Integer(value.into()),
        SqlStorageValue::String(value) => Value::Text(value),
        // The tables are STRICT and hold neither; a number beyond 2^53 would be one.
        SqlStorageValue::Float(_) | SqlStorageValue::Blob(_) | SqlStorageValue::Null => Value::Null,
    }
}
