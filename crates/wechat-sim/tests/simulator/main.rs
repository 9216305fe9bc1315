//! The simulator as its users see it: over HTTP, between a test and an account's server.
//!
//! The server is a [`stub`] that does as it is told, so each test shows what the simulator makes of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests, which clippy does not take for tests: a panic is a failed test"
)]

mod account;
mod callbacks;
mod client;
mod codes;
mod datacube;
mod encrypted;
mod kf;
mod levers;
mod log;
mod mass;
mod media;
mod menus;
mod messages;
mod notices;
mod pages;
mod phone;
mod pictures;
mod stub;
mod tags;
mod tokens;
mod users;
