//! Pages of items that are JSON already: `{"items":[…],"next":…}`, the form of [`fandesk_api::Page`].

use worker::Response;

use super::Result;
use crate::answer;

/// A page; `next` is where it goes on, if it does.
pub(super) fn of(items: impl Iterator<Item = String>, next: Option<String>) -> Result<Response> {
    let mut body = String::from(r#"{"items":["#);
    for (n, item) in items.enumerate() {
        if n > 0 {
            body.push(',');
        }
        body.push_str(&item);
    }
    // Cursors and ids are made of digits, letters and dots.
    let next = next.map_or("null".to_owned(), |next| format!("\"{next}\""));
    body.push_str(&format!(r#"],"next":{next}}}"#));
    Ok(answer::text(200, answer::JSON, body, None)?)
}
