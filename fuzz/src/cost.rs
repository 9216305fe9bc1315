//! Time in proportion to the input.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Bytes of the largest body that a stranger can send, as in `src/callback.rs`.
pub(crate) const LARGEST: usize = 256 * 1024;

/// What everything may take, for what is not in proportion.
const ONCE: Duration = Duration::from_millis(100);

/// What a byte may take, with coverage and the checks of a debug build: about ten times what reading one takes. A quadratic
/// reader of 256 KiB takes minutes.
const A_BYTE: Duration = Duration::from_micros(4);

/// Does `work` on `bytes` bytes, which may not take longer than it should.
#[track_caller]
pub(crate) fn bounded<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let start = spent();
    let result = work();
    let took = spent().saturating_sub(start);
    let bound = ONCE + A_BYTE * u32::try_from(bytes).unwrap_or(u32::MAX);
    assert!(
        took <= bound,
        "{bytes} bytes took {took:?}, and may take {bound:?}"
    );
    result
}

/// The same piece again and again, up to `limit` bytes; only for one short input in sixteen, which its bytes decide, so that
/// an input does the same each time.
pub(crate) fn grown(piece: &[u8], limit: usize) -> Option<Vec<u8>> {
    let hash = piece.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    let chosen = hash >> 60 == 0 && !piece.is_empty() && piece.len() <= 512;
    chosen.then(|| piece.repeat(limit / piece.len()))
}

/// Processor time of this thread.
fn spent() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}
