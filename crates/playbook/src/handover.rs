//! Handing a fan over to a person.

use crate::mistake::Refusal;
use crate::reply::{self, Reply, Setting};
use crate::source::Table;

const REPLY: &str =
    "正在为您转接人工客服，请稍候。\nConnecting you with our team, one moment please.";

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
        let table = node.table(&["via", "kf_account", "reply"])?;
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
}
