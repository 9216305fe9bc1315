//! What happened, step by step: the last steps in words, all of them as one number.

use std::collections::VecDeque;
use std::fmt::{self, Write};

/// Steps that a report shows.
const SHOWN: usize = 40;

#[derive(Default)]
pub(crate) struct Trace {
    last: VecDeque<String>,
    hash: u64,
    aloud: bool,
}

impl Trace {
    /// With `aloud`, every step is printed as it happens.
    pub(crate) fn new(aloud: bool) -> Self {
        Self {
            // FNV-1a, 64 bit: the same on every machine.
            hash: 0xcbf2_9ce4_8422_2325,
            aloud,
            ..Self::default()
        }
    }

    pub(crate) fn note(&mut self, elapsed_ms: i64, what: fmt::Arguments<'_>) {
        let mut line = if self.last.len() < SHOWN {
            String::new()
        } else {
            self.last.pop_front().unwrap_or_default()
        };
        line.clear();
        // Writing into a String cannot fail.
        let _ = write!(line, "{:>12.3} s  {what}", elapsed_ms as f64 / 1000.0);
        for byte in line.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        if self.aloud {
            println!("{line}");
        }
        self.last.push_back(line);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn last_steps(self) -> Vec<String> {
        self.last.into()
    }
}
