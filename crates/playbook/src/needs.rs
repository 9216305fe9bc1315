//! What a document needs that not every account may do.
//!
//! The tree is looked through once, after it was compiled: every field in it is known then, and stands where it belongs.

use crate::mistake::Mistake;
use crate::reply::{KINDS, WITHOUT_PASSIVE_FORM};
use crate::source::Node;
use wechat::account::{Account, Capability};

/// A place of a document that needs a capability of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// What is needed.
    pub capability: Capability,
    /// The line of the document, counted from 1.
    pub line: usize,
    /// The way to the field, as in [`Mistake::field`].
    pub field: String,
}

impl Need {
    /// The mistake of publishing this for an account that lacks it; `None` if it has it.
    #[must_use]
    pub fn mistake(&self, account: Account) -> Option<Mistake> {
        let reason = account.lacks(self.capability)?;
        let title = self.capability.title();
        Some(Mistake {
            line: Some(self.line),
            field: self.field.clone(),
            message: format!(
                "this needs {}, which the account lacks: {} (此处需要{}：{})",
                title.en, reason.en, title.zh, reason.zh
            ),
        })
    }
}

/// Everything that a compiled document needs.
pub(crate) fn of(document: &Node) -> Vec<Need> {
    let mut needs = Vec::new();
    collect(document, &mut needs);
    needs
}

fn collect(node: &Node, needs: &mut Vec<Need>) {
    if let Some(capability) = needed(node) {
        needs.push(Need {
            capability,
            line: node.line(),
            field: node.path().to_owned(),
        });
    }
    for inner in node.inside() {
        collect(inner, needs);
    }
}

fn needed(node: &Node) -> Option<Capability> {
    let path = node.path();
    let name = path.rsplit('.').next().unwrap_or_default();
    let item_of = |list: &str| {
        let number = path
            .strip_prefix(list)
            .and_then(|rest| rest.strip_prefix('['));
        number.is_some_and(|number| number.ends_with(']') && !number.contains('.'))
    };
    match name {
        "wxcard" => Some(Capability::Card),
        name if WITHOUT_PASSIVE_FORM.contains(&name) => Some(Capability::CustomMessage),
        // Whether it helped is asked below a text, or in a message of its own.
        name if path.starts_with("faq[") && path.contains("].answer.") && name != "text" => {
            KINDS.contains(&name).then_some(Capability::CustomMessage)
        }
        "via" => (node.text() == Ok("wechat")).then_some(Capability::CustomerService),
        // Its answer comes later.
        _ if path == "identity" || item_of("intent") => Some(Capability::CustomMessage),
        _ if item_of("click") => Some(Capability::Menu),
        _ if item_of("welcome.scene") => Some(Capability::Qrcode),
        _ => None,
    }
}
