//! Warnings about choices of message menus that nobody answers.
//!
//! A tap on a choice comes back as a text with its words. They have to mean something, or the fan who did as they were told
//! hears that nobody understood.

use crate::mistake::Warning;
use crate::playbook::{Found, Playbook};
use crate::source::Node;
use crate::text::Text;

/// Looks through all choices of a compiled document.
pub(crate) fn warnings(document: &Node, playbook: &Playbook) -> Vec<Warning> {
    let mut warnings = Vec::new();
    collect(document, playbook, &mut warnings);
    warnings
}

fn collect(node: &Node, playbook: &Playbook, warnings: &mut Vec<Warning>) {
    let path = node.path();
    if path.contains(".msgmenu.list[") && path.ends_with(".content") {
        let content = node.text().unwrap_or_default();
        // What a placeholder will bring is not known.
        let known = !content.contains(['{', '}']);
        let text = Text::new(content);
        let answered = [true, false]
            .iter()
            .all(|open| playbook.find_when(&text, *open) != Found::Nothing);
        if known && !answered && playbook.command(&text).is_none() {
            warnings.push(node.warn(format!(
                "no rule, menu or intent answers \"{content}\", which is what comes back when a fan taps this"
            )));
        }
    }
    for inner in node.inside() {
        collect(inner, playbook, warnings);
    }
}
