//! The SQLite of an object (a shard, the Desk) as the core wants it.
//!
//! Each value that crosses between Wasm and JavaScript by itself costs more than SQLite's work on it, so the parameters of a
//! statement cross together as one JSON text, and so do its rows. A few cross by themselves: those are mostly statements for many
//! rows, whose parameter is a long JSON text already, and would be escaped and read once more.

use std::fmt;

use fandesk_shard::sql::{Database, Row, SqlError, Value};
use serde::de::{Deserialize, Deserializer, Visitor};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::State;
use worker::js_sys::{Array, JSON};

#[wasm_bindgen]
extern "C" {
    /// `ctx.storage`.
    type RawStorage;

    /// Runs the callback in a savepoint, which is rolled back when it throws.
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &RawStorage,
        callback: &mut dyn FnMut() -> Result<(), JsValue>,
    ) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter)]
    fn sql(this: &RawStorage) -> RawSql;

    /// `ctx.storage.sql`.
    type RawSql;

    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &RawSql, statement: &str, parameters: &Array) -> Result<Cursor, JsValue>;

    /// The rows of a statement.
    type Cursor;

    /// Each row as an array.
    #[wasm_bindgen(method, catch)]
    fn raw(this: &Cursor) -> Result<JsValue, JsValue>;

    /// Reads all rows of [`Cursor::raw`]; js_sys's own binding would let what SQLite throws tear through this code.
    #[wasm_bindgen(js_namespace = Array, js_name = from, catch)]
    fn all(rows: &JsValue) -> Result<Array, JsValue>;
}

/// Parameters that are cheaper one by one than as JSON.
const BY_THEMSELVES: usize = 3;

/// The SQLite of a Durable Object.
pub(crate) struct ObjectStorage {
    sql: RawSql,
    raw: RawStorage,
}

impl ObjectStorage {
    /// The storage of the object that `state` belongs to.
    pub(crate) fn of(state: &State) -> Self {
        let raw: RawStorage = JsValue::from(state.storage().as_raw()).into();
        Self {
            sql: raw.sql(),
            raw,
        }
    }

    fn exec(&self, statement: &str, parameters: &[Value]) -> Result<Cursor, JsValue> {
        let parameters = if parameters.len() <= BY_THEMSELVES {
            parameters.iter().map(to_js).collect()
        } else {
            JSON::parse(&json(parameters)?)?.into()
        };
        self.sql.exec(statement, &parameters)
    }

    fn rows(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, JsValue> {
        let rows = all(&self.exec(statement, parameters)?.raw()?)?;
        if rows.length() == 0 {
            return Ok(Vec::new());
        }
        let json = String::from(JSON::stringify(&rows)?);
        let rows: Vec<Vec<Read>> =
            serde_json::from_str(&json).map_err(|error| JsValue::from_str(&error.to_string()))?;
        let row = |row: Vec<Read>| Row(row.into_iter().map(|Read(value)| value).collect());
        Ok(rows.into_iter().map(row).collect())
    }
}

impl Database for ObjectStorage {
    fn query(&self, statement: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.rows(statement, parameters)
            .map_err(|error| refused(error, statement))
    }

    /// SQLite has done all of it when `exec` returns.
    fn run(&self, statement: &str, parameters: &[Value]) -> Result<(), SqlError> {
        self.exec(statement, parameters)
            .map(drop)
            .map_err(|error| refused(error, statement))
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
            (_, result) => {
                Err(refused(result.err().unwrap_or(JsValue::NULL), "transactionSync").into())
            }
        }
    }
}

fn refused(error: JsValue, statement: &str) -> SqlError {
    SqlError {
        message: worker::Error::from(error).to_string(),
        statement: statement.to_owned(),
    }
}

fn json(parameters: &[Value]) -> Result<String, JsValue> {
    serde_json::to_string(parameters).map_err(|error| JsValue::from_str(&error.to_string()))
}

fn to_js(parameter: &Value) -> JsValue {
    match parameter {
        Value::Null => JsValue::NULL,
        // Within what a float holds exactly: see `Value`.
        Value::Integer(value) => JsValue::from_f64(*value as f64),
        Value::Text(value) => JsValue::from_str(value),
    }
}

/// A value on its way back.
struct Read(Value);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Read;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("null, an integer or a text")
            }

            fn visit_unit<E>(self) -> Result<Read, E> {
                Ok(Read(Value::Null))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Read, E> {
                Ok(Read(Value::Integer(value)))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Read, E> {
                Ok(Read(
                    i64::try_from(value).map_or(Value::Null, Value::Integer),
                ))
            }

            /// The tables are STRICT and hold none; an integer that JavaScript cannot hold would be one.
            fn visit_f64<E>(self, _: f64) -> Result<Read, E> {
                Ok(Read(Value::Null))
            }

            fn visit_str<E>(self, value: &str) -> Result<Read, E> {
                Ok(Read(Value::Text(value.to_owned())))
            }

            fn visit_string<E>(self, value: String) -> Result<Read, E> {
                Ok(Read(Value::Text(value)))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_as_they_were_written() {
        let values = vec![
            Value::Null,
            Value::Integer(-7),
            Value::Integer(9_007_199_254_740_991),
            Value::Text("引号\" \\ \u{1} 😀\u{2028}".to_owned()),
        ];
        let read: Vec<Read> = serde_json::from_str(&json(&values).unwrap()).unwrap();
        let read: Vec<Value> = read.into_iter().map(|Read(value)| value).collect();
        assert_eq!(read, values);
    }

    #[test]
    fn a_number_that_is_no_integer_reads_as_null() {
        let Read(value) = serde_json::from_str("1.5").unwrap();
        assert_eq!(value, Value::Null);
    }
}
