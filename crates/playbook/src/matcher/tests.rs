use super::*;
use crate::text::normalise;
use crate::{Format, Playbook};
use proptest::prelude::*;
use serde_json::json;

/// What a trigger is made from in a test.
#[derive(Clone, Debug, Default)]
struct Rule {
    priority: i32,
    exact: Vec<String>,
    prefix: Vec<String>,
    contains: Vec<String>,
    pattern: Option<String>,
}

/// A playbook of these rules alone, so that they are its triggers.
fn playbook(rules: &[Rule]) -> Playbook {
    let rules: Vec<serde_json::Value> = rules.iter().map(Rule::to_json).collect();
    let document = json!({ "default": { "text": "?" }, "rule": rules });
    Playbook::parse(&document.to_string(), Format::Json)
        .unwrap()
        .playbook
}

impl Rule {
    fn to_json(&self) -> serde_json::Value {
        let Self {
            priority,
            exact,
            prefix,
            contains,
            pattern,
        } = self;
        json!({
            "priority": priority,
            "exact": exact,
            "prefix": prefix,
            "contains": contains,
            "pattern": pattern,
            "handover": true,
        })
    }

    fn is_empty(&self) -> bool {
        self.exact.is_empty()
            && self.prefix.is_empty()
            && self.contains.is_empty()
            && self.pattern.is_none()
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn find(rules: &[Rule], text: &str) -> Option<(usize, Captures)> {
    playbook(rules)
        .matcher
        .find(&Text::new(text), &mut Effort::default())
}

/// The rule that wins, found by looking at every rule for every text.
fn find_by_looking_at_all(rules: &[Rule], text: &str) -> Option<(usize, Captures)> {
    let text = Text::new(text);
    let captures = Captures::of_text(text.whole());
    let mut order: Vec<(usize, &Rule)> = rules.iter().enumerate().collect();
    order.sort_by_key(|(_, rule)| Reverse(rule.priority));
    for (number, rule) in &order {
        if rule.exact.iter().any(|word| normalise(word) == text.key()) {
            return Some((*number, captures));
        }
    }
    for (number, rule) in &order {
        let pattern = rule
            .pattern
            .as_deref()
            .map(|written| Pattern::new(written).unwrap());
        if let Some(found) = pattern.and_then(|pattern| pattern.captures(&text)) {
            return Some((*number, found));
        }
        let prefixes = rule
            .prefix
            .iter()
            .map(|word| normalise(word))
            .filter(|key| text.key().starts_with(key));
        if let Some(longest) = prefixes.map(|key| key.len()).max() {
            let rest = trim_outer(text.written(longest..text.key().len())).to_owned();
            return Some((*number, Captures { rest, ..captures }));
        }
        if rule
            .contains
            .iter()
            .any(|word| text.key().contains(&normalise(word)))
        {
            return Some((*number, captures));
        }
    }
    None
}

#[test]
fn an_exact_word_goes_before_any_priority() {
    let rules = [
        Rule {
            priority: 9,
            contains: words(&["查"]),
            ..Rule::default()
        },
        Rule {
            exact: words(&["查"]),
            ..Rule::default()
        },
    ];
    assert_eq!(find(&rules, "查").unwrap().0, 1);
}

#[test]
fn the_higher_priority_goes_first_and_then_the_order() {
    let contains = |priority| Rule {
        priority,
        contains: words(&["查"]),
        ..Rule::default()
    };
    assert_eq!(
        find(&[contains(0), contains(2), contains(2)], "请查")
            .unwrap()
            .0,
        1
    );
}

#[test]
fn what_follows_the_longest_prefix_is_the_rest() {
    let rules = [Rule {
        prefix: words(&["查", "查物流"]),
        ..Rule::default()
    }];
    assert_eq!(find(&rules, "查物流：ＳＦ12Ab。").unwrap().1.rest, "SF12Ab");
}

#[test]
fn within_a_rule_the_pattern_captures_before_a_word_does() {
    let rules = [Rule {
        prefix: words(&["查"]),
        pattern: Some("查(.)".into()),
        ..Rule::default()
    }];
    assert_eq!(find(&rules, "查A").unwrap().1.groups, ["A"]);
}

#[test]
fn a_text_that_says_nothing_finds_nothing() {
    let rules = [Rule {
        contains: words(&["查"]),
        ..Rule::default()
    }];
    assert_eq!(find(&rules, " "), None);
}

#[test]
fn the_work_does_not_grow_with_the_rules() {
    // Each rule has a prefix, a contained word and a pattern of its own; one text speaks to one of them.
    let rules = |number: usize| -> Vec<Rule> {
        let rule = |n: usize| Rule {
            prefix: words(&[&format!("前缀{n:05}")]),
            contains: words(&[&format!("商品{n:05}")]),
            pattern: Some(format!(r"型号{n:05}-(\d+)")),
            ..Rule::default()
        };
        (0..number).map(rule).collect()
    };
    let effort = |number: usize| {
        let mut effort = Effort::default();
        let playbook = playbook(&rules(number));
        let found = playbook
            .matcher
            .find(&Text::new("请问型号00007-42和商品00009有货吗"), &mut effort);
        assert_eq!(found.unwrap().0, 7);
        effort
    };
    assert_eq!(effort(2_000), effort(20));
    assert_eq!(
        effort(2_000),
        Effort {
            needles_seen: 2,
            patterns_tried: 1
        }
    );
}

#[test]
fn a_pattern_is_not_tried_behind_a_better_word() {
    let rules = [
        Rule {
            priority: 1,
            contains: words(&["查"]),
            ..Rule::default()
        },
        Rule {
            pattern: Some("查.".into()),
            ..Rule::default()
        },
    ];
    let mut effort = Effort::default();
    playbook(&rules)
        .matcher
        .find(&Text::new("查单"), &mut effort);
    assert_eq!(effort.patterns_tried, 0);
}

fn word() -> impl Strategy<Value = String> {
    "[abAＢ查物]{1,3}"
}

fn pattern() -> impl Strategy<Value = String> {
    "\\^?([ab查]{1,2}|\\(([ab查]|b\\|物)\\)\\??|\\(\\?P<n>[a物]\\+\\)|\\.)([ab物]|\\.\\*|\\[ab\\])\\$?"
}

prop_compose! {
    fn rule()(
        priority in -1..2,
        exact in prop::collection::vec(word(), 0..2),
        prefix in prop::collection::vec(word(), 0..2),
        contains in prop::collection::vec(word(), 0..2),
        pattern in prop::option::weighted(0.3, pattern()),
    ) -> Rule {
        Rule { priority, exact, prefix, contains, pattern }
    }
}

proptest! {
    #[test]
    fn a_find_agrees_with_looking_at_all_rules(
        rules in prop::collection::vec(rule().prop_filter("a rule needs a word", |rule| !rule.is_empty()), 0..12),
        texts in prop::collection::vec("[abAＢ查物 。]{0,6}", 1..8),
    ) {
        let matcher = playbook(&rules).matcher;
        for text in texts {
            let found = matcher.find(&Text::new(&text), &mut Effort::default());
            prop_assert_eq!(found, find_by_looking_at_all(&rules, &text), "{:?}", text);
        }
    }
}
