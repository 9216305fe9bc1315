//! Which lines are gone and which are new, by the patience method: lines that both texts have once are matched first, as far as they
//! kept their order, and then what is between them in the same way. It finds what people see, and takes no longer
//! for texts that have nothing in common.

use super::Line;
use super::rising;
use crate::named::Named;
use std::ops::Range;

/// Lines shown before and after what changed.
const AROUND: usize = 3;

/// How often what is between matched lines is looked at again; the lines that are left then count as changed.
const MAX_DEPTH: usize = 64;

/// Lines that differ, with some around them.
pub(super) fn changed(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut all = Vec::new();
    let (mut from, mut to) = (0, 0);
    let end = (old.len(), new.len());
    for (next_from, next_to) in matched(&old, &new).into_iter().chain([end]) {
        for at in from..next_from {
            all.push(line(&old, at, Some(at), None));
        }
        for at in to..next_to {
            all.push(line(&new, at, None, Some(at)));
        }
        if (next_from, next_to) != end {
            all.push(line(&new, next_to, Some(next_from), Some(next_to)));
        }
        (from, to) = (next_from.saturating_add(1), next_to.saturating_add(1));
    }
    around(all)
}

fn line(text: &[&str], at: usize, from: Option<usize>, to: Option<usize>) -> Line {
    let number = |place: Option<usize>| place.map(|place| place.saturating_add(1));
    Line {
        from: number(from),
        to: number(to),
        text: text.get(at).copied().unwrap_or_default().to_owned(),
    }
}

/// Keeps what changed and what is near it.
fn around(all: Vec<Line>) -> Vec<Line> {
    let mut keep = vec![false; all.len()];
    for (at, line) in all.iter().enumerate() {
        if line.from.is_none() || line.to.is_none() {
            for near in at.saturating_sub(AROUND)..=at.saturating_add(AROUND) {
                if let Some(keep) = keep.get_mut(near) {
                    *keep = true;
                }
            }
        }
    }
    let kept = all.into_iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(line, _)| line).collect()
}

/// A stretch of both texts that is still to be looked at.
struct Gap {
    old: Range<usize>,
    new: Range<usize>,
    depth: usize,
}

/// The lines that both texts have, as pairs of places, both rising.
fn matched(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut gaps = vec![Gap {
        old: 0..old.len(),
        new: 0..new.len(),
        depth: MAX_DEPTH,
    }];
    // Each place of the old text is matched once, so its partner can stand there.
    let mut partners: Vec<Option<usize>> = vec![None; old.len()];
    let mut pair = |from: usize, to: usize| {
        if let Some(partner) = partners.get_mut(from) {
            *partner = Some(to);
        }
    };
    while let Some(Gap {
        old: mut a,
        new: mut b,
        depth,
    }) = gaps.pop()
    {
        while !a.is_empty() && !b.is_empty() && old.get(a.start) == new.get(b.start) {
            pair(a.start, b.start);
            (a.start, b.start) = (a.start.saturating_add(1), b.start.saturating_add(1));
        }
        while !a.is_empty() && !b.is_empty() && last(old, &a) == last(new, &b) {
            (a.end, b.end) = (a.end.saturating_sub(1), b.end.saturating_sub(1));
            pair(a.end, b.end);
        }
        let Some(depth) = depth.checked_sub(1) else {
            continue;
        };
        if a.is_empty() || b.is_empty() {
            continue;
        }
        let anchors = anchors(old, new, &a, &b);
        if anchors.is_empty() {
            continue;
        }
        let (mut from, mut to) = (a.start, b.start);
        for (next_from, next_to) in anchors.into_iter().chain([(a.end, b.end)]) {
            gaps.push(Gap {
                old: from..next_from,
                new: to..next_to,
                depth,
            });
            // What is between them begins with the anchor itself.
            (from, to) = (next_from, next_to);
        }
    }
    for (from, partner) in partners.into_iter().enumerate() {
        pairs.extend(partner.map(|to| (from, to)));
    }
    pairs
}

fn last<'l>(lines: &[&'l str], range: &Range<usize>) -> Option<&'l str> {
    lines.get(range.end.checked_sub(1)?).copied()
}

/// How often a line was seen in each text, and where.
#[derive(Default)]
struct Seen {
    old: usize,
    new: usize,
    old_at: usize,
    new_at: usize,
}

