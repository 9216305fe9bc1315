//! Which parts of a document changed.

use super::rising;
use super::{Change, Kind};
use crate::named::Named;
use crate::source::Node;
use std::collections::BinaryHeap;

/// What a part is told apart by: the first of these fields that it has.
const NAMES: [&str; 9] = [
    "name", "key", "scene", "tag", "prefix", "date", "exact", "contains", "pattern",
];

/// Lists whose items are parts of their own.
const INSIDE_WELCOME: [&str; 2] = ["welcome.scene", "welcome.segment"];

/// Lists in which the order decides between equals.
const ORDERED: [&str; 3] = ["rule", "intent", "welcome.segment"];

/// A part of a document.
struct Part<'n> {
    title: String,
    /// The list that it is in, or its own name.
    kind: String,
    node: &'n Node,
}

pub(super) fn changes(old: &Node, new: &Node) -> Vec<Change> {
    let (old, new) = (parts(old), parts(new));
    let moved = moved(&old, &new);
    let mut changes = Vec::new();
    for part in new.iter() {
        let Some(before) = old.get(&part.title) else {
            changes.push(change(part, Kind::Added, None, Some(part), Vec::new()));
            continue;
        };
        let mut fields = Vec::new();
        before.node.compare(part.node, &mut fields);
        fields.retain(|field| {
            let own = ["scene", "segment"]
                .iter()
                .any(|list| field.starts_with(list));
            part.kind != "welcome" || !own
        });
        let kind = if !fields.is_empty() {
            Kind::Changed
        } else if moved.has(&part.title) {
            Kind::Moved
        } else {
            continue;
        };
        changes.push(change(part, kind, Some(before), Some(part), fields));
    }
    for part in old.iter().filter(|part| !new.has(&part.title)) {
        changes.push(change(part, Kind::Removed, Some(part), None, Vec::new()));
    }
    in_order(changes)
}

fn change(
    part: &Part<'_>,
    kind: Kind,
    before: Option<&Part<'_>>,
    after: Option<&Part<'_>>,
    fields: Vec<String>,
) -> Change {
    let line = |part: Option<&Part<'_>>| part.map(|part| part.node.line());
    Change {
        item: part.title.clone(),
        kind,
        from_line: line(before),
        to_line: line(after),
        fields,
    }
}

/// By the lines where one looks for them.
fn in_order(changes: Vec<Change>) -> Vec<Change> {
    let keys = changes.iter().enumerate().map(|(place, change)| {
        let line = change.to_line.or(change.from_line).unwrap_or_default();
        (line, place)
    });
    let order = keys.collect::<BinaryHeap<_>>().into_sorted_vec();
    let mut changes: Vec<Option<Change>> = changes.into_iter().map(Some).collect();
    let taken = order
        .into_iter()
        .filter_map(|(_, place)| changes.get_mut(place)?.take());
    taken.collect()
}

/// The parts of a document: each item of a list of tables, and each other field as a whole.
fn parts(document: &Node) -> Named<Part<'_>> {
    let mut parts = Named::default();
    for field in document.inside() {
        match field.list() {
            Ok(items) => add_all(&field.path(), items, &mut parts),
            Err(_) => {
                add(field.path(), field.path(), field, &mut parts);
                if field.path() == "welcome" {
                    for list in field.inside() {
                        if INSIDE_WELCOME.contains(&list.path().as_str()) {
                            add_all(&list.path(), list.list().unwrap_or_default(), &mut parts);
                        }
                    }
                }
            }
        }
    }
    parts
}

fn add_all<'n>(kind: &str, items: &'n [Node], parts: &mut Named<Part<'n>>) {
    for item in items {
        let title = match name(item) {
            Some(name) => format!("{kind} \"{name}\""),
            None => item.path(),
        };
        add(title, kind.to_owned(), item, parts);
    }
}

/// Adds a part; the second of a name is its `#2`.
fn add<'n>(title: String, kind: String, node: &'n Node, parts: &mut Named<Part<'n>>) {
    let mut unique = title.clone();
    let mut number = 1_u32;
    while parts.has(&unique) {
        number = number.saturating_add(1);
        unique = format!("{title} #{number}");
    }
    let part = Part {
        title: unique.clone(),
        kind,
        node,
    };
    parts.add(&unique, part);
}

fn name(item: &Node) -> Option<&str> {
    let inside = item.inside();
    NAMES.iter().find_map(|name| {
        let field = inside
            .iter()
            .find(|field| field.path().rsplit('.').next() == Some(name))?;
        match field.list() {
            Ok(words) => words.first()?.text().ok(),
            Err(_) => field.text().ok(),
        }
    })
}

/// Parts that are in both, and did not keep their order.
fn moved(old: &Named<Part<'_>>, new: &Named<Part<'_>>) -> Named<()> {
    let mut moved = Named::default();
    for kind in ORDERED {
        let places = old.iter().enumerate().filter(|(_, part)| part.kind == kind);
        let mut before: Named<usize> = Named::default();
        for (place, part) in places {
            before.add(&part.title, place);
        }
        let common: Vec<(&Part<'_>, usize)> = new
            .iter()
            .filter(|part| part.kind == kind)
            .filter_map(|part| Some((part, *before.get(&part.title)?)))
            .collect();
        let numbers: Vec<usize> = common.iter().map(|(_, place)| *place).collect();
        let mut kept = rising::longest(&numbers).into_iter().peekable();
        for (place, (part, _)) in common.iter().enumerate() {
            if kept.next_if_eq(&place).is_none() {
                moved.add(&part.title, ());
            }
        }
    }
    moved
}
