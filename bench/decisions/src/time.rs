//! How long a step takes on this machine, in nanoseconds: the best of several rounds, which a busy neighbour touches least.

use std::time::Instant;

const ROUNDS: u32 = 15;

/// Runs a step some times a round.
#[expect(
    clippy::disallowed_methods,
    reason = "a native tool, whose purpose is to measure"
)]
pub(crate) fn best(times: u32, step: &mut dyn FnMut()) -> u128 {
    let rounds = (0..ROUNDS).map(|_| {
        let before = Instant::now();
        (0..times).for_each(|_| step());
        before.elapsed().as_nanos()
    });
    let best = rounds.min().unwrap_or_default();
    best.checked_div(u128::from(times)).unwrap_or_default()
}
