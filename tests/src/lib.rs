//! End-to-end tests: a whole deployment under local workerd, used from outside.
//!
//! The tests in `tests/` know what any user knows: the callback, the API, the simulated WeChat, and for outages the files
//! of the databases. Nothing of the Worker is linked in. They want `make build sim` first, which `make test` does.
//!
//! - [`setup`]: the settings and accounts of a deployment. [`deployment`]: starts what `make serve` starts, on free ports over a state
//!   folder of its own; stops, kills and starts it
//!   again; leaves nothing behind, however a test ends. [`shared`]: one for all tests of a file
//! - [`callback`] and [`message`]: WeChat's side of the callback, made by hand, so that it can be forged, late or malformed
//! - [`fan`] and [`simulator`]: a fan with a phone, and the levers of the platform behind it
//! - [`visitor`]: somebody in the web chat. [`customer`]: what fans and visitors have in common
//! - [`account`]: another account of the same deployment
//! - [`api`]: an operator's program
//! - [`person`]: somebody of the desk at their browser; [`agent`]: at their work, with a [`socket`] when they watch
//! - [`stub`]: a server that the Worker calls, where the simulator is too well behaved
//! - [`gate`]: D1 and the queue, where they are too well behaved
//! - [`chaos`]: kills while a crowd writes, and what has to be true afterwards
//! - [`desk_load`]: agents and fans by the dozen, and how long a message takes
//! - [`databases`]: the SQLite files in the state folder, and the objects of the bucket
//! - [`wait`]: deadlines, and many things at once
//!
//! A start takes about two seconds, so tests that want the same settings share a deployment ([`Shared`]), each with fans of
//! its own; those that stop, break or reconfigure one start their own.

pub mod account;
pub mod agent;
pub mod api;
mod bucket;
pub mod callback;
pub mod chaos;
pub mod customer;
pub mod databases;
pub mod deployment;
pub mod desk_load;
pub mod fan;
pub mod gate;
pub mod http;
mod machine;
pub mod message;
pub mod person;
pub mod setup;
pub mod shared;
pub mod simulator;
pub mod socket;
pub mod stub;
pub mod visitor;
pub mod wait;

pub use account::Account;
pub use agent::{Agent, Invited};
pub use api::Api;
pub use callback::WeChat;
pub use customer::Customer;
pub use deployment::{Deployment, Mode};
pub use fan::{Fan, new_openid};
pub use gate::Gate;
pub use http::Answer;
pub use message::Message;
pub use person::Person;
pub use setup::Setup;
pub use shared::Shared;
pub use simulator::Simulator;
pub use socket::Socket;
pub use stub::Stub;
pub use visitor::Visitor;
pub use wait::{at_once, eventually};
