//! Handing a fan over to a person.

mod desk;
mod routing;

pub use self::desk::{Desk, Unmatched};
pub use self::routing::Routing;
use crate::action::Action;
use crate::command::Commands;
use crate::mistake::Refusal;
use crate::reply::{self, Reply, Setting};
use crate::source::Table;

const FIELDS: [&str; 11] = [
    "via",
    "kf_account",
    "reply",
    "outside_hours",
    "position",
    "end",
    "ended",
    "ask",
    "thanks",
    "reopen_days",
    "unmatched",
];

/// Those of [`FIELDS`] that mean something at fandesk's own desk only, but for `reply`, which has a message of its own.
const OF_THE_DESK: [&str; 7] = [
    "position",
    "end",
    "ended",
    "ask",
    "thanks",
    "reopen_days",
    "unmatched",
];

const OUTSIDE_HOURS: &str = "现在不是服务时间，您的留言已经记下，我们上班后会尽快联系您。\nWe are closed now. Your message is noted, and we will get back to you.";

/// Who takes a fan over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// The agents at the desk.
    Desk(Box<Desk>),
    /// WeChat's own customer-service client. The transfer is itself the passive reply, so nothing is said with it, and
    /// only a message can be answered so.
    Wechat {
        /// To whom; whoever is free if not said.
        kf_account: Option<String>,
    },
}

impl Handover {
    /// Reads `[handover]`, a field of the document.
    pub(crate) fn compile(document: &Table<'_>, commands: &Commands) -> Result<Self, Refusal> {
        let Some(node) = document.get("handover") else {
            return Ok(Self::Desk(Box::new(Desk::unwritten(commands))));
        };
        let table = node.table(&FIELDS)?;
        let account = table.get("kf_account");
        match (table.text("via")?, table.get("via")) {
            (None | Some("desk"), _) => {
                if let Some(account) = account {
                    return Err(account.refuse("kf_account goes with via = \"wechat\" only"));
                }
                Desk::compile(&table, commands).map(|desk| Self::Desk(Box::new(desk)))
            }
            (Some("wechat"), _) => {
                if let Some(reply) = table.get("reply") {
                    return Err(reply.refuse("with via = \"wechat\" the answer is the transfer itself, so there is no reply"));
                }
                if let Some((field, node)) = OF_THE_DESK
                    .iter()
                    .find_map(|field| Some((field, table.get(field)?)))
                {
                    return Err(node.refuse(&format!("{field} goes with via = \"desk\" only")));
                }
                let account = account
                    .map(|account| account.filled("account"))
                    .transpose()?;
                Ok(Self::Wechat {
                    kf_account: account.map(str::to_owned),
                })
            }
            (Some(other), at) => {
                let message = format!("\"{other}\" is not known; known: \"desk\", \"wechat\"");
                Err(at.unwrap_or(node).refuse(&message))
            }
        }
    }

    /// What a fan is told outside of opening hours, where there are any.
    pub(crate) fn outside_hours(
        document: &Table<'_>,
        has_hours: bool,
    ) -> Result<Option<Reply>, Refusal> {
        let own = match document.get("handover") {
            Some(node) => node.table(&FIELDS)?.get("outside_hours"),
            None => None,
        };
        match own {
            Some(node) if !has_hours => Err(node.refuse("this playbook has no [hours]")),
            Some(node) => reply::compile(node, &Setting::message()).map(Some),
            None => Ok(has_hours.then(|| Reply::fixed(OUTSIDE_HOURS))),
        }
    }

    /// Texts without an answer cannot hand over by a rate where each of them hands over.
    pub(crate) fn check_default(document: &Table<'_>, default: &Action) -> Result<(), Refusal> {
        let unmatched = match document.get("handover") {
            Some(node) => node.table(&FIELDS)?.get("unmatched"),
            None => None,
        };
        match (unmatched, default) {
            (Some(node), Action::Handover(_)) => Err(node.refuse(
                "`default` hands every text over that nothing answers: let it reply, or leave this out",
            )),
            _ => Ok(()),
        }
    }

    /// What there is of fandesk's own desk.
    #[must_use]
    pub fn desk(&self) -> Option<&Desk> {
        match self {
            Self::Desk(desk) => Some(desk),
            Self::Wechat { .. } => None,
        }
    }
}
