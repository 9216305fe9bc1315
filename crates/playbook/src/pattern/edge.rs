//! Patterns that ask for what normalisation has taken away.
//!
//! A text has no punctuation at its ends when a pattern sees it, unless it is nothing but punctuation. So `^在吗？$` matches
//! nothing, however natural it looks.

use super::token::{Token, tokens};
use crate::text::is_bare_punctuation;

/// A sign that every match begins or ends the text with, though no text does; `literals` are texts of which any match
/// contains one.
pub(super) fn lost(folded: &str, literals: Option<&[String]>) -> Option<char> {
    // A text of punctuation alone keeps it.
    let has_word = literals?
        .iter()
        .all(|literal| !is_bare_punctuation(literal));
    let all: Vec<Token<'_>> = tokens(folded).collect();
    let simple = |token: &Token<'_>| !matches!(token, Token::Or | Token::Flags(_));
    if !has_word || !all.iter().all(simple) {
        return None;
    }
    let first = match all.as_slice() {
        [Token::Anchor('^'), sign, Token::Repeat { least, .. }, ..] if *least > 0 => {
            punctuation(sign)
        }
        [Token::Anchor('^'), _, Token::Repeat { .. }, ..] => None,
        [Token::Anchor('^'), sign, ..] => punctuation(sign),
        _ => None,
    };
    let last = || match all.as_slice() {
        [.., sign, Token::Repeat { least, .. }, Token::Anchor('$')] if *least > 0 => {
            punctuation(sign)
        }
        [.., sign, Token::Anchor('$')] => punctuation(sign),
        _ => None,
    };
    first.or_else(last)
}

/// The sign that a token stands for, if it is one that is taken off the ends of texts.
fn punctuation(token: &Token<'_>) -> Option<char> {
    let c = match token {
        Token::Char(c) => *c,
        Token::Escape(written) => {
            let mut characters = written.chars().skip(1);
            let c = characters.next().filter(char::is_ascii_punctuation)?;
            characters.next().is_none().then_some(c)?
        }
        _ => return None,
    };
    is_bare_punctuation(c.encode_utf8(&mut [0; 4])).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;
    use crate::text::Text;
    use proptest::prelude::*;

    fn lost(pattern: &str) -> Option<char> {
        Pattern::new(pattern).unwrap().lost()
    }

    #[test]
    fn a_sign_at_an_anchored_end_is_lost() {
        for (pattern, sign) in [
            ("^在吗？$", '?'),
            (r"^在吗\?$", '?'),
            ("^“查物流", '“'),
            ("查。+$", '。'),
            (r"^#(?P<topic>话题)", '#'),
            ("^ 查", ' '),
        ] {
            // Full-width signs are the usual ones by then.
            assert_eq!(lost(pattern), Some(sign), "{pattern}");
        }
    }

    #[test]
    fn what_can_match_is_not_told() {
        for pattern in [
            "在吗？",
            "^在吗？*$",
            "^在，吗$",
            r"^\?+$",
            "^[？?]查",
            "^？?在吗$",
            "^在吗$|^在？$",
            "^(在吗|？)$",
            r"^查\s$",
            "(?i)^查。$",
        ] {
            assert_eq!(lost(pattern), None, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn what_is_told_matches_no_text(pattern in "\\^?[ab查。?#\\\\+*]{1,5}\\$?", text in "[ab查。?# ]{0,6}") {
            if let Ok(pattern) = Pattern::new(&pattern)
                && pattern.lost().is_some()
            {
                prop_assert_eq!(pattern.captures(&Text::new(&text)), None);
            }
        }
    }
}
