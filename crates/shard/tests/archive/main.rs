//! Archiving under crashes: whatever stops it and wherever, each event is in D1 or in a named object, never in both, never
//! in neither, and nothing of an erased person is shown, nor remains.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

#[path = "../support/mod.rs"]
mod support;

mod deeds;
mod erased;
mod stretches;
mod world;
