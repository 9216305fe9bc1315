//! Cutting a pattern into tokens, in the syntax of `regex-lite`.
//!
//! Any text can be cut; of a pattern that the engine refuses, the tokens mean nothing.

/// A smallest part of a pattern, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'p> {
    /// A character that stands for itself.
    Char(char),
    /// A backslash and what belongs to it: `\d`, `\.`, `\x{61}`.
    Escape(&'p str),
    /// A class with its brackets.
    Class(&'p str),
    /// A parenthesis with what it says about itself: `(`, `(?:`, `(?P<name>`.
    Open(&'p str),
    /// Flags for what follows: `(?i)`.
    Flags(&'p str),
    Close,
    /// `|`
    Or,
    /// `.`
    Dot,
    /// `^` or `$`
    Anchor(char),
    /// A repetition with the least number of times, and whether it is lazy.
    Repeat {
        least: u32,
        written: &'p str,
    },
}

/// The tokens of a pattern. Joined as written, they are the pattern.
pub(super) fn tokens(pattern: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = pattern;
    std::iter::from_fn(move || {
        let (token, length) = first(rest)?;
        rest = rest.get(length..)?;
        Some(token)
    })
}

fn first(text: &str) -> Option<(Token<'_>, usize)> {
    let c = text.chars().next()?;
    let length = match c {
        '\\' => escape(text),
        '[' => class(text),
        '(' => open(text),
        '?' | '*' | '+' | '{' => repeat(text),
        c => c.len_utf8(),
    };
    let written = text.get(..length)?;
    let token = match c {
        '\\' => Token::Escape(written),
        '[' => Token::Class(written),
        '(' if written.starts_with("(?") && written.ends_with(')') => Token::Flags(written),
        '(' => Token::Open(written),
        ')' => Token::Close,
        '|' => Token::Or,
        '.' => Token::Dot,
        '^' | '$' => Token::Anchor(c),
        '?' | '*' => Token::Repeat { least: 0, written },
        '+' => Token::Repeat { least: 1, written },
        '{' => Token::Repeat {
            least: least(written),
            written,
        },
        c => Token::Char(c),
    };
    Some((token, length))
}

/// The length of what begins with a backslash.
fn escape(text: &str) -> usize {
    let kind = text.chars().nth(1);
    let braced = match kind {
        Some('x' | 'u' | 'U') => text.chars().nth(2) == Some('{'),
        Some('b') => names_a_boundary(text),
        _ => false,
    };
    match kind {
        _ if braced => through(text, "}"),
        Some('x') => nth(text, 4),
        Some('u') => nth(text, 6),
        Some('U') => nth(text, 10),
        _ => nth(text, 2),
    }
}

/// Whether `\b{` goes on as `\b{start}` does and not as a repetition.
fn names_a_boundary(text: &str) -> bool {
    text.strip_prefix("\\b{").is_some_and(|inner| {
        inner
            .trim_start()
            .starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
    })
}

/// The length of a class. A `]` at its beginning stands for itself, and `[:alpha:]` may be inside.
fn class(text: &str) -> usize {
    let inner = text.strip_prefix('[').unwrap_or(text);
    let inner = inner.strip_prefix('^').unwrap_or(inner);
    let mut rest = inner.strip_prefix(']').unwrap_or(inner);
    while let Some(c) = rest.chars().next() {
        let step = match c {
            ']' => return text.len().saturating_sub(rest.len()).saturating_add(1),
            '\\' => nth(rest, 2),
            '[' if rest.starts_with("[:") => through(rest, ":]"),
            c => c.len_utf8(),
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    text.len()
}

fn open(text: &str) -> usize {
    if text.starts_with("(?P<") || text.starts_with("(?<") {
        through(text, ">")
    } else if text.starts_with("(?") {
        text.find([':', ')'])
            .map_or(text.len(), |at| at.saturating_add(1))
    } else {
        1
    }
}

fn repeat(text: &str) -> usize {
    let length = if text.starts_with('{') {
        through(text, "}")
    } else {
        1
    };
    let lazy = text.get(length..).is_some_and(|rest| rest.starts_with('?'));
    length.saturating_add(usize::from(lazy))
}

/// The number before the comma; none of a broken repetition.
fn least(written: &str) -> u32 {
    let inner = written.trim_end_matches('?').trim_matches(['{', '}']);
    inner
        .split(',')
        .next()
        .and_then(|number| number.trim().parse().ok())
        .unwrap_or(0)
}

/// The length up to and with the first `end`, or of all of it.
fn through(text: &str, end: &str) -> usize {
    text.find(end)
        .map_or(text.len(), |at| at.saturating_add(end.len()))
}

/// The length of the first characters.
fn nth(text: &str, characters: usize) -> usize {
    text.char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::Token::*;
    use super::*;
    use proptest::prelude::*;

    fn cut(pattern: &str) -> Vec<Token<'_>> {
        tokens(pattern).collect()
    }

    #[test]
    fn groups_say_what_they_are() {
        let found = cut("(?P<n>a)(?<m>b)(?:c)(?i:d)(?i)(e)");
        let opened: Vec<_> = found
            .into_iter()
            .filter(|token| matches!(token, Open(_) | Flags(_)))
            .collect();
        assert_eq!(
            opened,
            [
                Open("(?P<n>"),
                Open("(?<m>"),
                Open("(?:"),
                Open("(?i:"),
                Flags("(?i)"),
                Open("(")
            ]
        );
    }

    #[test]
    fn a_class_ends_at_its_own_bracket() {
        assert_eq!(
            cut(r"[]a][^]b][\]c][[:alpha:]d]x"),
            [
                Class("[]a]"),
                Class("[^]b]"),
                Class(r"[\]c]"),
                Class("[[:alpha:]d]"),
                Char('x')
            ]
        );
    }

    #[test]
    fn an_escape_takes_its_digits_along() {
        assert_eq!(
            cut(r"\x61\x{61}\u4e00\U0004e001\.\b{start}\b{2}"),
            [
                Escape(r"\x61"),
                Escape(r"\x{61}"),
                Escape(r"\u4e00"),
                Escape(r"\U0004e001"),
                Escape(r"\."),
                Escape(r"\b{start}"),
                Escape(r"\b"),
                Repeat {
                    least: 2,
                    written: "{2}"
                },
            ]
        );
    }

    #[test]
    fn a_repetition_knows_its_least_number() {
        let least: Vec<u32> = cut("?*+??{3}{ 2 , 5 }?{4,}")
            .into_iter()
            .filter_map(|token| {
                if let Repeat { least, .. } = token {
                    Some(least)
                } else {
                    None
                }
            })
            .collect();
        assert_eq!(least, [0, 0, 1, 0, 3, 2, 4]);
    }

    proptest! {
        #[test]
        fn tokens_joined_are_the_pattern(pattern in r"([a查]|[\\(){}\[\]?*+|.^$]|\(\?P<|\\x|\[:){0,20}") {
            let joined: String = tokens(&pattern)
                .map(|token| match token {
                    Char(c) | Anchor(c) => c.to_string(),
                    Escape(written) | Class(written) | Open(written) | Flags(written) | Repeat { written, .. } => written.to_owned(),
                    Close => ")".to_owned(),
                    Or => "|".to_owned(),
                    Dot => ".".to_owned(),
                })
                .collect();
            prop_assert_eq!(joined, pattern);
        }
    }
}
