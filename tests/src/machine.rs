//! What has to be asked of the machine: free ports, processes and their end.

use std::hash::{BuildHasher, RandomState};
use std::net::TcpListener;
use std::process::Command;

/// A port that nobody listens on, below those that systems hand out by themselves, so that it is still free after a restart.
pub(crate) fn free_port() -> u16 {
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let draw = || 10_000 + u16::try_from(RandomState::new().hash_one("port") % 20_000).unwrap();
    std::iter::repeat_with(draw)
        .take(100)
        .find(free)
        .expect("a free port")
}

/// The processes that a process started, directly or not.
pub(crate) fn descendants(of: u32) -> Vec<u32> {
    let ps = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid="])
        .output()
        .unwrap();
    let table: Vec<(u32, u32)> = String::from_utf8_lossy(&ps.stdout)
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
        .collect();
    let mut found = vec![of];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(
            table
                .iter()
                .filter(|(_, ppid)| *ppid == parent)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    found.remove(0);
    found
}

/// What a process runs.
pub(crate) fn name(process: u32) -> String {
    let ps = Command::new("ps")
        .args(["-o", "comm=", "-p", &process.to_string()])
        .output()
        .unwrap();
    String::from_utf8_lossy(&ps.stdout).trim().to_owned()
}

/// What a process has in memory, in KiB; 0 when it is gone.
pub(crate) fn memory(process: u32) -> u64 {
    let ps = Command::new("ps")
        .args(["-o", "rss=", "-p", &process.to_string()])
        .output()
        .unwrap();
    String::from_utf8_lossy(&ps.stdout)
        .trim()
        .parse()
        .unwrap_or(0)
}

/// Kills processes outright, in this order.
pub(crate) fn kill(processes: &[u32]) {
    let mut kill = Command::new("kill");
    kill.arg("-9").args(processes.iter().map(u32::to_string));
    assert!(kill.status().unwrap().success());
}

/// Asks a process to end as a person at its terminal would.
pub(crate) fn interrupt(process: u32) {
    let mut kill = Command::new("kill");
    kill.args(["-INT", &process.to_string()]);
    assert!(kill.status().unwrap().success());
}

/// Whether one of these processes still runs.
pub(crate) fn is_any_alive(processes: &[u32]) -> bool {
    let list: Vec<String> = processes.iter().map(u32::to_string).collect();
    let ps = Command::new("ps")
        .args(["-o", "stat=", "-p", &list.join(",")])
        .output()
        .unwrap();
    // A dead one stays in the table until its parent has looked at it.
    String::from_utf8_lossy(&ps.stdout)
        .lines()
        .any(|state| !state.trim_start().starts_with('Z'))
}
