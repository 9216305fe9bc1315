//! Pages of items that are JSON already: `{"items":[…],"next":…}`, the form of [`fandesk_api::Page`].

use worker::Response;

use super::Result;
use crate::answer;

/// How many rows a list asks for: one more than it shows tells whether there are more.
pub(super) fn one_more(limit: u32) -> u32 {
    limit.saturating_add(1)
}

/// Cuts the rows of [`one_more`] down to `limit`, and gives where the next page begins, if there is one.
pub(super) fn cut<T>(
    rows: &mut Vec<T>,
    limit: u32,
    place: impl Fn(&T) -> String,
) -> Option<String> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(place)
}

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
