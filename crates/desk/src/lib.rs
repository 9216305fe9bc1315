//! What the service desk decides and keeps, without the platform around it.
//!
//! One Desk an account knows every conversation between a fan and the people who answer: who waits, who is given to whom, which
//! promise of an answer is about to be broken. All of it is here as a model in memory ([`Desk`]) whose every change is one
//! [turn](Desk::turn): a [`Command`] and the time go in, [`Changes`] come out, which [`rows`] writes in one savepoint. So the same
//! code runs in a Durable Object, in tests over `rusqlite`, and under any clock.
//!
//! Who *speaks* to a fan, bot or person, is the shard's to say; who is *assigned*, the Desk's. Each such change raises the
//! conversation's `epoch`, by which either can tell what is old.
//!
//! Maps and sets are filled by loops and lists kept in order by hand: each `collect` into a map, and each sort, is 4 KB of machine code.
//!
//! - [`lifecycle`]: the states of a conversation, one table
//! - [`conversation`], [`agent`], [`team`]: what is known of each; [`cases`]: all conversations, found by what they wait for
//! - [`arrived`]: what shards tell, and `consequence`: what follows from it; [`deed`]: what people do; [`who`]: what they may; [`staff`]: people, teams and presence
//! - [`assignment`]: who is given which fan; [`deadline`], [`policy`]: by when they are answered; [`tick`]: what time does
//! - [`changes`]: what a turn leaves to be written and told; [`view`], [`list`]: what people are shown
//! - [`rows`]: how it is kept

pub mod agent;
pub mod arrived;
pub mod assignment;
pub mod cases;
pub mod changes;
mod consequence;
pub mod conversation;
pub mod deadline;
pub mod deed;
mod desk;
pub mod fields;
pub mod lifecycle;
pub mod list;
pub mod policy;
pub mod rows;
pub mod silence;
pub mod staff;
pub mod team;
pub mod tick;
pub mod view;
pub mod who;

pub use self::arrived::Arrived;
pub use self::changes::Changes;
pub use self::conversation::Conversation;
pub use self::deed::{Deed, Refused};
pub use self::desk::{Command, Desk};
pub use self::who::{Role, Who};
pub use fandesk_shard::UnixMillis;
