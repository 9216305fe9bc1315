//! Versions in headers: `ETag` says which one is in force, `If-Match` which one somebody looked at before changing it.

use super::error::ApiError;
use super::{Api, Result};

/// The `ETag` of a version.
pub(super) fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// What `If-Match` says, if the request has it.
pub(super) fn if_match(api: &Api<'_>) -> Result<Option<String>> {
    Ok(api.request.headers().get("if-match")?)
}

/// Whether the version in force is the one that `If-Match` names, if the request has one.
pub(super) fn expect(api: &Api<'_>, newest: i64) -> Result<()> {
    match if_match(api)? {
        Some(expected) if !matches(&expected, newest) => Err(ApiError::Precondition { newest }),
        _ => Ok(()),
    }
}

/// Whether an `If-Match` names the version in force; `*` is any that exists.
pub(super) fn matches(expected: &str, newest: i64) -> bool {
    expected.split(',').map(str::trim).any(|tag| match tag {
        "*" => newest > 0,
        tag => tag.trim_start_matches("W/").trim_matches('"') == newest.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_names_a_version_in_any_of_its_forms() {
        assert!(
            matches("\"3\"", 3)
                && matches("3", 3)
                && matches("W/\"3\"", 3)
                && matches("\"1\", \"3\"", 3)
        );
        assert!(!matches("\"2\"", 3) && !matches("", 3));
        assert!(matches("*", 1) && !matches("*", 0));
    }
}
