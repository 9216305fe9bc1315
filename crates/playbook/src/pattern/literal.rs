//! What a text must contain for a pattern to match it.
//!
//! `查(物流|快递)\s*(\d+)` matches no text without one of `物流` and `快递`. Such literals go into the automaton that
//! searches for all words at once, and a pattern is tried only when one of its own was seen. What is found errs on one
//! side only: it may be nothing, or less than there is, but no match is without it.

use super::token::{Token, tokens};
use std::iter::Peekable;

/// Most alternatives that are worth a search.
const MAX_ALTERNATIVES: usize = 64;

/// Texts of which any match must contain at least one, in lower case. The pattern has to be one that the engine took,
/// which also bounds how deep groups are nested.
pub(super) fn required(pattern: &str) -> Option<Vec<String>> {
    if tokens(pattern).any(ignores_space) {
        return None;
    }
    // A repetition behind flags is one of what stands before them.
    let tokens = tokens(pattern).filter(|token| !matches!(token, Token::Flags(_)));
    alternatives(&mut tokens.peekable()).needs
}

/// Whether flags name `x`, under which white space and comments are no characters of the pattern.
fn ignores_space(token: Token<'_>) -> bool {
    match token {
        Token::Flags(flags) | Token::Open(flags) => !flags.contains('<') && flags.contains('x'),
        _ => false,
    }
}

/// What is known about a part of a pattern.
#[derive(Clone, Default)]
struct Part {
    /// The one text that it matches.
    exactly: Option<String>,
    /// Texts of which any match must contain one.
    needs: Option<Vec<String>>,
}

impl Part {
    fn exactly(text: String) -> Self {
        Self {
            exactly: Some(text),
            needs: None,
        }
    }
}

/// Reads alternatives up to the end of their group.
fn alternatives<'p>(tokens: &mut Peekable<impl Iterator<Item = Token<'p>>>) -> Part {
    let first = sequence(tokens);
    let mut all = first.needs.clone();
    let mut several = false;
    while let Some(Token::Or) = tokens.peek() {
        tokens.next();
        several = true;
        let next = sequence(tokens).needs;
        all = all.zip(next).map(|(mut all, next)| {
            all.extend(next);
            all
        });
    }
    if !several {
        return first;
    }
    Part {
        exactly: None,
        needs: all.filter(|all| all.len() <= MAX_ALTERNATIVES),
    }
}

/// Reads what follows one another, up to `|`, `)` or the end.
fn sequence<'p>(tokens: &mut Peekable<impl Iterator<Item = Token<'p>>>) -> Part {
    let mut found = Found::default();
    let mut all_exact = true;
    while let Some(token) = tokens.next_if(|token| !matches!(token, Token::Or | Token::Close)) {
        let part = part(token, tokens);
        let mut least = None;
        while let Some(Token::Repeat { least: again, .. }) =
            tokens.next_if(|token| matches!(token, Token::Repeat { .. }))
        {
            least = Some(least.map_or(again, |before: u32| before.min(again)));
        }
        match (part, least) {
            (
                Part {
                    exactly: Some(text),
                    ..
                },
                None,
            ) => found.run.push_str(&text),
            (_, Some(0)) => {
                found.end_run();
                all_exact = false;
            }
            (Part { exactly, needs }, _) => {
                // Of a repetition, the first round stands beside what comes before it.
                found.run.push_str(&exactly.unwrap_or_default());
                found.end_run();
                found.offer(needs);
                all_exact = false;
            }
        }
    }
    let exactly = all_exact.then(|| found.run.clone());
    found.end_run();
    Part {
        exactly,
        needs: found.best,
    }
}

/// Reads one part. Groups take their tokens, to the closing parenthesis.
fn part<'p>(token: Token<'p>, tokens: &mut Peekable<impl Iterator<Item = Token<'p>>>) -> Part {
    match token {
        Token::Char(c) => Part::exactly(c.to_ascii_lowercase().to_string()),
        Token::Escape(written) => escape(written),
        // Of no width: what stands on both sides stands side by side.
        Token::Anchor(_) => Part::exactly(String::new()),
        Token::Open(_) => {
            let inner = alternatives(tokens);
            // The closing parenthesis.
            tokens.next();
            inner
        }
        Token::Class(_)
        | Token::Dot
        | Token::Flags(_)
        | Token::Repeat { .. }
        | Token::Or
        | Token::Close => Part::default(),
    }
}

fn escape(written: &str) -> Part {
    let mut characters = written.chars().skip(1);
    match (characters.next(), characters.next()) {
        (Some(c), None) if !c.is_ascii_alphanumeric() && !matches!(c, '<' | '>') => {
            Part::exactly(c.to_string())
        }
        (Some('b' | 'B' | 'A' | 'z' | '<' | '>'), _) => Part::exactly(String::new()),
        _ => Part::default(),
    }
}

/// The best that was found in a sequence so far.
#[derive(Default)]
struct Found {
    /// Characters that stand side by side in every match.
    run: String,
    best: Option<Vec<String>>,
}

impl Found {
    fn end_run(&mut self) {
        if !self.run.is_empty() {
            let run = std::mem::take(&mut self.run);
            self.offer(Some(vec![run]));
        }
    }

    /// Takes the candidate if its shortest text is longer, which makes it rarer.
    fn offer(&mut self, candidate: Option<Vec<String>>) {
        let shortest = |texts: &[String]| texts.iter().map(|text| text.chars().count()).min();
        let (new, old) = (
            candidate.as_deref().and_then(shortest),
            self.best.as_deref().and_then(shortest),
        );
        if new > old {
            self.best = candidate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str) -> Vec<String> {
        required(pattern).unwrap_or_default()
    }

    #[test]
    fn the_longest_run_is_taken() {
        assert_eq!(found(r"^查\s*物流单(\d+)$"), ["物流单"]);
    }

    #[test]
    fn of_alternatives_each_gives_one() {
        assert_eq!(found("查(物流|快递)"), ["物流", "快递"]);
    }

    #[test]
    fn an_alternative_without_a_literal_leaves_the_rest() {
        assert_eq!(found(r"订单(物流|\d+)"), ["订单"]);
        assert_eq!(required(r"物流|\d+"), None);
    }

    #[test]
    fn what_may_be_absent_is_not_required() {
        assert_eq!(found("(?:请)?(?:帮我)*查"), ["查"]);
        assert_eq!(required("a{0,3}"), None);
    }

    #[test]
    fn what_is_repeated_is_there_once() {
        assert_eq!(found("x(ab)+c"), ["xab"]);
        assert_eq!(found("(ab){2,}"), ["ab"]);
    }

    #[test]
    fn flags_do_not_part_a_repetition_from_what_it_repeats() {
        assert_eq!(required("a(?i)*"), None);
    }

    #[test]
    fn an_anchor_parts_nothing() {
        assert_eq!(found(r"^ab\bcd$"), ["abcd"]);
    }

    #[test]
    fn literals_are_in_lower_case() {
        assert_eq!(found("Order"), ["order"]);
    }

    #[test]
    fn an_escaped_sign_is_itself() {
        assert_eq!(found(r"a\.b"), ["a.b"]);
    }

    #[test]
    fn classes_and_dots_require_nothing() {
        assert_eq!(required(r"[ab].\d"), None);
        assert_eq!(required(r"\x61"), None);
    }

    #[test]
    fn where_white_space_is_ignored_nothing_is_found() {
        assert_eq!(required("(?x) a b"), None);
        assert_eq!(required("(?-x: a b)"), None);
    }
}
