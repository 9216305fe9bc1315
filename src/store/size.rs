//! How large a database is: D1 tells it beside every answer.

use std::time::Duration;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;
use worker::js_sys::{Promise, Reflect};
use worker::wasm_bindgen_futures::JsFuture;

use crate::deadline;

/// How long D1 may take for nothing.
const LIMIT: Duration = Duration::from_secs(5);

#[wasm_bindgen]
extern "C" {
    /// A database, as it is bound. `worker` reads what comes beside an answer with a derived reader, which is more code than this.
    type Bound;

    #[wasm_bindgen(method, catch)]
    fn prepare(this: &Bound, sql: &str) -> Result<Prepared, JsValue>;

    type Prepared;

    #[wasm_bindgen(method, catch)]
    fn run(this: &Prepared) -> Result<Promise, JsValue>;
}

/// Bytes of the database that is bound as `binding`; none when it does not answer.
pub(crate) async fn of(env: &Env, binding: &str) -> Option<i64> {
    let asked = async {
        let bound: Bound = Reflect::get(env, &binding.into())?.into();
        let answer = JsFuture::from(bound.prepare("SELECT 1")?.run()?).await?;
        Reflect::get(
            &Reflect::get(&answer, &"meta".into())?,
            &"size_after".into(),
        )
    };
    let size: Result<JsValue, JsValue> = deadline::within(LIMIT, asked).await?;
    size.ok()?.as_f64().map(|bytes| bytes as i64)
}
