//! `make simulate`: many seeds, or one with all its steps.
//!
//! Settings come from the environment: `SEED` replays one seed aloud; else `SEEDS` of them are run (10,000) from `FIRST` (1). `STEPS`
//! bounds how long failures go on in each.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command: it prints, and says how long it took"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use fandesk_simulation::{Options, Outcome, Simulation, Tally};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("simulate: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all invariants held.
fn run() -> Result<bool, String> {
    let mut options = Options::default();
    if let Some(steps) = number("STEPS")? {
        options.steps = steps;
    }
    let simulation = Simulation::new();
    if let Some(seed) = number("SEED")? {
        options.aloud = true;
        let outcome = simulation.run(seed, options);
        println!("{:?}", outcome.tally);
        return Ok(judge(seed, options, &outcome));
    }
    let (first, seeds) = (
        number("FIRST")?.unwrap_or(1),
        number("SEEDS")?.unwrap_or(10_000),
    );
    let began = Instant::now();
    let mut sum = Tally::default();
    for seed in first..first.saturating_add(seeds) {
        // A panic says where by itself, but not in which seed.
        let Ok(outcome) = catch_unwind(AssertUnwindSafe(|| simulation.run(seed, options))) else {
            println!("\nseed {seed} panicked\n{}", replay_with(seed, options));
            return Ok(false);
        };
        if !judge(seed, options, &outcome) {
            return Ok(false);
        }
        sum += outcome.tally;
    }
    println!(
        "simulated {seeds} seeds, {} steps, {} events acknowledged ({} retries), {} crashes, {} jobs ended, {} messages sent \
         ({} possibly doubled, each counted), {} fans erased, in {:.0} s: nothing lost, nothing doubled",
        sum.steps,
        sum.acknowledged,
        sum.retries,
        sum.crashes,
        sum.jobs,
        sum.messages,
        sum.doubled,
        sum.erased,
        began.elapsed().as_secs_f64()
    );
    Ok(true)
}

fn number(name: &str) -> Result<Option<u64>, String> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text
            .parse()
            .map(Some)
            .map_err(|_| format!("{name}={text} is not a number")),
        _ => Ok(None),
    }
}

fn judge(seed: u64, options: Options, outcome: &Outcome) -> bool {
    let Some(broken) = &outcome.broken else {
        return true;
    };
    if !options.aloud {
        for step in &broken.last_steps {
            println!("{step}");
        }
    }
    println!("\nseed {seed}: {}", broken.what);
    println!("{}", replay_with(seed, options));
    false
}

fn replay_with(seed: u64, options: Options) -> String {
    let steps = if options.steps == Options::default().steps {
        String::new()
    } else {
        format!(" STEPS={}", options.steps)
    };
    format!("replay it with: make simulate SEED={seed}{steps}")
}
