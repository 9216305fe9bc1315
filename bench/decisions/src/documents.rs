//! Playbooks with as many rules as wanted, and texts that set each kind of rule off.
//!
//! Words are drawn from the 2,000 characters behind 一, by a generator with a fixed seed: rules of real accounts share few
//! beginnings, so the automaton's root is as wide as it gets. Of ten rules four are exact words, two prefixes, two
//! contained words and two patterns.

use std::fmt::Write;

/// A playbook, and a text for each kind of rule that is in its middle.
pub(crate) struct Document {
    pub(crate) toml: String,
    /// What a text sets off, and the text.
    pub(crate) texts: Vec<(&'static str, String)>,
}

/// A sentence that no rule knows.
const UNKNOWN: &str = "abc今天天气不错, 我想问一下你们几点开门? xyz";

impl Document {
    /// A playbook of `rules` rules.
    pub(crate) fn of(rules: u32) -> Self {
        let mut words = Words(0x5eed);
        let mut toml = "default = { text = \"?\" }\n".to_owned();
        let mut texts = vec![("nothing", UNKNOWN.to_owned())];
        // The ten rules in the middle give the texts.
        let middle = (rules / 2).saturating_sub(rules / 2 % 10);
        for number in 0..rules {
            let word = words.next_word();
            let (trigger, kind, text) = match number % 10 {
                0..4 => (format!("exact = [\"{word}\"]"), "exact", word),
                4..6 => (
                    format!("prefix = [\"{word}\"]"),
                    "prefix",
                    format!("{word} 第二批到货的时间"),
                ),
                6..8 => (
                    format!("contains = [\"{word}\"]"),
                    "contains",
                    format!("abc请问{word}是什么意思"),
                ),
                _ => (
                    format!("pattern = \"^{word} *(?<number>[0-9a-z]{{4,20}})$\""),
                    "pattern",
                    format!("{word} SF1234567890"),
                ),
            };
            let _ = write!(
                toml,
                "[[rule]]\n{trigger}\nreply = {{ text = \"answer {number}\" }}\n"
            );
            if number >= middle && !texts.iter().any(|(known, _)| *known == kind) {
                texts.push((kind, text));
            }
        }
        Self { toml, texts }
    }
}

/// Words of four characters, the same in every run.
struct Words(u64);

impl Words {
    fn next_word(&mut self) -> String {
        (0..4).map(|_| self.next_character()).collect()
    }

    fn next_character(&mut self) -> char {
        // Knuth's MMIX generator; its high bits are the random ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let place = u32::try_from((self.0 >> 33) % 2000).unwrap_or_default();
        char::from_u32(0x4e01_u32.saturating_add(place)).unwrap_or('一')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fandesk_playbook::{Format, Found, Playbook, Text};

    #[test]
    fn each_text_sets_off_a_rule_of_its_kind() {
        let Document { toml, texts } = Document::of(200);
        let playbook = Playbook::parse(&toml, Format::Toml).unwrap().playbook;
        assert_eq!(texts.len(), 5);
        for (kind, text) in texts {
            match playbook.find(&Text::new(&text)) {
                Found::Match(found) => {
                    let number: usize = found
                        .hit
                        .trim_matches(|c: char| !c.is_ascii_digit())
                        .parse()
                        .unwrap();
                    let expected = match number % 10 {
                        0..4 => "exact",
                        4..6 => "prefix",
                        6..8 => "contains",
                        _ => "pattern",
                    };
                    assert_eq!(expected, kind, "{text}");
                }
                other => assert_eq!((kind, other), ("nothing", Found::Nothing)),
            }
        }
    }

    #[test]
    fn all_rules_of_a_large_playbook_have_words_of_their_own() {
        let Document { toml, .. } = Document::of(50_000);
        let parsed = Playbook::parse_unbounded(&toml, Format::Toml).unwrap();
        assert_eq!(parsed.warnings, []);
    }
}
