//! Callbacks: from what a fan does to what became of it.
//!
//! - [`act`]: what a fan can do.
//! - [`announce`]: events that no fan causes.
//! - [`document`]: the XML or JSON of it.
//! - [`envelope`]: signature and encryption.
//! - [`delivery`]: up to three tries, five seconds each.
//! - [`play`]: all of it for one fan, with what it means for windows, journal and figures.

pub mod act;
pub mod announce;
pub mod delivery;
pub mod document;
pub mod envelope;
pub mod play;

pub use act::Act;
pub use delivery::{Outcome, Verdict};
pub use envelope::{Envelope, Seal, Stamp};
