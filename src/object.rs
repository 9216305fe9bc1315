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

/// Asks the object `name` of the namespace bound as `binding`; gives the status and the text of its answer.
///
/// One await, for the object. Whether it did what was asked is unknown when that fails.
pub(crate) async fn ask(
    env: &Env,
    binding: &str,
    name: &str,
    path: &str,
    body: &Record,
) -> Result<(u16, String)> {
    let namespace: Namespace = Reflect::get(env, &JsValue::from_str(binding))?.into();
    let answering = namespace.get_by_name(name)?.ask(path, &body.write())?;
    let answer = JsFuture::from(answering).await?.as_string();
    answer
        .as_deref()
        .and_then(split)
        .ok_or_else(|| worker::Error::RustError(format!("{binding} gave no answer of ours")))
}

/// What an object's `ask` returns: the status in three digits, then the text.
pub(crate) fn answer(status: u16, text: &str) -> String {
    format!("{status:03}{text}")
}

fn split(answer: &str) -> Option<(u16, String)> {
    let (status, text) = answer.split_at_checked(3)?;
    Some((status.parse().ok()?, text.to_owned()))
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
        assert_eq!(split(&answer(200, "3:汉")), Some((200, "3:汉".to_owned())));
        assert_eq!(split(&answer(409, "")), Some((409, String::new())));
        assert_eq!(split("20"), None);
        assert_eq!(split("汉字"), None);
    }
}
