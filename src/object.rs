//! How Durable Objects are asked: a call of one method, `ask`, with a path and a record; a status and a text come back.
//!
//! A call (JavaScript RPC) and not an HTTP request, which costs a `Request`, a `Response` and two body streams on either side of
//! the same hop. Both ways go through here, so that what crosses is one text and is read in one place.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{Promise, Reflect};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Env, Result};

use crate::record::Record;

#[wasm_bindgen]
extern "C" {
    /// The namespace of a class of objects, as it is bound.
    type Namespace;

    #[wasm_bindgen(method, catch, js_name = getByName)]
    fn get_by_name(this: &Namespace, name: &str) -> std::result::Result<Stub, JsValue>;

    /// An object, wherever it lives.
    type Stub;

    /// The method that each of our objects exports.
    #[wasm_bindgen(method, catch)]
    fn ask(this: &Stub, path: &str, body: &str) -> std::result::Result<Promise, JsValue>;
}

/// Asks the object `name` of the namespace bound as `binding`; gives its answer as it came (see [`split`]).
///
/// One await, for the object. Whether it did what was asked is unknown when that fails.
pub(crate) async fn ask(
    env: &Env,
    binding: &str,
    name: &str,
    path: &str,
    body: &Record,
) -> Result<String> {
    let namespace: Namespace = Reflect::get(env, &JsValue::from_str(binding))?.into();
    let answering = namespace.get_by_name(name)?.ask(path, &body.write())?;
    let answer = JsFuture::from(answering).await?.as_string();
    Ok(answer.unwrap_or_default())
}

/// What an object's `ask` returns: the status in three digits, then the text.
pub(crate) fn answer(status: u16, text: &str) -> String {
    format!("{status:03}{text}")
}

/// Reads [`answer`]; nothing when it is none of ours.
pub(crate) fn split(answer: &str) -> Option<(u16, &str)> {
    let (status, text) = answer.split_at_checked(3)?;
    Some((status.parse().ok()?, text))
}

/// Objects are asked by [`ask`]; whoever sends them HTTP is not one of ours.
pub(crate) fn no_http() -> Result<worker::Response> {
    worker::Response::error("objects are asked by calls, not by HTTP", 405)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_reads_back() {
        assert_eq!(split(&answer(200, "3:汉")), Some((200, "3:汉")));
        assert_eq!(split(&answer(409, "")), Some((409, "")));
        assert_eq!(split("20"), None);
        assert_eq!(split("汉字"), None);
    }
}
