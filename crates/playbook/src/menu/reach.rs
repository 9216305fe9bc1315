//! Which menus a fan can get into, and which lead anywhere.

use super::Menu;
use crate::action::Action;
use crate::mistake::{Refusal, Warning};
use crate::named::Named;
use crate::source::Node;

/// Refuses menus that only lead on to menus, and returns a warning for each that nothing opens.
///
/// `nodes` are the menus in the document, in the order of `menus`; `opened` is what leads into them from outside.
pub(crate) fn check_reach(
    menus: &Named<Menu>,
    nodes: &[&Node],
    opened: &[&Action],
) -> Result<Vec<Warning>, Refusal> {
    let mut useful: Named<()> = Named::default();
    let mut before = None;
    while before != Some(useful.len()) {
        before = Some(useful.len());
        for menu in menus.iter() {
            let leads_on = |action: &&Action| match action {
                Action::Menu(name) => useful.has(name),
                _ => true,
            };
            if menu.actions().iter().any(leads_on) {
                useful.add(&menu.name, ());
            }
        }
    }
    let mut reached: Named<()> = Named::default();
    let mut open: Vec<&Action> = opened.to_vec();
    while let Some(action) = open.pop() {
        if let Action::Menu(name) = action
            && reached.add(name, ())
            && let Some(menu) = menus.get(name)
        {
            open.extend(menu.actions());
        }
    }
    let mut warnings = Vec::new();
    for (menu, node) in menus.iter().zip(nodes) {
        let name = &menu.name;
        if !useful.has(name) {
            let message = format!(
                "menu \"{name}\" leads nowhere: its entries open only menus that lead back"
            );
            return Err(node.refuse(&message));
        }
        if !reached.has(name) {
            let path = node.path();
            let kind = path.split('[').next().unwrap_or_default();
            warnings.push(node.warn(format!("nothing opens {kind} \"{name}\"")));
        }
    }
    Ok(warnings)
}
