//! Masks secrets in what the log keeps: of each, the first four characters stay, so that two can be told apart.

/// Names of JSON fields and of query parameters whose values are secrets.
const SECRET: [&str; 6] = [
    "access_token",
    "refresh_token",
    "secret",
    "appsecret",
    "jsapi_ticket",
    "code",
];
/// Characters that stay.
const SHOWN: usize = 4;
/// `ticket` is a secret of `getticket` only: there it has 86 characters or more, while the tickets of codes begin with `gQ`.
const TICKET: &str = "ticket";

/// The value of a query parameter.
pub fn value_of(name: &str, value: &str) -> String {
    if is_secret(name, value) {
        masked(value)
    } else {
        value.to_owned()
    }
}

fn is_secret(name: &str, value: &str) -> bool {
    SECRET.contains(&name) || (name == TICKET && !value.starts_with("gQ"))
}

fn masked(value: &str) -> String {
    let length = value.chars().count();
    let shown = value.chars().take(SHOWN).collect::<String>();
    if length <= 2 * SHOWN {
        return "•".repeat(length);
    }
    format!("{shown}…({length})")
}

/// A JSON text with the values of secret fields masked. Everything else, order and spaces too, stays as it was; what
/// is not JSON stays whole.
pub fn secrets(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next_string(rest) {
        out.push_str(before);
        out.push('"');
        out.push_str(name);
        out.push('"');
        rest = after;
        let value_at = after.trim_start().strip_prefix(':').map(str::trim_start);
        if let Some(value) = value_at.filter(|value| value.starts_with('"'))
            && let Some((_, secret, after)) = next_string(value)
            && is_secret(name, secret)
        {
            let between = after_prefix(rest, value);
            out.push_str(between);
            out.push('"');
            out.push_str(&masked(secret));
            out.push('"');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// The part of `whole` before its end `end`.
fn after_prefix<'a>(whole: &'a str, end: &str) -> &'a str {
    whole
        .get(..whole.len().saturating_sub(end.len()))
        .unwrap_or_default()
}

/// What stands before the next quoted text, the text, and what stands after it.
fn next_string(text: &str) -> Option<(&str, &str, &str)> {
    let (before, inside) = text.split_once('"')?;
    let mut escaped = false;
    for (at, char) in inside.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some((before, inside.get(..at)?, inside.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_nothing_else_is_touched() {
        let text = r#"{ "secret" : "abcdefghijkl", "appid":"wx1", "text":{"content":"\"secret\": \"no\""}, "n": 5 }"#;
        assert_eq!(
            secrets(text),
            r#"{ "secret" : "abcd…(12)", "appid":"wx1", "text":{"content":"\"secret\": \"no\""}, "n": 5 }"#
        );
    }

    #[test]
    fn a_short_secret_shows_nothing() {
        assert_eq!(secrets(r#"{"secret":"abc"}"#), r#"{"secret":"•••"}"#);
        assert_eq!(value_of("access_token", "12345678"), "••••••••");
    }

    #[test]
    fn the_ticket_of_a_code_is_no_secret_and_that_of_pages_is() {
        assert_eq!(value_of("ticket", "gQH47joAAAA"), "gQH47joAAAA");
        assert_eq!(value_of("ticket", "kgt8ON7yVITDhtdwci0qeZ"), "kgt8…(22)");
    }

    #[test]
    fn what_is_no_json_stays() {
        for text in ["success", "<xml><a>\"</a></xml>", "\"", ""] {
            assert_eq!(secrets(text), text);
        }
    }
}
