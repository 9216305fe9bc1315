//! Texts with places for what a fan wrote and for what a business system answered.
//!
//! | written | stands for |
//! |---|---|
//! | `{text}` | the fan's whole text |
//! | `{rest}` | what follows the prefix that matched |
//! | `{1}`, `{number}` | a group of the pattern that matched, by its number or name |
//! | `{result.status}` | a field of a business system's answer |
//! | `{{`, `}}` | a brace |
//!
//! What stands for nothing in a place is a mistake at publishing; what is there but has no value is empty. Values are
//! put in as they are: a brace in what a fan wrote is a brace, never a placeholder.

use crate::captures::{Captures, Scope};
use serde_json::Value;
use std::fmt;

/// A text whose placeholders were found and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Fixed(String),
    Captured(Placeholder),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Placeholder {
    Text,
    Rest,
    Group(usize),
    Name(String),
    /// A field of the answer, by the names on the way to it; all of the answer without any.
    Result(Vec<String>),
}

/// What a template is filled from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'v> {
    pub(crate) captures: &'v Captures,
    /// The business system's answer, once there is one.
    pub(crate) result: Option<&'v Value>,
}

/// How values are written into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As they are.
    Plain,
    /// Percent-encoded, so that no value can change which address it is put into.
    Url,
}

impl Template {
    /// Finds the placeholders of a text; on failure, says in words what is wrong.
    pub(crate) fn parse(source: &str, scope: &Scope) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut fixed = String::new();
        let mut rest = source;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            fixed.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                fixed.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix('}') {
                fixed.push('}');
                rest = after.strip_prefix('}').unwrap_or(after);
            } else {
                let (name, after) = from
                    .strip_prefix('{')
                    .and_then(|inside| inside.split_once('}'))
                    .ok_or("`{` begins a placeholder that no `}` ends; write `{{` for a brace")?;
                if !fixed.is_empty() {
                    parts.push(Part::Fixed(std::mem::take(&mut fixed)));
                }
                parts.push(Part::Captured(scope.placeholder(name)?));
                rest = after;
            }
        }
        fixed.push_str(rest);
        if !fixed.is_empty() {
            parts.push(Part::Fixed(fixed));
        }
        Ok(Self { parts })
    }

    /// A text in which braces mean nothing.
    pub(crate) fn fixed(text: &str) -> Self {
        Self {
            parts: vec![Part::Fixed(text.to_owned())],
        }
    }

    /// Fills the places.
    pub(crate) fn expand(&self, values: Values<'_>, encoding: Encoding) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Fixed(fixed) => text.push_str(fixed),
                Part::Captured(placeholder) => {
                    let value = values.get(placeholder);
                    match encoding {
                        Encoding::Plain => text.push_str(&value),
                        Encoding::Url => percent_encode(&value, &mut text),
                    }
                }
            }
        }
        text
    }

    /// Bytes that are the same whatever is filled in.
    pub(crate) fn fixed_bytes(&self) -> usize {
        let fixed = self.parts.iter().map(|part| match part {
            Part::Fixed(fixed) => fixed.len(),
            Part::Captured(_) => 0,
        });
        fixed.sum()
    }

    /// The placeholders in their order.
    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.parts.iter().filter_map(|part| match part {
            Part::Fixed(_) => None,
            Part::Captured(placeholder) => Some(placeholder),
        })
    }
}

/// The text that parses to this template.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Fixed(fixed) => f.write_str(&fixed.replace('{', "{{").replace('}', "}}"))?,
                Part::Captured(placeholder) => write!(f, "{{{placeholder}}}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Rest => f.write_str("rest"),
            Self::Group(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
            Self::Result(way) => {
                f.write_str("result")?;
                way.iter().try_for_each(|name| write!(f, ".{name}"))
            }
        }
    }
}

impl Values<'_> {
    fn get(&self, placeholder: &Placeholder) -> String {
        match placeholder {
            Placeholder::Text => self.captures.text.clone(),
            Placeholder::Rest => self.captures.rest.clone(),
            Placeholder::Group(number) => self.captures.group(*number).to_owned(),
            Placeholder::Name(name) => self.captures.named(name).to_owned(),
            Placeholder::Result(way) => self.result(way),
        }
    }

    /// The field as people write it: no quotation marks around a text, nothing for `null` or what is not there.
    fn result(&self, way: &[String]) -> String {
        match self.result.and_then(|result| field(result, way)) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }
}

