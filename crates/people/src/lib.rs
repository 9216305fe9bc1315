//! Who works at the desk, and what they may do.
//!
//! Pure: the time, random bytes and what a database has come in as arguments. The Worker asks for the slow or secret parts
//! (PBKDF2, encryption) itself and hands the outcome in.
//!
//! - [`role`]: the four roles; [`permissions`]: the one table of who may do what; [`who`]: whoever acts
//! - [`person`], [`team`]: what administrators say of them, checked field by field ([`wrong`])
//! - [`password`], [`totp`], [`tries`]: what proves who somebody is, and how often one may be wrong; [`session`]: how long it holds; [`access`]: what Cloudflare Access says

pub mod access;
mod fields;
pub mod password;
pub mod permissions;
pub mod person;
pub mod role;
pub mod session;
pub mod team;
pub mod totp;
pub mod tries;
pub mod who;
pub mod wrong;

pub use permissions::{Action, Reach, Resource};
pub use person::Person;
pub use role::Role;
pub use team::Team;
pub use who::Who;
pub use wrong::Wrong;
