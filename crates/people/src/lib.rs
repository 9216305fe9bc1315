//! Who works at the desk, and what they may do.
//!
//! Pure: the time, random bytes and what a database has come in as arguments. The Worker asks for the slow or secret parts
//! (PBKDF2, encryption) itself and hands the outcome in.
//!
//! - [`role`]: the four roles; [`permissions`]: the one table of who may do what; [`who`]: whoever acts

pub mod permissions;
pub mod role;
pub mod who;

pub use permissions::{Action, Reach, Resource};
pub use role::Role;
pub use who::Who;
