//! What a fan wrote, in the two forms that the playbook works with.
//!
//! *Matching* is done on the **key**: NFKC, lower case, without outer white space and punctuation, so that `GO`, `go`
//! and `ＧＯ！` are one word. *Captured* text comes from the **whole** text: NFKC and trimmed, but in the case that the
//! fan wrote, since an order number or a name should go on as it was typed.
//!
//! A place in the key is a place in the whole text as long as lower-casing keeps the number of characters, which
//! `lower` sees to. Where it changes how characters compose (`H` + U+0331 has no single character, `h` + U+0331
//! has), the two cannot be laid side by side, and captures come from the key.

use crate::nfkc::nfkc;
use std::borrow::Cow;
use std::ops::Range;

/// Bytes of a text that take part in matching, before and after normalisation. WeChat lets a fan type about 2,000
/// bytes; one character can grow to 33 bytes under NFKC, and patterns take time in proportion to the text.
const MAX_BYTES: usize = 4096;

/// The form in which two texts are compared: NFKC, lower case, outer white space and punctuation taken off. A text of
/// nothing but punctuation keeps it, so that `#` and `？` can be words.
///
/// Doing it twice changes nothing.
///
/// ```
/// use fandesk_playbook::normalise;
/// assert_eq!(normalise("ＧＯ ！"), "go");
/// assert_eq!(normalise(" ＃ "), "#");
/// ```
#[must_use]
pub fn normalise(text: &str) -> String {
    Text::new(text).key
}

/// A text with its normalised form, made once for all that look at it.
#[derive(Clone, Debug)]
pub struct Text<'t> {
    whole: Cow<'t, str>,
    core: Range<usize>,
    key: String,
    aligned: bool,
}

impl<'t> Text<'t> {
    /// Normalises a text as it came from WeChat.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let whole = match nfkc(cut(text)) {
            Cow::Borrowed(same) => Cow::Borrowed(trim_blank(cut(same))),
            Cow::Owned(new) => Cow::Owned(trim_blank(cut(&new)).to_owned()),
        };
        let core = core(&whole);
        let folded = lower(whole.get(core.clone()).unwrap_or_default());
        let key = settle(&folded);
        Self {
            aligned: key == folded,
            whole,
            core,
            key,
        }
    }

    /// The normalised form, on which matching is done.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The whole text as the fan wrote it, in NFKC and trimmed.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// What the fan wrote where the key has these bytes.
    pub(crate) fn written(&self, span: Range<usize>) -> &str {
        let found = self.key.get(span.clone()).unwrap_or_default();
        if !self.aligned {
            return found;
        }
        let before = self
            .key
            .get(..span.start)
            .unwrap_or_default()
            .chars()
            .count();
        let core = self.whole.get(self.core.clone()).unwrap_or_default();
        let rest = skip(core, before);
        let after = skip(rest, found.chars().count());
        rest.get(..rest.len().saturating_sub(after.len()))
            .unwrap_or_default()
    }
}

/// A text without outer white space and punctuation, or without outer white space alone if nothing else is in it.
pub(crate) fn trim_outer(text: &str) -> &str {
    text.get(core(text)).unwrap_or_default()
}

/// Whether a text is nothing but white space and punctuation.
pub(crate) fn is_bare_punctuation(text: &str) -> bool {
    text.chars().all(|c| is_blank(c) || is_punctuation(c))
}

/// NFKC and lower case of a piece of a text, with everything at its ends kept.
pub(crate) fn fold(piece: &str) -> String {
    settle(&lower(&nfkc(cut(piece))))
}

fn core(text: &str) -> Range<usize> {
    let blank = trim_blank(text);
    let inner = blank.trim_matches(|c| is_blank(c) || is_punctuation(c));
    let kept = if inner.is_empty() { blank } else { inner };
    let start = kept.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start.saturating_add(kept.len())
}

/// Lower case, a character for a character. Only `İ` has two in lower case, `i` and a dot above; the dot is dropped.
fn lower(text: &str) -> String {
    text.chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect()
}

