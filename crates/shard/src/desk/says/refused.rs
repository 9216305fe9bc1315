//! Why a shard does not do what the Desk says.

use crate::sql::SqlError;
use crate::window::Closed;

/// Why something is not done. A word that machines read stands before the sentence where there is something to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The shard knows no such fan.
    #[error("there is no such fan, or their data was erased")]
    UnknownFan,
    /// The conversation went on without whoever speaks.
    #[error("epoch: 会话已有变化，请刷新。The conversation has changed since: {0}")]
    Epoch(&'static str),
    /// Somebody else wrote what whoever speaks has not seen.
    #[error(
        "answered: 已有同事回复，请先看看。Somebody answered after what you have seen: read it first"
    )]
    Answered,
    /// WeChat would refuse it.
    #[error("window: {}", instead(.0))]
    Window(Closed),
    /// It is not what the Desk says.
    #[error("`{0}` is missing, or is not what it has to be")]
    Unreadable(&'static str),
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
}

/// Why WeChat would refuse, and what can be done.
fn instead(closed: &Closed) -> &'static str {
    match closed {
        Closed::Over => {
            "粉丝上次来信已超过 48 小时，现在不能发送；请等粉丝来信，或电话联系、发模板消息。The fan's last message is more than \
             48 hours ago: wait until they write, call them, or send a template message"
        }
        Closed::UsedUp => {
            "这次来信后的 5 条回复已用完；粉丝再来信即可继续，也可电话联系。The five answers to the fan's last message are used up: \
             wait until they write again, or call them"
        }
    }
}
