//! Handing a fan over to a person.

use crate::mistake::Refusal;
use crate::reply::{self, Reply, Setting};
use crate::source::Table;

const FIELDS: [&str; 4] = ["via", "kf_account", "reply", "outside_hours"];

const REPLY: &str =
    "正在为您转接人工客服，请稍候。\nConnecting you with our team, one moment please.";

const OUTSIDE_HOURS: &str = "现在不是服务时间，您的留言已经记下，我们上班后会尽快联系您。\nWe are closed now. Your message is noted, and we will get back to you.";

/// Who takes a fan over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// The agents at the desk.
    Desk {
        /// What the fan is told meanwhile.
        reply: Reply,
    },
    /// WeChat's own customer-service client. The transfer is itself the passive reply, so nothing is said with it, and
    /// only a message can be answered so.
    Wechat {
        /// To whom; whoever is free if not said.
        kf_account: Option<String>,
    },
}

impl Handover {
    /// Reads `[handover]`, a field of the document.
    pub(crate) fn compile(document: &Table<'_>) -> Result<Self, Refusal> {
        let Some(node) = document.get("handover") else {
            return Ok(Self::Desk {
                reply: Reply::fixed(REPLY),
            });
        };
        let table = node.table(&FIELDS)?;
        let (account, reply) = (table.get("kf_account"), table.get("reply"));
        match (table.text("via")?, table.get("via")) {
            (None | Some("desk"), _) => {
                if let Some(account) = account {
                    return Err(account.refuse("kf_account goes with via = \"wechat\" only"));
                }
                let reply = match reply {
                    Some(node) => reply::compile(node, &Setting::message())?,
                    None => Reply::fixed(REPLY),
                };
                Ok(Self::Desk { reply })
            }
            (Some("wechat"), _) => {
                if let Some(reply) = reply {
                    return Err(reply.refuse("with via = \"wechat\" the answer is the transfer itself, so there is no reply"));
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
}
