//! What the Desk wants of a shard.

use super::{Call, text_calls};
use crate::record::{Record, Unreadable};

text_calls! {
    /// The Desk, or one of its people, says something: `body` is JSON. Answered with what came of it, as JSON.
    DeskSays "/desk" { openid, key, body }
}
