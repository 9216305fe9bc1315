//! What a shard decides and keeps, without the platform around it.
//!
//! A fan's shard is the one place that knows the fan, answers them and carries their jobs. All of it is here as plain
//! functions over a [`sql::Database`] and arguments for time and randomness, so the same code runs in a Durable
//! Object, in tests over `rusqlite`, and under any clock. The Worker around it moves bytes.
//!
//! - [`routing`]: which shard keeps a fan
//! - [`moving`]: how fans get from one shard to another
//! - [`intake`]: a message comes in, and everything that follows is written in one savepoint
//! - [`mod@decide`]: what a fan is answered; [`about`]: what it is told of them
//! - [`events`]: the ledger, and what recognises WeChat's retries; [`ahead`]: what follows from it later
//! - [`mod@fan`], [`tags`], [`identities`]: what is known of one fan; [`window`]: when they may be written to
//! - [`jobs`]: what is to be done outside
//! - [`channel`]: where a fan is; [`visitor`]: those of the company's web site
//! - [`desk`]: who speaks to a fan, and what the Desk is told; [`conversations`]: who was handed over, for D1
//! - [`outbox`]: what must reach other places; [`mirror`]: how D1 is told; [`parked`]: what D1 refuses;
//!   [`mod@reflush`]: filling a D1 that was set back
//! - [`forwards`]: copies on their way to another system
//! - [`erase`]: deleting a person's data
//! - [`alerts`]: what operators are told
//! - [`archive`]: old events leave D1 for R2
//! - [`wake`]: when the shard has to wake by itself
//! - [`schema`], [`sql`], [`time`], [`random`]: what the rest stands on

pub mod about;
pub mod ahead;
pub mod alerts;
pub mod archive;
pub mod channel;
pub mod conversations;
pub mod decide;
pub mod desk;
pub mod erase;
pub mod events;
pub mod fan;
pub mod forwards;
pub mod identities;
pub mod intake;
pub mod jobs;
pub mod mirror;
pub mod moving;
pub mod outbox;
pub mod parked;
pub mod random;
pub mod reflush;
pub mod routing;
pub mod schema;
pub mod sql;
pub mod tags;
pub mod time;
pub mod visitor;
pub mod wake;
pub mod window;

pub use self::ahead::Recent;
pub use self::channel::Channel;
pub use self::random::Random;
pub use self::routing::{Layout, Slot};
pub use self::time::UnixMillis;
pub use self::window::Window;