/// Composes what lower-casing made composable.
fn settle(folded: &str) -> String {
    match nfkc(folded) {
        Cow::Borrowed(same) => same.to_owned(),
        Cow::Owned(new) => lower(&new),
    }
}

fn skip(text: &str, characters: usize) -> &str {
    let at = text
        .char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| at);
    text.get(at..).unwrap_or_default()
}

fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_BYTES))
        .unwrap_or_default()
}

fn trim_blank(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// White space, control characters, and those that show nothing, which copying from a web page brings along.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Punctuation after NFKC, which has already turned most full-width characters into ASCII. Signs of ASCII such as `+`
/// and `=` count as well: people end words with them.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c,
            '¡' | '§' | '«' | '¶' | '·' | '»' | '¿'
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' // dashes, quotation marks, …
            | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' // 、。「」【】〜
            | '\u{30fb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_of_go_is_one_word() {
        for spelling in [
            "GO",
            "go",
            "Go!",
            "ＧＯ ",
            "　ｇｏ。",
            "“GO”",
            "\u{feff}GO\u{200b}",
            "GO～",
            "【go】",
        ] {
            assert_eq!(normalise(spelling), "go", "{spelling:?}");
        }
    }

    #[test]
    fn compatibility_characters_are_one_with_the_usual_ones() {
        assert_eq!(normalise("ﾊﾝﾃﾞｨ"), "ハンディ");
        assert_eq!(normalise("①②㎏"), "12kg");
        assert_eq!(normalise("e\u{301}"), "é");
    }

    #[test]
    fn punctuation_alone_stays() {
        assert_eq!(normalise(" ＃"), "#");
        assert_eq!(normalise("？"), "?");
        assert_eq!(normalise("。。"), "。。");
    }

    #[test]
    fn punctuation_inside_stays() {
        assert_eq!(normalise("A-1, b."), "a-1, b");
    }

    #[test]
    fn blank_texts_are_empty() {
        assert_eq!(normalise(" \u{3000}\n\u{200b}"), "");
    }

    #[test]
    fn what_was_written_keeps_its_case() {
        let text = Text::new("　查物流 ＳＦ１２３Ab。");
        assert_eq!(text.key(), "查物流 sf123ab");
        assert_eq!(text.written(10..17), "SF123Ab");
    }

    #[test]
    fn what_was_written_is_found_behind_letters_that_grow_in_lower_case() {
        // U+023A takes two bytes, its lower case three.
        let text = Text::new("\u{23a}\u{23a} Xy");
        assert_eq!(text.written(7..9), "Xy");
    }

    #[test]
    fn where_case_changes_composition_captures_come_from_the_key() {
        let text = Text::new("H\u{331}AB");
        assert_eq!(text.key(), "\u{1e96}ab");
        assert_eq!(text.written(3..5), "ab");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        let text = "界".repeat(5000);
        assert_eq!(normalise(&text).len(), 4095);
    }

    #[test]
    fn normalising_any_character_twice_changes_nothing() {
        // Planes 4 to 13 have no characters, those behind them only such as are private or invisible.
        for c in '\0'..='\u{3ffff}' {
            let once = normalise(&format!("a{c}"));
            assert_eq!(normalise(&once), once, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC*") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn marks_after_capitals_settle(text in "[A-ZÀ-ỿΑ-Ωa-zﬀ-ﬆ ℋ．。]{0,4}[\u{300}-\u{345}\u{3099}]{0,3}[H-Z\u{300}-\u{331}]{0,6}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn case_and_width_make_no_difference(text in "[a-z0-9]{1,12}") {
            let wide: String = text.chars().filter_map(|c| char::from_u32(u32::from(c).wrapping_add(0xfee0))).collect();
            prop_assert_eq!(normalise(&wide.to_uppercase()), text);
        }

        #[test]
        fn a_whole_key_was_written_as_the_core(text in "\\PC{0,40}") {
            let text = Text::new(&text);
            let written = text.written(0..text.key().len());
            prop_assert_eq!(fold(written), text.key());
        }
    }
}
