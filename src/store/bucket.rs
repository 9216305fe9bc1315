//! R2: objects of the archive, packed with gzip by the platform.
//!
//! Events as lines of JSON shrink to about an eighth, and so does what a reader fetches; the platform's own streams pack them,
//! which costs the Wasm nothing but their names. R2 is bound here by the two calls that are used: `worker` knows every option of it.

use fandesk_shard::archive::Stored;
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Object, Promise, Reflect, Uint8Array};
use worker::{Env, Error, Result};

/// The binding of the bucket.
const ARCHIVE: &str = "ARCHIVE";

#[wasm_bindgen]
extern "C" {
    type Bucket;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Bucket, key: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn put(
        this: &Bucket,
        key: &str,
        value: &Uint8Array,
        options: &Object,
    ) -> Result<Promise, JsValue>;

    /// What has bytes: a response, or an object that the bucket gave.
    #[wasm_bindgen(js_name = Response)]
    type Body;
    #[wasm_bindgen(constructor, catch, js_class = Response)]
    fn new(content: &JsValue) -> Result<Body, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Body) -> Stream;
    #[wasm_bindgen(method, catch)]
    fn text(this: &Body) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &Body) -> Result<Promise, JsValue>;

    type Stream;
    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(this: &Stream, transform: &JsValue) -> Result<JsValue, JsValue>;

    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;

    type DecompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;
}

/// Puts an object, in place of an older one with the same key.
///
/// Two awaits: packing, which changes nothing, and the bucket, which takes all or nothing and compares the hash. Whether it has the
/// object is unknown when that fails; a repeat overwrites it.
pub(crate) async fn put(env: &Env, key: &str, text: &str) -> Result<Stored> {
    let packed = Body::new(&text.into())?.body();
    let packed = packed.pipe_through(CompressionStream::new("gzip")?.as_ref())?;
    let packed = Body::new(&packed)?.array_buffer()?;
    let packed = Uint8Array::new(&JsFuture::from(packed).await?);
    let sha256: String = Sha256::digest(packed.to_vec())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let options = Object::new();
    Reflect::set(&options, &"sha256".into(), &sha256.as_str().into())?;
    JsFuture::from(bucket(env)?.put(key, &packed, &options)?).await?;
    let bytes = usize::try_from(packed.length()).unwrap_or(usize::MAX);
    Ok(Stored { bytes, sha256 })
}

/// The text of an object, if there is such an object.
pub(crate) async fn get(env: &Env, key: &str) -> Result<Option<String>> {
    let object = JsFuture::from(bucket(env)?.get(key)?).await?;
    if object.is_null() {
        return Ok(None);
    }
    let packed = object.unchecked_into::<Body>().body();
    let text = packed.pipe_through(DecompressionStream::new("gzip")?.as_ref())?;
    let text = JsFuture::from(Body::new(&text)?.text()?).await?;
    Ok(text.as_string())
}

fn bucket(env: &Env) -> Result<Bucket> {
    let bucket = Reflect::get(env, &ARCHIVE.into())?;
    if bucket.is_undefined() {
        return Err(Error::BindingError(ARCHIVE.to_owned()));
    }
    Ok(bucket.unchecked_into())
}
