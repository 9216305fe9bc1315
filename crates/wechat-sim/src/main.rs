//! Runs the simulated WeChat until it is told to end. See the crate's README for its settings.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command: it says where it listens, or why it does not"
)]

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use wechat_sim::{Simulator, settings::Settings};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("wechat-sim: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::from_lookup(|name| std::env::var(name).ok())?;
    let callback_url = settings.callback_url();
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    let simulator = Simulator::start(settings).await?;
    println!(
        "simulated WeChat on {}/ calling {callback_url}",
        simulator.url()
    );
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