/// Lines that are in both stretches exactly once, as far as they kept their order.
fn anchors(old: &[&str], new: &[&str], a: &Range<usize>, b: &Range<usize>) -> Vec<(usize, usize)> {
    let mut seen: Named<Seen> = Named::default();
    for at in a.clone() {
        let line = old.get(at).copied().unwrap_or_default();
        seen.add(line, Seen::default());
        if let Some(seen) = seen.get_mut(line) {
            (seen.old, seen.old_at) = (seen.old.saturating_add(1), at);
        }
    }
    for at in b.clone() {
        let line = new.get(at).copied().unwrap_or_default();
        if let Some(seen) = seen.get_mut(line) {
            (seen.new, seen.new_at) = (seen.new.saturating_add(1), at);
        }
    }
    // They come in the order of the old text.
    let once: Vec<(usize, usize)> = seen
        .iter()
        .filter(|seen| seen.old == 1 && seen.new == 1)
        .map(|seen| (seen.old_at, seen.new_at))
        .collect();
    let places: Vec<usize> = once.iter().map(|(_, to)| *to).collect();
    let kept = rising::longest(&places);
    kept.into_iter()
        .filter_map(|place| once.get(place).copied())
        .collect()
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As people write differences.
    fn shown(old: &str, new: &str) -> Vec<String> {
        let sign = |line: &Line| match (line.from, line.to) {
            (Some(_), None) => '-',
            (None, _) => '+',
            _ => ' ',
        };
        let lines = changed(old, new);
        lines
            .iter()
            .map(|line| format!("{}{}", sign(line), line.text))
            .collect()
    }

    #[test]
    fn the_same_text_has_no_difference() {
        assert!(changed("a\nb\n", "a\nb\n").is_empty());
        assert!(changed("", "").is_empty());
    }

    #[test]
    fn a_line_in_the_middle_is_shown_with_three_around_it() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let new = old.replace('5', "five");
        assert_eq!(
            shown(old, &new),
            [" 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"]
        );
        let lines = changed(old, &new);
        assert_eq!((lines[3].from, lines[3].to), (Some(5), None));
        assert_eq!((lines[4].from, lines[4].to), (None, Some(5)));
        assert_eq!((lines[5].from, lines[5].to), (Some(6), Some(6)));
    }

    #[test]
    fn a_rule_between_rules_is_new_as_a_whole() {
        let rule = |name: &str| format!("[[rule]]\nname = \"{name}\"\nreply = 1\n\n");
        let (old, new) = (
            [rule("a"), rule("c")].concat(),
            [rule("a"), rule("b"), rule("c")].concat(),
        );
        let added: Vec<String> = shown(&old, &new)
            .into_iter()
            .filter(|line| line.starts_with('+'))
            .collect();
        assert_eq!(added.len(), 4);
        assert!(shown(&old, &new).iter().all(|line| !line.starts_with('-')));
    }

    #[test]
    fn two_texts_without_a_common_line_are_all_different() {
        assert_eq!(shown("a\nb", "c"), ["-a", "-b", "+c"]);
    }

    #[test]
    fn long_texts_with_nothing_in_common_are_compared_at_once() {
        let old: String = (0..100_000).map(|n| format!("a{n}\n")).collect();
        let new: String = (0..100_000).map(|n| format!("b{n}\n")).collect();
        assert_eq!(changed(&old, &new).len(), 200_000);
    }

    proptest! {
        #[test]
        fn the_new_text_follows_from_the_old_and_the_difference(old in "([ab\n]|cd\n){0,30}", new in "([ab\n]|cd\n){0,30}") {
            let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
            let lines = changed(&old, &new);
            let mut rebuilt = Vec::new();
            let mut at = 0;
            for line in &lines {
                // What is not shown is as it was.
                let upto = line.from.map_or(at, |from| from - 1);
                if line.from.is_some() {
                    rebuilt.extend_from_slice(&before[at..upto]);
                    at = upto + 1;
                    prop_assert_eq!(before[upto], line.text.as_str());
                } else if let Some(to) = line.to {
                    // New lines come right behind what is shown before them, or behind what is not shown.
                    while rebuilt.len() < to - 1 {
                        rebuilt.push(before[at]);
                        at += 1;
                    }
                }
                if line.to.is_some() {
                    rebuilt.push(line.text.as_str());
                }
            }
            rebuilt.extend_from_slice(&before[at..]);
            prop_assert_eq!(rebuilt, after);
        }
    }
}
