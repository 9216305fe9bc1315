//! What the playbook does: one type for every place that leads somewhere.

use crate::faq::Faq;
use crate::handover::Routing;
use crate::mistake::{Refusal, Warning};
use crate::named::Named;
use crate::reply::{self, Reply, Setting};
use crate::source::{Node, Table};
use crate::template::Placeholder;
use wechat::reply::Answering;

/// What to do for a fan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Show this.
    Reply(Reply),
    /// Open the text menu of this name, which exists.
    Menu(String),
    /// Carry out the intent of this name, which exists.
    Intent(String),
    /// Answer a question of an `[[faq]]`, and ask whether it helped.
    Faq(Box<Faq>),
    /// Ask the business system who the fan is, by `[identity]`, which exists.
    Bind,
    /// End the fan's binding.
    Unbind,
    /// Hand the fan over to a person.
    Handover(Routing),
}

/// A hand-over that says nothing more, for places that lead there by themselves.
pub(crate) static HAND_OVER: Action = Action::Handover(Routing::PLAIN);

/// What actions may name, and what was noticed while they were compiled.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) menus: Named<String>,
    pub(crate) intents: Named<String>,
    /// What each intent has places for in its texts.
    pub(crate) gaps: Named<Vec<Placeholder>>,
    /// Whether fans are handed over to WeChat's own customer service.
    pub(crate) via_wechat: bool,
    pub(crate) warnings: Vec<Warning>,
}

/// Whether a table says anything about what to do.
pub(crate) fn given(table: &Table<'_>) -> bool {
    ["reply", "menu", "intent", "handover"]
        .iter()
        .any(|field| table.get(field).is_some())
}

/// Compiles what a table says to do.
pub(crate) fn compile(
    table: &Table<'_>,
    setting: &Setting,
    names: &mut Names,
) -> Result<Action, Refusal> {
    let (reply, menu, intent) = (table.get("reply"), table.get("menu"), table.get("intent"));
    let handover = match table.get("handover") {
        Some(node) => Routing::compile(node)?.map(|routing| (node, routing)),
        None => None,
    };
    match (reply, menu, intent, handover) {
        (Some(node), None, None, None) => reply::compile(node, setting).map(Action::Reply),
        (None, Some(node), None, None) => known("menu", node, &names.menus).map(Action::Menu),
        (None, None, Some(node), None) => {
            let name = known("intent", node, &names.intents)?;
            names.warn_of_gaps(&name, setting, node);
            Ok(Action::Intent(name))
        }
        (None, None, None, Some((node, routing))) => {
            if names.via_wechat && routing != Routing::PLAIN {
                let message = "WeChat's customer service knows none of fandesk's teams: write handover = true";
                return Err(node.refuse(message));
            }
            if names.via_wechat && setting.answering == Answering::Event {
                let message = "WeChat's customer service takes over in answer to a message, not to an event; open a menu here";
                return Err(node.refuse(message));
            }
            Ok(Action::Handover(routing))
        }
        _ => Err(table
            .node
            .refuse("exactly one of reply, menu, intent and handover = true belongs here")),
    }
}

impl Names {
    /// An intent may be named where nothing captures what its texts have places for.
    fn warn_of_gaps(&mut self, intent: &str, setting: &Setting, at: &Node) {
        for place in self.gaps.get(intent).into_iter().flatten() {
            if setting.scope.placeholder(&place.to_string()).is_err() {
                let message = format!(
                    "intent \"{intent}\" shows {{{place}}}, which nothing captures here, so it will be empty"
                );
                self.warnings.push(at.warn(message));
            }
        }
    }
}

fn known(kind: &str, node: &Node, all: &Named<String>) -> Result<String, Refusal> {
    let name = node.text()?;
    if all.has(name) {
        return Ok(name.to_owned());
    }
    let there: Vec<String> = all.iter().map(|known| format!("\"{known}\"")).collect();
    let there = if there.is_empty() {
        "none".to_owned()
    } else {
        there.join(", ")
    };
    Err(node.refuse(&format!("there is no {kind} \"{name}\"; known: {there}")))
}
