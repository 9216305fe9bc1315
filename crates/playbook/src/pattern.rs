//! Patterns: regular expressions over normalised texts.
//!
//! | room | what |
//! |---|---|
//! | `token` | cuts a pattern into its smallest parts |
//! | `fold` | makes a pattern match what normalisation leaves of a text |
//! | `literal` | finds what a text must contain for the pattern to match |
//!
//! The engine is `regex-lite`: linear in the text whatever the pattern, and a sixth of the Wasm of `regex`. It lacks
//! classes such as `\p{Han}`, and `\d`, `\w` and `\s` are ASCII, which is what full-width digits and letters have
//! become by the time a pattern sees them.

mod edge;
mod fold;
mod literal;
mod token;

use crate::captures::{Captures, RESERVED};
use crate::text::Text;
use regex_lite::{Regex, RegexBuilder};

/// Bytes of a pattern as written. The engine recurses over what it parsed, `a****` a level for each sign.
const MAX_PATTERN_BYTES: usize = 1000;

/// Bytes of a compiled pattern. A search takes time in proportion to this and to the text.
const MAX_COMPILED_BYTES: usize = 128 * 1024;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    /// The groups from the first, with their names.
    groups: Vec<Option<String>>,
    literals: Option<Vec<String>>,
    /// See [`Pattern::lost`].
    lost: Option<char>,
}

impl Pattern {
    /// Compiles a pattern; on failure, says in words what is wrong.
    pub(crate) fn new(written: &str) -> Result<Self, String> {
        if written.is_empty() {
            return Err("this pattern is empty, so it would match everything".to_owned());
        }
        if written.len() > MAX_PATTERN_BYTES {
            return Err(format!(
                "this pattern has {} bytes, at most {MAX_PATTERN_BYTES} are allowed",
                written.len()
            ));
        }
        let folded = fold::fold(written);
        let regex = RegexBuilder::new(&folded)
            .case_insensitive(true)
            .size_limit(MAX_COMPILED_BYTES)
            .build()
            .map_err(|error| error.to_string())?;
        let groups: Vec<_> = regex
            .capture_names()
            .skip(1)
            .map(|name| name.map(str::to_owned))
            .collect();
        if let Some(taken) = groups
            .iter()
            .flatten()
            .find(|name| RESERVED.contains(&name.as_str()))
        {
            return Err(format!(
                "a group cannot have the name `{taken}`, since {{{taken}}} already stands for something"
            ));
        }
        let literals = literal::required(&folded);
        let lost = edge::lost(&folded, literals.as_deref());
        Ok(Self {
            regex,
            groups,
            literals,
            lost,
        })
    }

    /// The groups from the first, with their names.
    pub(crate) fn groups(&self) -> &[Option<String>] {
        &self.groups
    }

    /// Texts of which any match must contain at least one; none if no such texts were found.
    pub(crate) fn literals(&self) -> Option<&[String]> {
        self.literals.as_deref()
    }

    /// A sign at an end of every match that no text has there, so that the pattern can never match.
    pub(crate) fn lost(&self) -> Option<char> {
        self.lost
    }

    /// Matches the key of a text and captures what the fan wrote there.
    pub(crate) fn captures(&self, text: &Text<'_>) -> Option<Captures> {
        let found = self.regex.captures(text.key())?;
        let mut captures = Captures::of_text(text.whole());
        for (number, name) in (1..).zip(&self.groups) {
            let written = found
                .get(number)
                .map_or("", |group| text.written(group.range()));
            captures.groups.push(written.to_owned());
            if let Some(name) = name {
                captures.names.insert(name.clone(), written.to_owned());
            }
        }
        Some(captures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn captures(pattern: &str, text: &str) -> Option<Captures> {
        Pattern::new(pattern).unwrap().captures(&Text::new(text))
    }

    #[test]
    fn groups_hold_what_the_fan_wrote() {
        let captures = captures(
            r"^(?:查)?(物流|快递)\s*(?P<number>[a-z0-9]+)$",
            "查快递 ＳＦ12Ab！",
        )
        .unwrap();
        assert_eq!(captures.groups, ["快递", "SF12Ab"]);
        assert_eq!(captures.names["number"], "SF12Ab");
        assert_eq!(captures.text, "查快递 SF12Ab!");
    }

    #[test]
    fn a_group_that_took_no_part_is_empty() {
        assert_eq!(captures("a(b)?(c)", "ac").unwrap().groups, ["", "c"]);
    }

    #[test]
    fn a_group_may_have_a_chinese_name() {
        assert_eq!(
            captures("(?<单号>[0-9]+)", "单号 42").unwrap().names["单号"],
            "42"
        );
    }

    #[test]
    fn capitals_and_full_width_in_a_pattern_match() {
        assert!(captures("^Order（[Ａ-Ｚ]+）É", "ORDER(abc)éx").is_some());
    }

    #[test]
    fn a_broken_pattern_is_told() {
        assert_eq!(
            Pattern::new("(a").unwrap_err(),
            "found open group without closing ')'"
        );
    }

    #[test]
    fn a_pattern_that_would_grow_too_large_is_refused() {
        assert_eq!(
            Pattern::new("((a{900}){900}){900}").unwrap_err(),
            "compiled regex exceeded size limit"
        );
    }

    #[test]
    fn a_pattern_that_nests_without_end_is_refused() {
        let pattern = format!("a{}", "*".repeat(MAX_PATTERN_BYTES - 1));
        assert_eq!(
            Pattern::new(&pattern).unwrap_err(),
            "pattern has too much nesting"
        );
    }

    #[test]
    fn an_overlong_pattern_is_refused() {
        assert_eq!(
            Pattern::new(&"a".repeat(1001)).unwrap_err(),
            "this pattern has 1001 bytes, at most 1000 are allowed"
        );
    }

    #[test]
    fn an_empty_pattern_is_refused() {
        assert_eq!(
            Pattern::new("").unwrap_err(),
            "this pattern is empty, so it would match everything"
        );
    }

    #[test]
    fn a_group_cannot_take_the_name_of_a_placeholder() {
        assert_eq!(
            Pattern::new("(?P<text>a)").unwrap_err(),
            "a group cannot have the name `text`, since {text} already stands for something"
        );
    }

    proptest! {
        #[test]
        fn compiling_never_panics(pattern in r"([a-cA-C查物0-9 =:!<>P,^&~#-]|[\\(){}\[\]?*+|.^$]|\(\?[:imsUxP<-]|\\[xuUbdwDSBAz<{]|\[:alpha:\]){0,24}") {
            let _ = Pattern::new(&pattern);
        }

        #[test]
        fn a_match_contains_a_required_literal(
            pattern in r"([abAB查物]|[?*+|.]|\(|\)|\[ab\]|\{0,2\}|\{2\}|\\b|\(\?:|\(\?i\)|\\x61|\\\.){1,14}",
            text in "[abAB查物.]{0,10}",
        ) {
            let Ok(pattern) = Pattern::new(&pattern) else { return Ok(()) };
            let text = Text::new(&text);
            if let (Some(_), Some(literals)) = (pattern.captures(&text), pattern.literals()) {
                prop_assert!(literals.iter().any(|literal| text.key().contains(literal)), "{:?}", literals);
            }
        }
    }
}
