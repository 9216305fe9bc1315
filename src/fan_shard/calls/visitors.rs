//! What the chat of the web page wants of a visitor's shard.

use super::{Call, text_calls};
use crate::record::{Record, Unreadable};

text_calls! {
    /// A visitor writes, or wants to be forgotten: the key that tells it from all others, and its fields as WeChat would send them. Answered with
    /// its id and what it was answered, as JSON; refused with 429 and the milliseconds to wait.
    VisitorSends "/visitor/sends" { openid, key, fields }
    /// What there is for a visitor behind the event `after`, which is empty where nothing was seen yet. Answered with a page of the inbox, as JSON.
    VisitorReads "/visitor/reads" { openid, after }
    /// The same of a shard that their slot has left.
    VisitorReadsOn "/visitor/reads-on" { openid, after }
}
