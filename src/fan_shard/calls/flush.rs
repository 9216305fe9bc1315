//! What D1 is to be told.

use super::{Call, text_calls};
use crate::record::{Record, Unreadable};

text_calls! {
    /// Tell D1 of all changes now.
    Flush "/flush" {}
    /// Everything since a moment (in milliseconds) is to go to D1 once more. Answered with how many events and rows wait then, a space between.
    Reflush "/reflush" { since }
}
