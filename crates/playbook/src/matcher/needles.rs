//! Finding many words in a text in one pass.
//!
//! This is the automaton of [Aho and Corasick](https://doi.org/10.1145/360825.360855): a tree of all words, in which
//! each state also knows where to go on when the next character does not continue its word, namely to the longest end
//! of what was read that begins a word too. It is written here for its size: the `aho-corasick` crate, which is made
//! for large inputs, adds 20 KB of gzipped Wasm, and this 2.
//!
//! States are numbered level by level. So the children of a state stand side by side, sorted, and a state falls back
//! to one with a smaller number.

use std::collections::BinaryHeap;
use std::ops::Range;

#[derive(Debug)]
pub(super) struct Needles {
    states: Vec<State>,
    /// Bytes of each word.
    lengths: Vec<usize>,
}

#[derive(Debug)]
struct State {
    /// The character that leads here.
    label: char,
    /// The first of its children; they end where those of the next state begin.
    children: usize,
    /// Where to go on when no child has the next character.
    fallback: usize,
    /// The word that ends here.
    word: Option<usize>,
    /// The next state on the way of fallbacks at which a word ends, or the root.
    shorter: usize,
}

const ROOT: usize = 0;

impl Needles {
    /// Takes words that are not empty and differ; their ids are their places.
    pub(super) fn new(words: &[&str]) -> Self {
        let numbered: BinaryHeap<(&str, usize)> = words
            .iter()
            .enumerate()
            .map(|(id, word)| (*word, id))
            .collect();
        let sorted = numbered.into_sorted_vec();
        let lengths = words.iter().map(|word| word.len()).collect();
        let mut needles = Self {
            states: Vec::new(),
            lengths,
        };
        needles.add('\0', ROOT);
        // For each state, the words that go through it, and how much of them has led there.
        let mut through = vec![(0..sorted.len(), 0)];
        let mut at = ROOT;
        while let Some((range, depth)) = through.get(at).cloned() {
            let first_child = needles.states.len();
            let mut word_here = None;
            if let Some(state) = needles.states.get_mut(at) {
                state.children = first_child;
            }
            for number in range {
                let Some((word, id)) = sorted.get(number) else {
                    continue;
                };
                let Some(label) = word.get(depth..).and_then(|rest| rest.chars().next()) else {
                    word_here = Some(*id);
                    continue;
                };
                let last = needles
                    .states
                    .len()
                    .checked_sub(1)
                    .filter(|last| *last >= first_child);
                match last.and_then(|last| needles.states.get(last)) {
                    Some(state) if state.label == label => {
                        if let Some((range, _)) = through.last_mut() {
                            range.end = number.saturating_add(1);
                        }
                    }
                    _ => {
                        let fallback = if at == ROOT {
                            ROOT
                        } else {
                            needles.step(needles.fallback(at), label)
                        };
                        needles.add(label, fallback);
                        through.push((
                            number..number.saturating_add(1),
                            depth.saturating_add(label.len_utf8()),
                        ));
                    }
                }
            }
            needles.finish(at, word_here);
            at = at.saturating_add(1);
        }
        needles
    }

    /// Tells every occurrence of every word, overlapping ones too.
    pub(super) fn each(&self, haystack: &str, mut found: impl FnMut(usize, Range<usize>)) {
        let mut at = ROOT;
        for (start, c) in haystack.char_indices() {
            at = self.step(at, c);
            let end = start.saturating_add(c.len_utf8());
            let mut ending = at;
            while let Some(state) = self.states.get(ending).filter(|_| ending != ROOT) {
                if let Some((word, length)) = state
                    .word
                    .and_then(|word| Some((word, self.lengths.get(word)?)))
                {
                    found(word, end.saturating_sub(*length)..end);
                }
                ending = state.shorter;
            }
        }
    }

    fn add(&mut self, label: char, fallback: usize) {
        self.states.push(State {
            label,
            children: usize::MAX,
            fallback,
            word: None,
            shorter: ROOT,
        });
    }

    /// Sets what is known of a state once all states above it are finished.
    fn finish(&mut self, at: usize, word: Option<usize>) {
        let fallback = self.fallback(at);
        let shorter = match self.states.get(fallback) {
            Some(State { word: Some(_), .. }) => fallback,
            Some(state) => state.shorter,
            None => ROOT,
        };
        if let Some(state) = self.states.get_mut(at) {
            state.word = word;
            state.shorter = shorter;
        }
    }

    /// The state behind a character.
    fn step(&self, mut at: usize, c: char) -> usize {
        loop {
            if let Some(child) = self.child(at, c) {
                return child;
            }
            if at == ROOT {
                return ROOT;
            }
            at = self.fallback(at);
        }
    }

    fn child(&self, at: usize, c: char) -> Option<usize> {
        let start = self.states.get(at)?.children;
        let end = self
            .states
            .get(at.saturating_add(1))
            .map_or(self.states.len(), |next| next.children);
        let children = self.states.get(start..end.min(self.states.len()))?;
        children
            .binary_search_by_key(&c, |child| child.label)
            .ok()
            .map(|place| start.saturating_add(place))
    }

    fn fallback(&self, at: usize) -> usize {
        self.states.get(at).map_or(ROOT, |state| state.fallback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(words: &[&str], haystack: &str) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        Needles::new(words).each(haystack, |id, span| found.push((id, span)));
        found.sort_by_key(|(id, span)| (*id, span.start));
        found
    }

    #[test]
    fn overlapping_words_are_all_found() {
        let words = ["查", "查物流", "物流", "流"];
        assert_eq!(
            find(&words, "查物流"),
            [(0, 0..3), (1, 0..9), (2, 3..9), (3, 6..9)]
        );
    }

    #[test]
    fn a_word_that_breaks_off_leads_into_another() {
        assert_eq!(find(&["abcd", "bce"], "abce"), [(1, 1..4)]);
    }

    #[test]
    fn without_words_nothing_is_found() {
        assert_eq!(find(&[], "查"), []);
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_is_there(
            words in prop::collection::btree_set("[ab查物]{1,5}", 0..12),
            haystack in "[ab查物流]{0,30}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut expected = Vec::new();
            for (id, word) in words.iter().enumerate() {
                for (start, _) in haystack.char_indices() {
                    if haystack[start..].starts_with(word) {
                        expected.push((id, start..start.saturating_add(word.len())));
                    }
                }
            }
            prop_assert_eq!(find(&words, &haystack), expected);
        }
    }
}
