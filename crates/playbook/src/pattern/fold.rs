//! Making a pattern match what normalisation leaves of a text.
//!
//! A text is in NFKC and lower case when a pattern sees it, so a pattern with `（` or `É` in it would match nothing.
//! Its characters are therefore folded as those of a text are. ASCII letters are left to the engine, which ignores
//! their case: `\D` is not `\d`.

use super::token::{Token, tokens};
use crate::text::fold as fold_text;

pub(super) fn fold(pattern: &str) -> String {
    let mut folded = String::with_capacity(pattern.len());
    for token in tokens(pattern) {
        match token {
            Token::Char(c) | Token::Anchor(c) => character(c, &mut folded),
            Token::Class(written) => class(written, &mut folded),
            Token::Escape(written)
            | Token::Open(written)
            | Token::Flags(written)
            | Token::Repeat { written, .. } => {
                folded.push_str(written);
            }
            Token::Close => folded.push(')'),
            Token::Or => folded.push('|'),
            Token::Dot => folded.push('.'),
        }
    }
    folded
}

fn character(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c);
        return;
    }
    let folded = fold_text(c.encode_utf8(&mut [0; 4]));
    let mut characters = folded.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        literal(only, into);
    } else {
        // A repetition that follows is one of the whole.
        into.push_str("(?:");
        folded.chars().for_each(|c| literal(c, into));
        into.push(')');
    }
}

/// Folds the members of a class. One that becomes several characters has no place in a class and stays as it is.
fn class(written: &str, into: &mut String) {
    for c in written.chars() {
        let folded = if c.is_ascii() {
            String::new()
        } else {
            fold_text(c.encode_utf8(&mut [0; 4]))
        };
        let mut characters = folded.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => literal(only, into),
            _ => into.push(c),
        }
    }
}

/// A character that stands for itself, whatever it means in a pattern.
fn literal(c: char, into: &mut String) {
    // Not every sign: `\<` is the beginning of a word.
    if matches!(
        c,
        '\\' | '.'
            | '+'
            | '*'
            | '?'
            | '('
            | ')'
            | '|'
            | '['
            | ']'
            | '{'
            | '}'
            | '^'
            | '$'
            | '-'
            | '&'
            | '~'
    ) {
        into.push('\\');
    }
    into.push(c);
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn ascii_stays_as_it_is() {
        assert_eq!(fold(r"^(?P<Name>\D[A-Z]+)\.$"), r"^(?P<Name>\D[A-Z]+)\.$");
    }

    #[test]
    fn full_width_signs_stand_for_themselves() {
        assert_eq!(fold("（.+）？＜"), r"\(.+\)\?<");
    }

    #[test]
    fn classes_are_folded_too() {
        assert_eq!(fold("[Ａ-Ｚ－É]"), r"[a-z\-é]");
    }

    #[test]
    fn a_character_of_several_is_one_for_a_repetition() {
        assert_eq!(fold("㎏+"), "(?:kg)+");
    }

    #[test]
    fn names_of_groups_stay_as_they_are() {
        assert_eq!(fold("(?P<Ａ>É)"), "(?P<Ａ>é)");
    }
}
