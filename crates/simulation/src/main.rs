//! `make simulate`: many seeds, or one with all its steps.
//!
//! Settings come from the environment: `SEED` replays one seed aloud; else `SEEDS` of them are run (10,000) from `FIRST` (1), each in
//! one of `THREADS` (as many as there are processors). `STEPS` bounds how long failures go on in each.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command: it prints, and says how long it took"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

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
    let processors = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let threads = number("THREADS")?.unwrap_or(processors).clamp(1, 256);
    let seeds = Seeds {
        next: AtomicU64::new(first),
        end: first.saturating_add(seeds),
    };
    let began = Instant::now();
    let ran: Vec<Ran> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| seeds.run(options)))
            .collect();
        running
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect()
    });
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    // Which thread finds something first is chance; the smallest seed that was found is told.
    let found = ran.iter().filter_map(|ran| ran.found.as_ref());
    if let Some((seed, outcome)) = found.min_by_key(|(seed, _)| seed) {
        match outcome {
            Some(outcome) => drop(judge(*seed, options, outcome)),
            None => println!("\nseed {seed} panicked\n{}", replay_with(*seed, options)),
        }
        return Ok(false);
    }
    let mut sum = Tally::default();
    for ran in &ran {
        sum += ran.tally;
    }
    let seeds = ran.iter().map(|ran| ran.seeds).sum::<u64>();
    println!(
        "simulated {seeds} seeds, {} steps, {} events acknowledged ({} retries), {} crashes, {} jobs ended, {} messages sent \
         ({} possibly doubled, each counted), {} fans erased: nothing lost, nothing doubled",
        sum.steps,
        sum.acknowledged,
        sum.retries,
        sum.crashes,
        sum.jobs,
        sum.messages,
        sum.doubled,
        sum.erased,
    );
    let rate = seeds as f64 / minutes;
    let busy: Option<Duration> = ran.iter().map(|ran| ran.busy).sum();
    // Where others run too, a minute has less than a minute of a processor in it.
    let of_one = busy.map_or(String::new(), |busy| {
        let rate = seeds as f64 / busy.as_secs_f64() * 60.0;
        format!(", {rate:.0} in a minute of one processor")
    });
    println!(
        "in {:.0} s, {threads} at a time: {rate:.0} seeds a minute{of_one}",
        minutes * 60.0
    );
    Ok(true)
}

/// Seeds that are still to be run.
struct Seeds {
    next: AtomicU64,
    end: u64,
}

/// What one thread ran.
#[derive(Default)]
struct Ran {
    seeds: u64,
    tally: Tally,
    /// How long it had a processor, where the system tells.
    busy: Option<Duration>,
    /// A seed that broke something, and how; without an outcome when it panicked.
    found: Option<(u64, Option<Outcome>)>,
}

impl Seeds {
    /// Runs one after the other until none is left, or one breaks something: then no thread begins another.
    fn run(&self, options: Options) -> Ran {
        let simulation = Simulation::new();
        let mut ran = Ran::default();
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.end {
                ran.busy = busy();
                return ran;
            }
            // A panic says where by itself, but not in which seed.
            let outcome = catch_unwind(AssertUnwindSafe(|| simulation.run(seed, options))).ok();
            match outcome {
                Some(outcome) if outcome.broken.is_none() => {
                    ran.seeds += 1;
                    ran.tally += outcome.tally;
                }
                broken => {
                    self.next.store(self.end, Ordering::Relaxed);
                    ran.found = Some((seed, broken));
                    return ran;
                }
            }
        }
    }
}

/// How long this thread had a processor: Linux says it in nanoseconds.
fn busy() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
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
