//! `make desk-load`: 40 agents and 10,000 messages in an hour, or as many as the settings say: `AGENTS`, `FANS`, `MESSAGES`, `SECONDS`.

use std::process::ExitCode;
use std::time::Duration;
use std::{env, fmt, str::FromStr};

use fandesk_e2e::desk_load::{Plan, run};

/// Within this a message is promised to be on the screen.
const PROMISE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let plan = Plan {
        agents: setting("AGENTS").unwrap_or(40),
        fans: setting("FANS").unwrap_or(200),
        messages: setting("MESSAGES").unwrap_or(10_000),
        lasts: Duration::from_secs(setting("SECONDS").unwrap_or(3_600)),
    };
    let report = run(plan);
    println!("\n{report}");
    let is_well = report.lost == 0 && report.wrong == 0 && report.quantile(0.99) <= PROMISE;
    if is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn setting<T: FromStr<Err: fmt::Debug>>(name: &str) -> Option<T> {
    let text = env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().expect("a number"))
}
