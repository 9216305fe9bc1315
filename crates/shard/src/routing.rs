//! One fan, one writer: which shard keeps a fan.
//!
//! A stable hash of the openid picks one of [`SLOTS`] slots, and a [`Layout`] maps slots to shards. The hash and the
//! number of slots never change; a later move of load moves slots from one shard to another by changing the layout.

use crate::sql::{Database, SqlError};

/// Slots that openids are spread over. With 4,096 a move can be as small as 1/4096 of the fans.
pub const SLOTS: u16 = 4096;

/// Shards at most: each has at least one slot.
pub const MAX_SHARDS: u16 = SLOTS;

/// One of [`SLOTS`] groups of fans that always move together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot(u16);

impl Slot {
    /// The slot of an openid: FNV-1a, 64 bit, folded. Stable for ever, as stored state depends on it.
    #[must_use]
    pub fn of(openid: &str) -> Self {
        let hash = openid
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        let folded = (hash >> 32) ^ hash;
        // Slots are a power of two, so the last bits are the remainder, and they fit.
        Self((folded & u64::from(SLOTS.saturating_sub(1))) as u16)
    }

    /// The number of this slot, below [`SLOTS`].
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

/// How many shards there are, and so which shard keeps which slot. Fixed by the first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    shards: u16,
}

impl Layout {
    /// A layout of `shards` shards with equal shares of the slots; `None` unless 1 ..= [`MAX_SHARDS`].
    #[must_use]
    pub fn even(shards: u16) -> Option<Self> {
        (1..=MAX_SHARDS)
            .contains(&shards)
            .then_some(Self { shards })
    }

    /// How many shards there are.
    #[must_use]
    pub fn shards(self) -> u16 {
        self.shards
    }

    /// The shard that keeps `slot`.
    #[must_use]
    pub fn shard(self, slot: Slot) -> u16 {
        slot.0.checked_rem(self.shards).unwrap_or(0)
    }
}

/// Keeps the first layout that is proposed, and answers with it ever after. Only one shard is asked.
///
/// # Errors
/// When SQLite fails.
pub fn fix(db: &impl Database, proposed: Layout) -> Result<Layout, SqlError> {
    db.run(
        "INSERT OR IGNORE INTO layout (id, shards) VALUES (1, ?)",
        &[i64::from(proposed.shards).into()],
    )?;
    Ok(db
        .first("SELECT shards FROM layout", &[])?
        .and_then(|row| row.integer(0))
        .and_then(|shards| Layout::even(u16::try_from(shards).ok()?))
        .unwrap_or(proposed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slot_of_an_openid_never_changes() {
        assert_eq!(Slot::of("oFan00000000000000000000001").number(), 1221);
        assert_eq!(Slot::of("").number(), 4033);
    }

    #[test]
    fn a_hundred_thousand_fans_spread_evenly() {
        let layout = Layout::even(64).unwrap();
        let mut counts = vec![0_u32; 64];
        for n in 0..100_000 {
            counts[usize::from(layout.shard(Slot::of(&format!("oFan{n:024}"))))] += 1;
        }
        let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
        assert!(
            *least > 1300 && *most < 1830,
            "1562 expected a shard, {least} to {most} seen"
        );
    }

    #[test]
    fn a_layout_without_shards_cannot_be_built() {
        assert_eq!(Layout::even(0), None);
        assert_eq!(Layout::even(MAX_SHARDS.saturating_add(1)), None);
    }
}
