//! One deployment for all tests of a file.

use std::ops::Deref;
use std::sync::{LazyLock, Mutex, MutexGuard};

use crate::Deployment;

/// A deployment that the tests of one file share, started by the first that wants it.
#[derive(Debug)]
pub struct Shared {
    deployment: LazyLock<Deployment>,
    turn: Mutex<()>,
}

/// The shared deployment in the hands of one test.
#[derive(Debug)]
pub struct Lent {
    deployment: &'static Deployment,
    _turn: Option<MutexGuard<'static, ()>>,
}

impl Shared {
    /// One that `start` starts.
    pub const fn new(start: fn() -> Deployment) -> Self {
        Self {
            deployment: LazyLock::new(start),
            turn: Mutex::new(()),
        }
    }

    /// Lends it to a test that does not mind others.
    pub fn lend(&'static self) -> Lent {
        Lent {
            deployment: &self.deployment,
            _turn: None,
        }
    }

    /// Lends it to a test that sets faults or reads figures, which are everybody's: others that ask like this wait.
    pub fn lend_alone(&'static self) -> Lent {
        let turn = self
            .turn
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        Lent {
            deployment: &self.deployment,
            _turn: Some(turn),
        }
    }
}

impl Deref for Lent {
    type Target = Deployment;

    fn deref(&self) -> &Deployment {
        self.deployment
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.deployment.show_log_of_a_failure();
    }
}
