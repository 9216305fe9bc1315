//! The body of an interface call: JSON as the platform takes it.

use axum::http::{HeaderMap, header::CONTENT_TYPE};
use serde_json::{Map, Value};

use super::refusal::{EMPTY_BODY, INVALID_CHARACTER, MALFORMED_BODY, Refusal};

/// Reads a body. Its Content-Type must name JSON; the real platform is said to be kinder here.
pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    read_as(
        headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok()),
        body,
    )
}

fn read_as(content_type: Option<&str>, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.is_empty() {
        return Err(EMPTY_BODY.into());
    }
    let named = content_type
        .and_then(|text| text.split(';').next())
        .map(str::trim);
    if !named.is_some_and(|name| name.eq_ignore_ascii_case("application/json")) {
        return Err(MALFORMED_BODY.because("Content-Type must be application/json"));
    }
    let text = std::str::from_utf8(body)
        .map_err(|_| INVALID_CHARACTER.because("the body is not UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) if !has_unicode_escape(text) => Ok(object),
        Ok(Value::Object(_)) => Err(INVALID_CHARACTER.because("send characters as UTF-8")),
        Ok(_) => Err(MALFORMED_BODY.because("the body is not a JSON object")),
        Err(error) => Err(MALFORMED_BODY.because(error.to_string())),
    }
}

/// Whether the JSON text spells a character as `\uXXXX`. An escaped backslash before a `u` is none.
fn has_unicode_escape(json: &str) -> bool {
    let mut chars = json.chars();
    while let Some(char) = chars.next() {
        if char == '\\' && chars.next() == Some('u') {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Option<&str> = Some("application/json; charset=utf-8");

    fn code(content_type: Option<&str>, body: &[u8]) -> i32 {
        read_as(content_type, body).map_or_else(|refusal| refusal.code.0, |_| 0)
    }

    #[test]
    fn characters_go_as_utf8() {
        assert_eq!(code(JSON, r#"{"content":"你好"}"#.as_bytes()), 0);
        assert_eq!(code(JSON, br#"{"content":"\u4f60"}"#), 40033);
    }

    #[test]
    fn an_escaped_backslash_before_a_u_is_no_escape() {
        assert_eq!(code(JSON, br#"{"content":"C:\\users"}"#), 0);
    }

    #[test]
    fn other_bytes_than_utf8_are_refused() {
        assert_eq!(code(JSON, b"{\"content\":\"\xc4\xe3\"}"), 40033);
    }

    #[test]
    fn a_form_is_not_json() {
        assert_eq!(
            code(Some("application/x-www-form-urlencoded"), b"{}"),
            47001
        );
        assert_eq!(code(None, b"{}"), 47001);
    }

    #[test]
    fn half_a_body_is_a_format_error() {
        assert_eq!(code(JSON, b"{\"touser\":"), 47001);
        assert_eq!(code(JSON, b""), 44002);
    }
}
