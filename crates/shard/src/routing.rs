//! One fan, one writer: which shard keeps a fan.
//!
//! A stable hash of the openid picks one of [`SLOTS`] slots, and a [`Layout`] maps slots to shards. The hash and the
//! number of slots never change. The layout begins with equal shares for the shards of the first start and changes when
//! slots move (see [`crate::moving`]). Who routes by an older one is led on by the shard that it asks, so a
//! stale layout costs a detour and is never wrong.

use std::fmt;
use std::str::FromStr;

use wechat::{Inbound, Subject};

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

    /// The slot of whoever a message is about: the fan, or whom WeChat named as its sender when it is about the account.
    #[must_use]
    pub fn of_message(inbound: &Inbound) -> Self {
        Self::of(match inbound.subject() {
            Subject::Fan(openid) => openid,
            Subject::Account => &inbound.from,
        })
    }

    /// The slot of this number, if there is one.
    #[must_use]
    pub fn numbered(number: u16) -> Option<Self> {
        (number < SLOTS).then_some(Self(number))
    }

    /// The number of this slot, below [`SLOTS`].
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }
}

/// Which shard keeps which slot.
///
/// As text, which is how it travels: `<base> <shards> <moves> <moved>`, then `<slot>:<shard>` for each slot that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How many shards the first start made. A slot that never moved is with `slot % base`.
    base: u16,
    /// How many shards there are, also those that keep no slot any more: they have events.
    shards: u16,
    /// The number of the newest move, and so 0 when nothing ever moved.
    moves: i64,
    /// How many slots moved since the wanted number of shards was last changed.
    moved: u16,
    /// Slots that are elsewhere than the base says, in order.
    elsewhere: Vec<(u16, u16)>,
}

impl Layout {
    /// A layout of `shards` shards with equal shares of the slots; `None` unless 1 ..= [`MAX_SHARDS`].
    #[must_use]
    pub fn even(shards: u16) -> Option<Self> {
        (1..=MAX_SHARDS).contains(&shards).then_some(Self {
            base: shards,
            shards,
            moves: 0,
            moved: 0,
            elsewhere: Vec::new(),
        })
    }

    /// How many shards the first start made.
    #[must_use]
    pub fn base(&self) -> u16 {
        self.base
    }

    /// How many shards there are, with those that keep no slot any more. They are numbered from 0.
    #[must_use]
    pub fn shards(&self) -> u16 {
        self.shards
    }

    /// Whether a slot was ever moved.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        self.moves > 0
    }

    /// How many slots moved since the wanted number of shards was last changed.
    #[must_use]
    pub fn moved(&self) -> u16 {
        self.moved
    }

    /// The shard that keeps `slot`.
    #[must_use]
    pub fn shard(&self, slot: Slot) -> u16 {
        match self.place(slot) {
            Ok(place) => self.elsewhere.get(place).map_or(0, |(_, shard)| *shard),
            Err(_) => slot.0.checked_rem(self.base).unwrap_or(0),
        }
    }

    /// Notes that `slot` is with `shard`, as a shard said that was asked in vain.
    pub fn learn(&mut self, slot: Slot, shard: u16) {
        self.shards = self.shards.max(shard.saturating_add(1));
        match self.place(slot) {
            Ok(place) => {
                if let Some(known) = self.elsewhere.get_mut(place) {
                    known.1 = shard;
                }
            }
            Err(place) => self.elsewhere.insert(place, (slot.0, shard)),
        }
    }

    /// The shard of each slot, in order.
    #[must_use]
    pub fn owners(&self) -> Vec<u16> {
        (0..SLOTS).map(|slot| self.shard(Slot(slot))).collect()
    }

    fn place(&self, slot: Slot) -> Result<usize, usize> {
        self.elsewhere
            .binary_search_by_key(&slot.0, |(slot, _)| *slot)
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            base,
            shards,
            moves,
            moved,
            elsewhere,
        } = self;
        write!(f, "{base} {shards} {moves} {moved}")?;
        elsewhere
            .iter()
            .try_for_each(|(slot, shard)| write!(f, " {slot}:{shard}"))
    }
}

/// Not the text of a layout.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a layout: expected numbers, then <slot>:<shard> for each slot that moved")]
pub struct NotALayout;

impl FromStr for Layout {
    type Err = NotALayout;

    fn from_str(text: &str) -> Result<Self, NotALayout> {
        let mut words = text.split(' ');
        let mut number = || words.next()?.parse::<i64>().ok();
        let mut small = || u16::try_from(number()?).ok();
        let (base, shards) = (small().ok_or(NotALayout)?, small().ok_or(NotALayout)?);
        let mut layout = Self::even(base).ok_or(NotALayout)?;
        layout.moves = number().ok_or(NotALayout)?;
        let moved = number().ok_or(NotALayout)?;
        layout.moved = u16::try_from(moved).unwrap_or(u16::MAX);
        for word in words {
            let (slot, shard) = word.split_once(':').ok_or(NotALayout)?;
            let slot = slot.parse().ok().and_then(Slot::numbered);
            let shard = shard.parse().map_err(|_| NotALayout)?;
            layout.learn(slot.ok_or(NotALayout)?, shard);
        }
        layout.shards = shards;
        Ok(layout)
    }
}

/// Keeps the first layout that is proposed, and answers with the present one ever after. Only shard 0 is asked.
///
/// # Errors
/// When SQLite fails.
pub fn fix(db: &impl Database, proposed: &Layout) -> Result<Layout, SqlError> {
    db.run(
        "INSERT OR IGNORE INTO layout (id, shards) VALUES (1, ?)",
        &[i64::from(proposed.base).into()],
    )?;
    Ok(load(db)?.unwrap_or_else(|| proposed.clone()))
}

/// The layout that shard 0 keeps, if there was a first start.
pub(crate) fn load(db: &impl Database) -> Result<Option<Layout>, SqlError> {
    // The text of a layout, put together where its rows are.
    let statement = "SELECT layout.shards || ' ' || coalesce(goal.shards, layout.shards) || ' ' || coalesce(moves, 0) || ' ' \
                     || coalesce(moved, 0) || coalesce((SELECT group_concat(' ' || slot || ':' || shard, '') FROM \
                     (SELECT slot, shard FROM owners ORDER BY slot)), '') FROM layout LEFT JOIN goal ON true";
    let row = db.first(statement, &[])?;
    row.map(|row| {
        row.required(0, statement)?
            .parse()
            .map_err(|error: NotALayout| SqlError {
                message: error.to_string(),
                statement: statement.to_owned(),
            })
    })
    .transpose()
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
    fn a_layout_reads_back_from_its_text() {
        let mut layout = Layout::even(4).unwrap();
        for (slot, shard) in [(9, 6), (4095, 5), (0, 4), (9, 5)] {
            layout.learn(Slot(slot), shard);
        }
        assert_eq!(layout.to_string(), "4 7 0 0 0:4 9:5 4095:5");
        assert_eq!(layout.to_string().parse(), Ok(layout.clone()));
        assert_eq!(layout.shard(Slot(9)), 5);
        assert_eq!(layout.shard(Slot(10)), 2);
        for text in ["", "0 0 0 0", "4 4 0 0 4096:1", "4 4 0 0 x", "4 4 0"] {
            assert_eq!(text.parse::<Layout>(), Err(NotALayout), "{text}");
        }
    }

    #[test]
    fn a_layout_without_shards_cannot_be_built() {
        assert_eq!(Layout::even(0), None);
        assert_eq!(Layout::even(MAX_SHARDS.saturating_add(1)), None);
    }
}
