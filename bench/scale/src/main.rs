//! What fandesk takes at loads that no bench reaches: shards and their queues, D1's backlog and size, money.
//!
//! `scale` prints the tables of `docs/scale.md`, `scale PAGE` puts them into the page, and `scale measure` tells how fast this
//! machine's SQLite takes what D1 is sent, which is one of the [`inputs`]. What a row takes is measured in each run
//! ([`sizes`]), and the rest is arithmetic; a test holds the page against it.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a model: its numbers are its own, no outside data comes in"
)]

mod burst;
mod inputs;
mod ledger;
mod load;
mod money;
mod report;
mod sizes;
mod spread;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use inputs::PRESENT;

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "scale: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(argument: Option<&str>) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    if argument == Some("measure") {
        let store_ms =
            sizes::measure(sizes::MESSAGES, &stopwatch())?.store_ms / f64::from(sizes::MESSAGES);
        writeln!(out, "d1_event_ms: {store_ms:.4}")?;
        return Ok(());
    }
    let sizes = sizes::measure(sizes::MESSAGES, &|| 0.0)?;
    let tables = report::tables(&PRESENT, &sizes);
    match argument {
        Some(page) => std::fs::write(
            page,
            report::fill(&std::fs::read_to_string(page)?, &tables)?,
        )?,
        None => {
            for (name, table) in tables {
                writeln!(out, "{name}\n\n{table}")?;
            }
        }
    }
    Ok(())
}

/// Milliseconds since now.
#[expect(
    clippy::disallowed_methods,
    reason = "a native tool; the measurement takes its clock as an argument"
)]
fn stopwatch() -> impl Fn() -> f64 {
    let began = Instant::now();
    move || began.elapsed().as_secs_f64() * 1000.0
}
