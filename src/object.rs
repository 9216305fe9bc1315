//! How Durable Objects are asked: a POST of a record to an object by its name.

use worker::{Env, Request, Result, wasm_bindgen::JsValue, web_sys};

use crate::record::Record;

/// Asks the object `name` of the namespace bound as `binding`; gives the status and the text of its answer.
///
/// One await, for the object. Whether it did what was asked is unknown when that fails.
pub(crate) async fn post(
    env: &Env,
    binding: &str,
    name: &str,
    path: &str,
    body: &Record,
) -> Result<(u16, String)> {
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(&body.write()));
    // Only the path matters; an object has no host.
    let request = request(&format!("https://object{path}"), &init)?;
    let stub = env.durable_object(binding)?.get_by_name(name)?;
    let mut response = stub.fetch_with_request(request).await?;
    Ok((response.status_code(), response.text().await?))
}

/// A request as the platform has it. `worker`'s own builder knows every option of Cloudflare's, and is 4 KB of machine code.
pub(crate) fn request(url: &str, init: &web_sys::RequestInit) -> Result<Request> {
    Ok(web_sys::Request::new_with_str_and_init(url, init)?.into())
}
