//! Static files: the console at `/`, the visitors' chat at `/chat`, their scripts and styles below `/assets/`, the API document, the licences.

use worker::{Env, Method, Request, Response, Result};

use crate::answer::{self, Cache};
use crate::status;

/// `/`: the console, or the status page where none was built.
pub(crate) async fn console(request: Request, env: &Env) -> Result<Response> {
    let response = fetch(request, env).await?;
    if response.status_code() == 404 {
        return status::page(env).await;
    }
    answer::guarded(response, Cache::AskAgain)
}

/// A file. What is below `/assets/` has the hash of what is in it in its name, so it never changes.
pub(crate) async fn file(request: Request, path: &str, env: &Env) -> Result<Response> {
    let response = fetch(request, env).await?;
    let lasts = path.starts_with("/assets/") && matches!(response.status_code(), 200 | 304);
    let cache = if lasts { Cache::Forever } else { Cache::Never };
    answer::guarded(response, cache)
}

/// The page at `path`, whatever path was asked for.
pub(crate) async fn page(request: &Request, path: &str, env: &Env) -> Result<Response> {
    let mut url = request.url()?;
    url.set_path(path);
    url.set_query(None);
    let asked = Request::new(url.as_str(), Method::Get)?;
    let response = fetch(asked, env).await?;
    answer::guarded(response, Cache::AskAgain)
}

async fn fetch(request: Request, env: &Env) -> Result<Response> {
    env.assets("ASSETS")?.fetch_request(request).await
}
