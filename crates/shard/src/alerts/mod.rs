//! What an operator has to be told: facts that were measured come in, with what rang before and the time, and out comes what
//! rings now and who is to be told what.
//!
//! - [`standing`]: what each shard says of itself; [`trouble`]: what the TokenKeeper saw
//! - [`condition`]: what can be wrong, and when it counts as wrong
//! - [`ringing`]: what rings, since when, and what is still to be told
//! - [`notice`]: in words, and in the forms that webhooks understand
//!
//! An alert rings once for each [`Condition`], whatever number of shards it is about. What could not be measured neither raises
//! nor clears anything. Nothing in an alert is personal: there are counts, times, sizes, codes of WeChat's, and the address
//! that WeChat refused, which is ours.

pub mod condition;
pub mod notice;
pub mod ringing;
pub mod standing;
pub mod trouble;

pub use self::condition::{Condition, Database, Detail, Facts};
pub use self::ringing::{Alert, Ringing};
pub use self::standing::Standing;
pub use self::trouble::Trouble;
