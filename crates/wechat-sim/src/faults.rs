//! Failures on demand: a path can be told to be slow, to fail or never to answer, a number of times.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A fault as set by `POST /sim/faults`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// `/cgi-bin/message/custom/send`, or all below it with a `/` at the end (`/demo/`).
    pub path: String,
    /// Answer 200 with this error code.
    pub errcode: Option<i32>,
    /// Answer with this status and no body.
    pub status: Option<u16>,
    /// Wait first. Alone, the call goes on afterwards.
    pub delay_ms: Option<u64>,
    /// Never answer.
    #[serde(default)]
    pub hang: bool,
    /// How many calls it meets; 0 removes it.
    #[serde(default = "once")]
    pub times: u64,
}

const fn once() -> u64 {
    1
}

/// How a call ends that meets a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// As usual.
    Usual,
    /// With 200 and this error code.
    Errcode(i32),
    /// With this status.
    Status(u16),
    /// Not at all.
    Hang,
}

/// What a call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Milliseconds to wait first.
    pub delay_ms: u64,
    /// What follows.
    pub end: End,
    /// Calls that will still meet it.
    pub left: u64,
}

/// Why a fault cannot be set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// Not a path.
    #[error("path must begin with /")]
    Path,
    /// None of them, or more than one.
    #[error(
        "give one of errcode, status and hang, or delay_ms (which may also go with one of them)"
    )]
    Effect,
    /// Not one that HTTP has.
    #[error("status must be 100 to 599")]
    Status,
}

/// All faults that are set, by path.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Faults(BTreeMap<String, Fault>);

impl Faults {
    /// Sets, replaces or removes the fault of a path.
    pub fn set(&mut self, order: Order) -> Result<(), Unclear> {
        if !order.path.starts_with('/') {
            return Err(Unclear::Path);
        }
        if order.times == 0 {
            self.0.remove(&order.path);
            return Ok(());
        }
        let end = match (order.errcode, order.status, order.hang) {
            (Some(code), None, false) => End::Errcode(code),
            (None, Some(status), false) if (100..600).contains(&status) => End::Status(status),
            (None, Some(_), false) => return Err(Unclear::Status),
            (None, None, true) => End::Hang,
            (None, None, false) if order.delay_ms.is_some() => End::Usual,
            _ => return Err(Unclear::Effect),
        };
        let fault = Fault {
            delay_ms: order.delay_ms.unwrap_or(0),
            end,
            left: order.times,
        };
        self.0.insert(order.path, fault);
        Ok(())
    }

    /// What a call of `path` meets. A fault for the path itself goes before one for a folder above it.
    pub fn meet(&mut self, path: &str) -> Option<Fault> {
        let covers =
            |known: &str| known == path || (known.ends_with('/') && path.starts_with(known));
        let name = self
            .0
            .keys()
            .filter(|known| covers(known))
            .max_by_key(|known| known.len())
            .cloned()?;
        let fault = self.0.get_mut(&name)?;
        fault.left = fault.left.saturating_sub(1);
        let met = *fault;
        if met.left == 0 {
            self.0.remove(&name);
        }
        Some(met)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(path: &str, times: u64) -> Order {
        Order {
            path: path.to_owned(),
            errcode: Some(-1),
            status: None,
            delay_ms: None,
            hang: false,
            times,
        }
    }

    #[test]
    fn a_fault_ends_after_its_times() {
        let mut faults = Faults::default();
        faults.set(order("/a", 2)).unwrap();
        let met = (0..3)
            .map(|_| faults.meet("/a").map(|fault| fault.end))
            .collect::<Vec<_>>();
        assert_eq!(met, [Some(End::Errcode(-1)), Some(End::Errcode(-1)), None]);
    }

    #[test]
    fn zero_times_removes_it() {
        let mut faults = Faults::default();
        faults.set(order("/a", 9)).unwrap();
        faults.set(order("/a", 0)).unwrap();
        assert_eq!(faults.meet("/a"), None);
    }

    #[test]
    fn a_folder_covers_what_is_below_it_and_nothing_else() {
        let mut faults = Faults::default();
        faults.set(order("/demo/", 9)).unwrap();
        assert!(faults.meet("/demo/logistics").is_some());
        assert!(faults.meet("/demonstration").is_none());
    }

    #[test]
    fn faults_of_several_paths_stand_side_by_side() {
        let mut faults = Faults::default();
        faults.set(order("/a", 1)).unwrap();
        faults.set(order("/b", 1)).unwrap();
        assert!(faults.meet("/a").is_some() && faults.meet("/b").is_some());
    }

    #[test]
    fn two_endings_at_once_are_unclear() {
        let mut faults = Faults::default();
        let both = Order {
            status: Some(500),
            ..order("/a", 1)
        };
        assert_eq!(faults.set(both), Err(Unclear::Effect));
    }

    #[test]
    fn a_delay_alone_lets_the_call_go_on() {
        let mut faults = Faults::default();
        faults
            .set(Order {
                errcode: None,
                delay_ms: Some(70),
                ..order("/a", 1)
            })
            .unwrap();
        assert_eq!(
            faults.meet("/a"),
            Some(Fault {
                delay_ms: 70,
                end: End::Usual,
                left: 0
            })
        );
    }
}
