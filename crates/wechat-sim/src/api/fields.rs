//! Reads single fields of a call's body, strictly: a number is a number, a text is a text.

use serde_json::{Map, Value};

use super::refusal::{
    EMPTY_BODY, INVALID_ARGUMENT, INVALID_LIST_SIZE, INVALID_OPENID, OPENID_OF_ANOTHER, Refusal,
};
use crate::platform::{Platform, fan::OpenId};

/// The body of a call.
pub(super) type Fields = Map<String, Value>;

/// A text that may be empty; one that is not there is refused.
pub(super) fn text<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Refusal> {
    match fields.get(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(INVALID_ARGUMENT.because(format!("{name} is not text"))),
        None => Err(INVALID_ARGUMENT.because(format!("{name} is missing"))),
    }
}

/// A text that may be left out, and then is empty.
pub(super) fn optional<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Refusal> {
    if fields.contains_key(name) {
        text(fields, name)
    } else {
        Ok("")
    }
}

/// A whole number that is not negative. Digits in quotes are none.
pub(super) fn number(fields: &Fields, name: &str) -> Result<u64, Refusal> {
    match fields.get(name) {
        Some(value) => value
            .as_u64()
            .ok_or_else(|| INVALID_ARGUMENT.because(format!("{name} is not a whole number"))),
        None => Err(INVALID_ARGUMENT.because(format!("{name} is missing"))),
    }
}

/// An object; one that is not there is an empty body, as the platform says for `tag`.
pub(super) fn object<'a>(fields: &'a Fields, name: &str) -> Result<&'a Fields, Refusal> {
    match fields.get(name) {
        Some(Value::Object(object)) => Ok(object),
        _ => Err(EMPTY_BODY.because(format!("{name} is missing or not an object"))),
    }
}

/// An openid by its form.
pub(super) fn openid(fields: &Fields, name: &str) -> Result<OpenId, Refusal> {
    fields
        .get(name)
        .and_then(Value::as_str)
        .and_then(OpenId::parse)
        .ok_or_else(|| INVALID_OPENID.because(name))
}

/// A list of openids, 1 to `most` (40032), each of a known form (40003) and known here (49003).
pub(super) fn known_openids(
    platform: &Platform,
    fields: &Fields,
    name: &str,
    most: usize,
) -> Result<Vec<OpenId>, Refusal> {
    let list = fields
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if list.is_empty() || list.len() > most {
        let found = list.len();
        return Err(INVALID_LIST_SIZE.because(format!(
            "{name} has {found} entries, allowed are 1 to {most}"
        )));
    }
    let read = |value: &Value| {
        let openid = value
            .as_str()
            .and_then(OpenId::parse)
            .ok_or_else(|| INVALID_OPENID.because(name))?;
        match platform.with_known_fan(&openid, |_| ()) {
            Some(()) => Ok(openid),
            None => Err(OPENID_OF_ANOTHER.because(name)),
        }
    };
    list.iter().map(read).collect()
}
