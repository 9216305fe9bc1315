//! What people are told about the difference between two documents.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Change, Format, Kind, difference};

fn changes(old: &str, new: &str) -> Vec<Change> {
    difference((old, Format::Toml), (new, Format::Toml))
        .changes
        .unwrap()
}

/// As `kind item from→to fields`.
fn told(old: &str, new: &str) -> Vec<String> {
    let line = |line: Option<usize>| line.map_or("-".to_owned(), |line| line.to_string());
    let changes = changes(old, new);
    let told = changes.into_iter().map(|change| {
        let told = format!(
            "{} {} {}→{} {}",
            change.kind.as_str(),
            change.item,
            line(change.from_line),
            line(change.to_line),
            change.fields.join(",")
        );
        told.trim_end().to_owned()
    });
    told.collect()
}

fn rule(name: &str, text: &str) -> String {
    format!("[[rule]]\nname = \"{name}\"\nexact = [\"{name}\"]\nreply = {{ text = \"{text}\" }}\n")
}

#[test]
fn rules_are_known_by_their_names() {
    let old = [rule("a", "1"), rule("b", "2"), rule("c", "3")].concat();
    let new = [rule("new", "0"), rule("a", "1"), rule("c", "three")].concat();
    assert_eq!(
        told(&old, &new),
        [
            "added rule \"new\" -→1",
            "removed rule \"b\" 5→-",
            "changed rule \"c\" 9→9 reply.text",
        ]
    );
}

#[test]
fn a_rule_without_a_name_is_known_by_its_first_word() {
    let rule = |word: &str, text: &str| {
        format!("[[rule]]\nprefix = [\"{word}\"]\nreply.text = \"{text}\"\n")
    };
    let old = [rule("a", "1"), rule("b", "1"), rule("b", "2")].concat();
    let new = [rule("b", "1"), rule("b", "two")].concat();
    assert_eq!(
        told(&old, &new),
        [
            "removed rule \"a\" 1→-",
            "changed rule \"b\" #2 7→4 reply.text"
        ]
    );
}

#[test]
fn a_rule_that_stands_elsewhere_was_moved() {
    let old = ["a", "b", "c", "d"].map(|name| rule(name, "1")).concat();
    let new = ["d", "a", "b", "c"].map(|name| rule(name, "1")).concat();
    assert_eq!(told(&old, &new), ["moved rule \"d\" 13→1"]);
}

#[test]
fn where_the_order_means_nothing_nothing_was_moved() {
    let click = |key: &str| format!("[[click]]\nkey = \"{key}\"\nhandover = true\n");
    let old = ["A", "B"].map(click).concat();
    let new = ["B", "A"].map(click).concat();
    assert_eq!(told(&old, &new), [""; 0]);
}

#[test]
fn tables_scenes_and_menus_are_told_with_their_fields() {
    let old = "default.text = \"?\"\n[welcome]\nreply.text = \"hi\"\n[[welcome.scene]]\nscene = \"s\"\nreply.text = \"s\"\n\
               [[menu]]\nname = \"m\"\ntext = \"m\"\nentry = [{ key = \"1\", label = \"a\" }]\n[handover]\nvia = \"desk\"";
    let new = "default.text = \"??\"\n[welcome]\nreply.text = \"hi\"\n[[welcome.scene]]\nscene = \"s\"\nreply.text = \"S\"\n\
               [[menu]]\nname = \"m\"\ntext = \"m\"\nentry = [{ key = \"1\", label = \"b\" }]\n[stop]\nreply.text = \"x\"";
    assert_eq!(
        told(old, new),
        [
            "changed default 1→1 text",
            "changed welcome.scene \"s\" 4→4 reply.text",
            "changed menu \"m\" 7→7 entry[0].label",
            "added stop -→11",
            "removed handover 11→-",
        ]
    );
}

#[test]
fn comments_and_the_form_of_writing_are_no_changes_of_parts() {
    let old =
        "# old\ndefault.text = \"?\"\n[[rule]]\nname = \"a\"\nexact = [\"a\"]\nreply.text = \"a\"";
    let json = r#"{"rule":[{"exact":["a"],"name":"a","reply":{"text":"a","image":null}}],"default":{"text":"?"}}"#;
    let between = difference((old, Format::Toml), (json, Format::Json));
    assert_eq!(between.changes, Ok(Vec::new()));
    assert_eq!(between.lines.len(), 7);
}

#[test]
fn a_document_that_cannot_be_read_has_lines_all_the_same() {
    let between = difference(("a = 1", Format::Toml), ("a = ", Format::Toml));
    assert_eq!(between.changes.unwrap_err().line, Some(1));
    assert_eq!(between.lines.len(), 2);
}

#[test]
fn the_same_document_has_no_difference() {
    let document = include_str!("../../../playbook.example.toml");
    let between = difference((document, Format::Toml), (document, Format::Toml));
    assert_eq!(between.changes, Ok(Vec::new()));
    assert!(between.lines.is_empty());
}

#[test]
fn a_kind_has_a_word() {
    let words = [Kind::Added, Kind::Removed, Kind::Changed, Kind::Moved].map(Kind::as_str);
    assert_eq!(words, ["added", "removed", "changed", "moved"]);
}
