//! Welcomes by the tags of a fan.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows them in test functions, and these are called by such"
)]

use fandesk_playbook::{Action, Format, Playbook, Routing};

const SEGMENTS: &str = "default.text = \"?\"\n[[welcome.segment]]\ntag = \"vip\"\nhandover = true\n[[welcome.segment]]\ntag = \"old\"\nreply.text = \"o\"\n";

fn playbook(document: &str) -> Playbook {
    Playbook::parse(document, Format::Toml).unwrap().playbook
}

fn mistake(rest: &str) -> String {
    Playbook::parse(&format!("{SEGMENTS}{rest}"), Format::Toml)
        .unwrap_err()
        .to_string()
}

fn tags(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

#[test]
fn the_first_segment_that_fits_welcomes() {
    let playbook = playbook(SEGMENTS);
    let welcome = |names: &[&str]| {
        let names = tags(names);
        let found = playbook.welcome_to(None, &names);
        found.map(|(action, tag)| (action.clone(), tag.map(str::to_owned)))
    };
    assert_eq!(
        welcome(&["old", "vip"]),
        Some((Action::Handover(Routing::PLAIN), Some("vip".to_owned())))
    );
    assert_eq!(welcome(&["old"]).unwrap().1.as_deref(), Some("old"));
    // There is no plain welcome, and capitals matter.
    assert_eq!(welcome(&[]), None);
    assert_eq!(welcome(&["VIP"]), None);
}

#[test]
fn only_a_playbook_with_segments_wants_to_know_of_tags() {
    assert!(playbook(SEGMENTS).welcomes_by_tag());
    assert!(!playbook("default.text = \"?\"\nwelcome.reply.text = \"w\"").welcomes_by_tag());
}

#[test]
fn a_segment_has_a_tag_of_its_own() {
    assert_eq!(
        mistake("[[welcome.segment]]\ntag = \"vip\"\nreply.text = \"v\""),
        "playbook:9: welcome.segment[2].tag: \"vip\" is here already"
    );
    assert_eq!(
        mistake("[[welcome.segment]]\nreply.text = \"v\""),
        "playbook:8: welcome.segment[2]: missing field `tag`"
    );
    assert_eq!(
        mistake("[[welcome.segment]]\ntag = \" \"\nreply.text = \"v\""),
        "playbook:9: welcome.segment[2].tag: this tag is empty"
    );
}

#[test]
fn a_menu_that_only_a_segment_opens_is_opened() {
    let menu = "[[welcome.segment]]\ntag = \"m\"\nmenu = \"m\"\n[[menu]]\nname = \"m\"\ntext = \"m\"\nentry = [{ key = \"1\", label = \"l\", handover = true }]";
    let parsed = Playbook::parse(&format!("{SEGMENTS}{menu}"), Format::Toml).unwrap();
    assert_eq!(parsed.warnings, []);
}
