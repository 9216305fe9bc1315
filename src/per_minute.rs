//! How often each address did something within a minute: counts that take no more memory when more addresses come.

use fandesk_shard::UnixMillis;

const MINUTE_MS: i64 = 60_000;

/// Counters. Addresses share one when their hashes do; in return an attacker with a million addresses takes no memory. A power of two.
const COUNTERS: usize = 4096;

/// Counts of the present minute.
pub(crate) struct PerMinute {
    counts: [u16; COUNTERS],
    /// When the minute began that they are of.
    began_at: UnixMillis,
}

impl PerMinute {
    pub(crate) const fn new() -> Self {
        Self {
            counts: [0; COUNTERS],
            began_at: UnixMillis(0),
        }
    }

    /// How often this address did it.
    pub(crate) fn of(&mut self, address: &str, now: UnixMillis) -> u16 {
        self.begin(now);
        let count = self.counts.get(place(address));
        count.copied().unwrap_or_default()
    }

    /// Counts once more, and gives the count.
    pub(crate) fn count(&mut self, address: &str, now: UnixMillis) -> u16 {
        self.begin(now);
        let Some(count) = self.counts.get_mut(place(address)) else {
            return 0;
        };
        *count = count.saturating_add(1);
        *count
    }

    /// Begins a new minute when the one before is over; says whether it did.
    pub(crate) fn begin(&mut self, now: UnixMillis) -> bool {
        let is_over = now.0.saturating_sub(self.began_at.0) >= MINUTE_MS;
        if is_over {
            self.counts.fill(0);
            self.began_at = now;
        }
        is_over
    }

    /// Seconds until the minute is over, at least one.
    pub(crate) fn seconds_left(&self, now: UnixMillis) -> i64 {
        let gone = now.0.saturating_sub(self.began_at.0);
        let left = MINUTE_MS.saturating_sub(gone).clamp(1, MINUTE_MS);
        left.saturating_add(999).checked_div(1000).unwrap_or(60)
    }
}

/// FNV-1a over the address, or over the network of an IPv6 one: who has one address of those has 2^64. Its text is short for runs
/// of zeros, and then what stands before them is the network.
fn place(address: &str) -> usize {
    let groups = address.split(':').take_while(|group| !group.is_empty());
    let bytes = groups.take(4).flat_map(|group| group.bytes().chain([b':']));
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash as usize & (COUNTERS - 1)
}
