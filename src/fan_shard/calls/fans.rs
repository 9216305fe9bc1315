//! Fans, and what somebody wants of them.

use super::{Call, text_calls};
use crate::record::{Record, Unreadable};

text_calls! {
    /// The state of a fan. Answered with the API's JSON, or none when there is no such fan.
    ShowFan "/fan" { openid }
    /// A message to a fan, sent once. Answered with the job's id.
    WriteToFan "/message" { openid, text }
    /// The tags of a fan as a JSON array, with the number of this change. Answered with none when there is no such person.
    SetTags "/tags" { openid, fan_ref, rev, tags }
}
