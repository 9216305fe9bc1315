//! Unicode's normal form KC: one form for texts that look or mean the same.
//!
//! The algorithm is that of [Unicode Standard Annex 15](https://www.unicode.org/reports/tr15/): characters are taken
//! apart, their marks put in order, and what belongs together is put together again.
//!
//! It is written here for its size. A Worker is loaded in every place where a fan writes, and the tables of
//! `icu_normalizer` add 40 KB of gzipped Wasm, those of `unicode-normalization` 64; these add 12. The tests compare
//! every character, and random texts, with `icu_normalizer`.

mod tables;

use std::borrow::Cow;
use tables::Tables;

/// The text in NFKC; the same text if it consists of characters that have no other form.
pub(crate) fn nfkc(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let tables = Tables::get();
    Cow::Owned(compose(&decompose(text, tables), tables))
}

/// What most texts consist of: ASCII, Chinese, and Chinese punctuation that is not full-width ASCII. Nothing of it is
/// made of parts or a part of anything.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{9f}' | '\u{3001}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}')
}

/// A character and its canonical combining class.
type Classed = (char, u8);

/// Takes everything apart and sorts the marks behind each character by their classes.
fn decompose(text: &str, tables: &Tables) -> Vec<Classed> {
    let mut parts: Vec<Classed> = Vec::with_capacity(text.len());
    let mut add = |c: char| {
        let class = tables.class(c);
        let mut at = parts.len();
        if class > 0 {
            while parts
                .get(at.wrapping_sub(1))
                .is_some_and(|(_, before)| *before > class)
            {
                at = at.saturating_sub(1);
            }
        }
        parts.insert(at, (c, class));
    };
    for c in text.chars() {
        match hangul::parts(c) {
            Some(parts) => parts.into_iter().flatten().for_each(&mut add),
            None => match tables.decomposition(c) {
                Some(parts) => parts.iter().copied().for_each(&mut add),
                None => add(c),
            },
        }
    }
    parts
}

/// Puts each character together with the marks behind it, as far as there are characters for that.
fn compose(parts: &[Classed], tables: &Tables) -> String {
    let mut text = String::new();
    let mut starter: Option<char> = None;
    // Marks that stay marks, and the class of the last of them.
    let mut marks: Vec<char> = Vec::new();
    let mut last_class = 0;
    for &(c, class) in parts {
        // A mark is parted from its character by one of the same class, or by one that begins anew.
        let touches = marks.is_empty() || last_class < class;
        let whole = starter.filter(|_| touches).and_then(|before| {
            hangul::compose(before, c).or_else(|| tables.composition(before, c))
        });
        if whole.is_some() {
            starter = whole;
        } else if class == 0 {
            text.extend(starter.replace(c));
            text.extend(marks.drain(..));
        } else {
            marks.push(c);
            last_class = class;
        }
    }
    text.extend(starter);
    text.extend(marks);
    text
}

/// Korean syllables are put together by arithmetic: see section 3.12 of the Unicode Standard.
mod hangul {
    const SYLLABLES: u32 = 0xac00;
    const LEADS: u32 = 0x1100;
    const VOWELS: u32 = 0x1161;
    /// One before the first trailing consonant: no trail is a trail too.
    const TRAILS: u32 = 0x11a7;
    const LEAD_COUNT: u32 = 19;
    const VOWEL_COUNT: u32 = 21;
    const TRAIL_COUNT: u32 = 28;
    const SYLLABLE_COUNT: u32 = LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT;

    /// Lead, vowel, and trail if there is one.
    pub(super) fn parts(c: char) -> Option<[Option<char>; 3]> {
        let index = within(c, SYLLABLES, SYLLABLE_COUNT)?;
        let (upper, trail) = (
            index.checked_div(TRAIL_COUNT)?,
            index.checked_rem(TRAIL_COUNT)?,
        );
        let (lead, vowel) = (
            upper.checked_div(VOWEL_COUNT)?,
            upper.checked_rem(VOWEL_COUNT)?,
        );
        let trail = (trail > 0).then_some(trail);
        Some([
            at(LEADS, lead),
            at(VOWELS, vowel),
            trail.and_then(|trail| at(TRAILS, trail)),
        ])
    }

    /// A lead with a vowel, or a syllable without a trail with a trail.
    pub(super) fn compose(before: char, c: char) -> Option<char> {
        if let (Some(lead), Some(vowel)) = (
            within(before, LEADS, LEAD_COUNT),
            within(c, VOWELS, VOWEL_COUNT),
        ) {
            let syllable = lead
                .checked_mul(VOWEL_COUNT)?
                .checked_add(vowel)?
                .checked_mul(TRAIL_COUNT)?;
            return at(SYLLABLES, syllable);
        }
        let syllable = within(before, SYLLABLES, SYLLABLE_COUNT)
            .filter(|index| index.is_multiple_of(TRAIL_COUNT))?;
        let trail = within(c, TRAILS, TRAIL_COUNT).filter(|trail| *trail > 0)?;
        at(SYLLABLES, syllable.checked_add(trail)?)
    }

    fn within(c: char, first: u32, count: u32) -> Option<u32> {
        u32::from(c)
            .checked_sub(first)
            .filter(|index| *index < count)
    }

    fn at(first: u32, index: u32) -> Option<char> {
        first.checked_add(index).and_then(char::from_u32)
    }
}

#[cfg(test)]
mod tests {
    use super::nfkc;
    use icu_normalizer::ComposingNormalizerBorrowed;
    use proptest::prelude::*;

    fn by_icu(text: &str) -> String {
        ComposingNormalizerBorrowed::new_nfkc()
            .normalize(text)
            .into_owned()
    }

    #[test]
    fn every_character_is_as_in_icu() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert_eq!(nfkc(&text), by_icu(&text), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn every_character_taken_apart_is_put_together_as_in_icu() {
        let apart = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd();
        for c in '\0'..=char::MAX {
            let text = apart.normalize(&c.to_string()).into_owned();
            assert_eq!(nfkc(&text), by_icu(&text), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn marks_are_sorted_and_composed() {
        assert_eq!(
            nfkc("a\u{323}\u{301}\u{302}"),
            by_icu("a\u{323}\u{301}\u{302}")
        );
        assert_eq!(nfkc("q\u{307}\u{323}"), "q\u{323}\u{307}");
    }

    #[test]
    fn a_mark_behind_one_of_its_class_stays() {
        assert_eq!(nfkc("a\u{305}\u{301}"), "a\u{305}\u{301}");
    }

    proptest! {
        #[test]
        fn any_text_is_as_in_icu(text in "\\PC*") {
            prop_assert_eq!(nfkc(&text), by_icu(&text));
        }

        #[test]
        fn texts_of_parts_are_as_in_icu(
            text in "([a-zA-Zα-ωЀ-ӿ]|[\u{300}-\u{36f}]|[\u{1100}-\u{11ff}가-각]|[\u{900}-\u{dff}]|[\u{3040}-\u{309f}\u{ff00}-\u{ffef}]|[\u{1d100}-\u{1d1ff}\u{11000}-\u{114ff}]){0,12}",
        ) {
            prop_assert_eq!(nfkc(&text), by_icu(&text));
        }
    }
}
