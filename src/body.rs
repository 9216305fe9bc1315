//! Bodies of requests and answers, read up to a limit.

use futures_util::TryStreamExt;
use worker::js_sys::Uint8Array;
use worker::wasm_bindgen_futures::JsFuture;
use worker::{ByteStream, Request, Response, Result, web_sys};

/// Bytes of a body that is too large which are taken and dropped: a sender who is still writing when the answer comes would
/// see a broken connection in its place.
const DROPPED: usize = 4 * 1024 * 1024;

/// The body of a request, or `None` when it is larger than `limit` bytes.
pub(crate) async fn read(request: &web_sys::Request, limit: usize) -> Result<Option<Vec<u8>>> {
    let announced = request
        .headers()
        .get("content-length")?
        .and_then(|length| length.parse::<usize>().ok());
    match announced {
        Some(length) if length > limit => {
            // How it ends does not matter: the answer is that it is too large.
            let _ = skip(stream(request)?, DROPPED).await;
            Ok(None)
        }
        // The platform holds the sender to the length, so one read is enough, and quicker than a stream.
        Some(_) => {
            let buffer = JsFuture::from(request.array_buffer()?).await?;
            Ok(Some(Uint8Array::new(&buffer).to_vec()))
        }
        None if request.body().is_none() => Ok(Some(Vec::new())),
        None => gather(stream(request)?, limit).await,
    }
}

/// Takes the body of a request that is refused unread off the wire, up to a limit.
pub(crate) async fn drop_unread(request: &web_sys::Request) {
    if request.body().is_some()
        && let Ok(stream) = stream(request)
    {
        // How it ends does not matter: the refusal is the answer.
        let _ = skip(stream, DROPPED).await;
    }
}

fn stream(request: &web_sys::Request) -> Result<ByteStream> {
    // The same request under another name: its own `clone` would copy the body.
    Request::from(Clone::clone(request)).stream()
}

/// The body of an answer, or `None` when it is larger than `limit` bytes.
pub(crate) async fn read_answer(response: &mut Response, limit: usize) -> Result<Option<Vec<u8>>> {
    match response.stream() {
        Ok(stream) => gather(stream, limit).await,
        // An answer without a body has no stream.
        Err(_) => Ok(Some(Vec::new())),
    }
}

async fn skip(mut stream: ByteStream, most: usize) -> Result<()> {
    let mut skipped = 0_usize;
    while let Some(chunk) = stream.try_next().await? {
        skipped = skipped.saturating_add(chunk.len());
        if skipped > most {
            break;
        }
    }
    Ok(())
}

async fn gather(mut stream: ByteStream, limit: usize) -> Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(chunk) = stream.try_next().await? {
        body.extend_from_slice(&chunk);
        if body.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(body))
}
