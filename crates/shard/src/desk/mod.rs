//! The fan's side of the desk: who speaks to a fan, and what the Desk is told of it.
//!
//! The Desk (one object an account) knows who is assigned and until when somebody has to answer; the fan's shard knows whether the
//! bot or a person speaks. Both changes carry the *epoch* of the conversation, which rises with each, so that whoever comes too late is
//! told so. What the fan does reaches the Desk through a lane of the outbox, in order, each row in the commit of its event
//! and with a key of its own, so that a repeat changes nothing there.
//!
//! - [`case`]: what is known of a fan and the desk, in the fan's state
//! - [`rows`]: what the Desk is told; [`entry`]: an event as agents see it
//! - [`rate`]: how many fans a minute the desk gets because nothing answers them
//! - [`mark`]: how satisfied the fan was
//! - [`says`]: what the Desk and its agents say to the shard
//! - [`thread`]: what was said by whom

pub mod case;
pub mod entry;
pub mod mark;
pub mod rate;
pub mod rows;
pub mod says;
pub mod thread;

pub use self::case::{AtDesk, Case, Speaker};
pub use self::rows::{Reason, Telling, Told};
