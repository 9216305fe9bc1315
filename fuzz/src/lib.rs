//! What has to hold of everything that reads what comes from outside, whatever the bytes.
//!
//! A target is a function of bytes that panics when a claim does not hold: [`TARGETS`]. `make fuzz` lets libFuzzer look for
//! bytes that break one, from the seeds in `corpus/` on; the tests give every seed to its target on any toolchain.
//!
//! Each target also gives some of its inputs again, repeated up to the size of the largest body, and looks at the time
//! ([`cost`]): what is linear in its input stays far below the bound, and what is quadratic far above.

#![allow(clippy::panic, reason = "a claim that does not hold is a panic")]

mod answers;
mod cost;
mod json;
mod patterns;
mod playbook;
mod query;
mod sealed;
mod shape;
mod xml;

/// A target: its name, which is that of its folder in `corpus/`, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 7] = [
    ("xml", xml::target),
    ("json", json::target),
    ("query", query::target),
    ("sealed", sealed::target),
    ("answers", answers::target),
    ("playbook", playbook::target),
    ("patterns", patterns::target),
];
