//! A load for `make bench`: WeChat's callbacks over kept connections, each sent when the last one of its connection was
//! answered.
//!
//! It runs on the machine that it measures, so it is one thread, builds a request in microseconds and keeps no more of an
//! answer than its latency. It checks all of them: the first answer that is not the reply to that fan ends the run, since
//! figures about wrong answers are worth nothing.
//!
//! It writes one line of JSON to standard output: see [`tally::Summary`].

mod answer;
mod callback;
mod clock;
mod connection;
mod settings;
mod tally;

use std::process::ExitCode;
use std::rc::Rc;

use crate::callback::Crowd;
use crate::connection::{Connection, LoadError};
use crate::settings::Settings;
use crate::tally::{Phase, Tally};

fn main() -> ExitCode {
    match measure() {
        Ok(line) => {
            #[expect(clippy::print_stdout, reason = "what this program is for")]
            {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("fandesk-load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<String, LoadError> {
    let settings = Settings::parse(std::env::args().skip(1))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let tally = tokio::task::LocalSet::new().block_on(&runtime, run(settings))?;
    Ok(serde_json::to_string(&tally.summary())?)
}

/// Connects first, all of them, so that no connection is made while others are measured.
async fn run(settings: Settings) -> Result<Tally, LoadError> {
    let settings = Rc::new(settings);
    let crowd = Rc::new(Crowd::new(&settings));
    let mut connections = Vec::new();
    for _ in 0..settings.connections {
        connections.push(Connection::open(&settings, Rc::clone(&crowd)).await?);
    }
    let phase = Phase::start(settings.warmup, settings.measured);
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|connection| tokio::task::spawn_local(connection.load(phase)))
        .collect();
    let mut tally = Tally::new(phase);
    for task in tasks {
        tally.add(task.await??);
    }
    Ok(tally)
}
