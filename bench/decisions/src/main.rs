//! The steps by which a callback is answered, each run again and again for callgrind to count its instructions.
//!
//! `decisions` runs all of them and `decisions NAME…` those named; each prints its name when it has run. What prepares a
//! step happens outside [`counted`], the function whose inside `bench/decisions.mjs` lets callgrind count, and that it
//! dumps after. Instructions are the same on a busy machine, so budgets are in those.
//!
//! `decisions --time` and the same arguments reads the clock instead: each name with nanoseconds before it, for people who want
//! to know what the instructions come to here.

mod documents;
mod steps;
mod time;

use std::io::{self, Write};
use std::process::ExitCode;

/// How often a step runs while it is counted. `bench/decisions.mjs` reads it from the first line of the output.
const TIMES: u32 = 100;

fn main() -> ExitCode {
    let mut wanted: Vec<String> = std::env::args().skip(1).collect();
    let timed = wanted.first().is_some_and(|first| first == "--time");
    if timed {
        wanted.remove(0);
    }
    match run(&wanted, timed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "decisions: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(wanted: &[String], timed: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout().lock();
    if !timed {
        writeln!(out, "times {TIMES}")?;
    }
    let mut ran = 0_usize;
    steps::each(&mut |name, step| {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            // What is set up on first use, and the heap that the preparation left in disorder, are no part of the cost.
            (0..TIMES).for_each(|_| step());
            ran = ran.saturating_add(1);
            if timed {
                writeln!(out, "{} {name}", time::best(TIMES, step))?;
            } else {
                counted(TIMES, step);
                writeln!(out, "{name}")?;
            }
        }
        Ok(())
    })?;
    if ran < wanted.len() {
        return Err(format!("not all of {wanted:?} are steps").into());
    }
    Ok(())
}

/// The one function inside which callgrind counts.
#[inline(never)]
fn counted(times: u32, step: &mut dyn FnMut()) {
    for _ in 0..times {
        step();
    }
}