/// The field of an answer at the end of this way: names of fields, and places in lists from 0.
pub(crate) fn field<'v>(answer: &'v Value, way: &[String]) -> Option<&'v Value> {
    way.iter().try_fold(answer, |value, name| match value {
        Value::Array(items) => name.parse().ok().and_then(|index: usize| items.get(index)),
        _ => value.get(name),
    })
}

/// Everything but RFC 3986's unreserved characters as `%XX`.
pub(crate) fn percent_encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn scope() -> Scope {
        Scope {
            text: true,
            rest: true,
            groups: vec![None, Some("number".into())],
            result: true,
        }
    }

    fn captures() -> Captures {
        Captures {
            text: "查 SF{1}".into(),
            rest: "SF{1}".into(),
            groups: vec!["查".into(), "SF{1}".into()],
            names: [("number".to_owned(), "SF{1}".to_owned())].into(),
        }
    }

    fn expand(source: &str, result: Option<&Value>) -> String {
        let template = Template::parse(source, &scope()).unwrap();
        template.expand(
            Values {
                captures: &captures(),
                result,
            },
            Encoding::Plain,
        )
    }

    #[test]
    fn places_are_filled() {
        assert_eq!(
            expand("{text}|{rest}|{1}|{2}", None),
            "查 SF{1}|SF{1}|查|SF{1}"
        );
    }

    #[test]
    fn what_a_fan_wrote_is_not_filled_in_again() {
        assert_eq!(expand("<{number}>", None), "<SF{1}>");
    }

    #[test]
    fn doubled_braces_are_braces() {
        assert_eq!(expand("{{1}} }{{", None), "{1} }{");
    }

    #[test]
    fn fields_of_an_answer_are_found_at_any_depth() {
        let result = json!({"status": "已签收", "days": 2, "way": [{"city": "深圳"}], "none": null, "ok": true});
        let text = expand(
            "{result.status} {result.days} {result.way.0.city} {result.none}{result.no.such} {result.ok}",
            Some(&result),
        );
        assert_eq!(text, "已签收 2 深圳  true");
    }

    #[test]
    fn without_an_answer_its_fields_are_empty() {
        assert_eq!(expand("[{result.status}]", None), "[]");
    }

    #[test]
    fn a_value_cannot_leave_its_place_in_an_address() {
        let template = Template::parse("https://example.com/?n={1}&m={2}", &scope()).unwrap();
        let captures = Captures {
            groups: vec!["a&m=b/查".into(), "c".into()],
            ..Captures::default()
        };
        let address = template.expand(
            Values {
                captures: &captures,
                result: None,
            },
            Encoding::Url,
        );
        assert_eq!(address, "https://example.com/?n=a%26m%3Db%2F%E6%9F%A5&m=c");
    }

    #[test]
    fn a_placeholder_that_never_ends_is_refused() {
        assert_eq!(
            Template::parse("a {text", &scope()).unwrap_err(),
            "`{` begins a placeholder that no `}` ends; write `{{` for a brace"
        );
    }

    #[test]
    fn an_unknown_placeholder_is_refused_with_those_that_are_known() {
        assert_eq!(
            Template::parse("{nubmer}", &scope()).unwrap_err(),
            "unknown placeholder {nubmer}: here there are {text}, {rest}, {1}, {2}, {number}, {result.…}; write `{{` for a brace"
        );
    }

    #[test]
    fn where_nothing_is_captured_no_placeholder_is_known() {
        assert_eq!(
            Template::parse("{text}", &Scope::default()).unwrap_err(),
            "unknown placeholder {text}: here there are none; write `{{` for a brace"
        );
    }

    proptest! {
        #[test]
        fn a_template_reads_back_as_it_is_shown(source in "([a{}\u{4e00}]|\\{text\\}|\\{1\\}|\\{number\\}|\\{result\\.a\\.0\\})*") {
            if let Ok(template) = Template::parse(&source, &scope()) {
                prop_assert_eq!(Template::parse(&template.to_string(), &scope()).unwrap(), template);
            }
        }

        #[test]
        fn parsing_never_panics(source in "\\PC*") {
            let _ = Template::parse(&source, &scope());
        }

        #[test]
        fn any_text_can_be_written_with_doubled_braces(text in "\\PC*") {
            let source = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(expand(&source, None), text);
        }
    }
}
