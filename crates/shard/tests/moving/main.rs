//! Slots move between shards while fans write, steps get lost, repeated or come too late, and the wanted number changes.

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
mod desk;
mod erased;
mod fans;
mod roster;
