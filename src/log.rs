//! Structured logs: one JSON object a line, with the part that speaks and what it is about.
//!
//! Never in a log: message text, openids in full, tokens, keys. Callers pass fields one by one, so each can be seen in review.

use std::fmt::Display;

/// Something goes on that an operator began.
pub(crate) fn info(part: &str, message: &str, fields: &[(&str, &dyn Display)]) {
    worker::console_log!("{}", line("info", part, message, fields));
}

/// Something is wrong that heals by itself or that an operator should know.
pub(crate) fn warn(part: &str, message: &str, fields: &[(&str, &dyn Display)]) {
    worker::console_warn!("{}", line("warn", part, message, fields));
}

/// Something failed.
pub(crate) fn error(part: &str, message: &str, fields: &[(&str, &dyn Display)]) {
    worker::console_error!("{}", line("error", part, message, fields));
}

fn line(level: &str, part: &str, message: &str, fields: &[(&str, &dyn Display)]) -> String {
    let mut line = format!(
        r#"{{"level":"{level}","part":"{part}","message":{}"#,
        quoted(message)
    );
    for (name, value) in fields {
        line.push_str(&format!(r#","{name}":{}"#, quoted(&value.to_string())));
    }
    line.push('}');
    line
}

fn quoted(text: &str) -> String {
    // A text can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_whatever_is_in_it() {
        let line = line(
            "warn",
            "shard",
            "a \"b\"\n",
            &[("shard", &7), ("reason", &"c\\")],
        );
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["message"], "a \"b\"\n");
        assert_eq!(
            (&read["shard"], &read["reason"]),
            (&"7".into(), &"c\\".into())
        );
    }
}
