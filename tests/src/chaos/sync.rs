//! Whether answers wait for the disk, as `strace` sees it.
//!
//! Each callback is of a fan of its own, in plain mode, so that the openid marks both what is written to the write-ahead log of
//! the shard's SQLite and the answer on the socket. Between the end of the last such write and the beginning of the
//! answer there has to be a whole sync of that very file, begun after the write and successful.
//!
//! What the disk itself does with a sync is beyond this.

use std::collections::HashMap;
use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::wait::within;
use crate::{Mode, Setup, at_once, machine, new_openid};

/// Callbacks one after the other: each is a group alone.
const ALONE: usize = 12;
/// Rounds of callbacks that come together, and how many: they share groups.
const TOGETHER: (usize, usize) = (3, 12);
/// Long enough for a page of SQLite to be shown whole, every byte as an escape.
const SHOWN_BYTES: &str = "5000";
const CALLS: &str = "trace=fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg";

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Synced {
    /// Answers whose message was synced before.
    pub before: usize,
    /// Answers that left without.
    pub without: usize,
    /// Callbacks whose write or answer was not found in the trace, which then shows nothing.
    pub unseen: usize,
}

/// Watches a few dozen callbacks. Says why not where there is no `strace`, or it may not look at workerd.
///
/// # Errors
/// When it cannot be seen.
pub fn watch() -> Result<Synced, String> {
    Command::new("strace")
        .arg("-V")
        .output()
        .map_err(|error| format!("strace: {error}"))?;
    let desk = Setup::new(Mode::Plain).start();
    // Makes objects, tables and compiled playbook, whose writes are not the point.
    for fan in 0..ALONE {
        desk.fan_called(format!("oWarm{fan}")).say("GO");
    }
    let folder = desk.scratch();
    let (trace, words) = (folder.join("strace.out"), folder.join("strace.err"));
    let mut strace = Command::new("strace")
        .args(["-f", "-y", "-s", SHOWN_BYTES, "-e", CALLS, "-o"])
        .arg(&trace)
        .args(["-p", &desk.workerd().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&words).unwrap())
        .spawn()
        .map_err(|error| format!("strace: {error}"))?;
    let said = || fs::read_to_string(&words).unwrap_or_default();
    let attached = within(Duration::from_secs(10), || {
        let has_ended = strace.try_wait().unwrap().is_some();
        (said().contains(" attached") || has_ended).then_some(!has_ended)
    });
    if attached != Some(true) {
        let _ = strace.kill();
        let _ = strace.wait();
        return Err(said().trim().to_owned());
    }
    let mut openids: Vec<String> = std::iter::repeat_with(new_openid).take(ALONE).collect();
    for openid in &openids {
        desk.fan_called(openid).say("GO");
    }
    for _ in 0..TOGETHER.0 {
        let many: Vec<String> = std::iter::repeat_with(new_openid)
            .take(TOGETHER.1)
            .collect();
        at_once(TOGETHER.1, |number| {
            desk.fan_called(&many[number]).say("GO");
        });
        openids.extend(many);
    }
    machine::interrupt(strace.id());
    strace.wait().unwrap();
    let trace = fs::read(&trace).unwrap();
    Ok(Trace::read(&String::from_utf8_lossy(&trace)).judge(&openids))
}

/// One system call, with the lines on which it began and ended.
struct Call {
    name: String,
    began: usize,
    ended: usize,
    /// What it was called with, as `strace` writes it.
    arguments: String,
    succeeded: bool,
}

/// Everything that `strace -f -y -o` wrote.
pub struct Trace(Vec<Call>);

impl Trace {
    /// Reads it. A call that another thread interrupted in the printing has two lines, of which the second is its end.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut calls = Vec::new();
        let mut unfinished: HashMap<&str, (usize, &str)> = HashMap::new();
        for (line_number, line) in text.lines().enumerate() {
            let Some((thread, what)) = line.split_once(char::is_whitespace) else {
                continue;
            };
            let what = what.trim_start();
            let (began, beginning, end) =
                if let Some(beginning) = what.strip_suffix(" <unfinished ...>") {
                    unfinished.insert(thread, (line_number, beginning));
                    continue;
                } else if what.starts_with("<... ") {
                    let Some((began, beginning)) = unfinished.remove(thread) else {
                        continue;
                    };
                    (began, beginning, what)
                } else {
                    (line_number, what, what)
                };
            let Some((name, arguments)) = beginning.split_once('(') else {
                continue;
            };
            let result = end.rsplit_once(" = ").map_or("-1", |(_, result)| result);
            calls.push(Call {
                name: name.to_owned(),
                began,
                ended: line_number,
                arguments: arguments.to_owned(),
                succeeded: !result.starts_with('-') && !result.starts_with('?'),
            });
        }
        Self(calls)
    }

    /// Looks for the answer to each of these fans, who wrote once, and for the sync before it.
    #[must_use]
    pub fn judge(&self, openids: &[String]) -> Synced {
        let mut synced = Synced {
            before: 0,
            without: 0,
            unseen: 0,
        };
        for openid in openids {
            *match self.is_synced(openid) {
                Some(true) => &mut synced.before,
                Some(false) => &mut synced.without,
                None => &mut synced.unseen,
            } += 1;
        }
        synced
    }

    /// Nothing when the fan's write or answer is not there.
    fn is_synced(&self, openid: &str) -> Option<bool> {
        let mentioning = || self.0.iter().filter(|call| call.arguments.contains(openid));
        let answer = mentioning().find(|call| {
            call.arguments.contains("HTTP/1.1 200") && file(call).contains("socket:")
        })?;
        let write = mentioning().rfind(|call| {
            call.ended < answer.began
                && call.name.starts_with("pwrite")
                && file(call).contains("FanShard")
                && file(call).contains("-wal>")
        })?;
        Some(self.0.iter().any(|call| {
            matches!(call.name.as_str(), "fsync" | "fdatasync")
                && file(call) == file(write)
                && call.succeeded
                && call.began > write.ended
                && call.ended < answer.began
        }))
    }
}

/// The descriptor with the file behind it, such as `58</state/x.sqlite-wal>`.
fn file(call: &Call) -> &str {
    let end = call.arguments.find('>').map_or(0, |place| place + 1);
    &call.arguments[..end]
}
