//! `make chaos`: the long crash test, then a look at the syncs. `KILLS` (default 32) and `SEED` (default: another one each time, printed).

use std::hash::{BuildHasher, RandomState};
use std::process::ExitCode;
use std::{env, fmt, str::FromStr};

use fandesk_e2e::chaos::{Plan, run, sync};

fn main() -> ExitCode {
    let plan = Plan {
        seed: setting("SEED").unwrap_or_else(|| RandomState::new().hash_one("seed") >> 32),
        kills: setting("KILLS").unwrap_or(32),
    };
    let report = run(plan);
    println!("\n{report}");
    for failure in report.failures() {
        println!(
            "FAILED: {failure} (SEED={} chooses the same moments)",
            plan.seed
        );
    }
    let unsynced = match sync::watch() {
        Ok(seen) => {
            println!(
                "\nsynced before their answer: {} of {} messages; {} not; {} not seen",
                seen.before,
                seen.before + seen.without + seen.unseen,
                seen.without,
                seen.unseen
            );
            seen.without + seen.unseen
        }
        Err(why) => {
            println!("\nSKIPPED, the syncs were not looked at: {why}");
            0
        }
    };
    if report.failures().is_empty() && unsynced == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn setting<T: FromStr<Err: fmt::Debug>>(name: &str) -> Option<T> {
    let text = env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().expect("a number"))
}
