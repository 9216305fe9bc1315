//! Shards that gave no answer lately. Who waits for one that hangs waits long, so it is asked by one at a time until it answers, and
//! what others have to be told is not held up.

use std::collections::BTreeMap;
use std::time::Duration;

use fandesk_shard::UnixMillis;

/// How long a shard is left alone: as long as an answer may take.
const LASTS: Duration = Duration::from_secs(20);

/// Until when which shard is not asked.
#[derive(Debug, Default)]
pub struct Silence(BTreeMap<u16, UnixMillis>);

impl Silence {
    /// Until when a shard is not asked; none if it may be asked now. Whoever is told so after a silence is the only one for as long as
    /// that lasted.
    pub fn lasts(&mut self, shard: u16, now: UnixMillis) -> Option<UnixMillis> {
        let until = self.0.get_mut(&shard)?;
        if *until > now {
            return Some(*until);
        }
        *until = now.plus(LASTS);
        None
    }

    /// It gave no answer.
    pub fn begins(&mut self, shard: u16, now: UnixMillis) {
        self.0.insert(shard, now.plus(LASTS));
    }

    /// It answered, whatever it said.
    pub fn ends(&mut self, shard: u16) {
        self.0.remove(&shard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000_000);

    #[test]
    fn a_shard_that_is_silent_is_left_alone_and_holds_up_no_other() {
        let mut silence = Silence::default();
        assert_eq!(silence.lasts(3, NOW), None);
        silence.begins(3, NOW);
        let until = NOW.plus(LASTS);
        assert_eq!(silence.lasts(3, NOW), Some(until));
        assert_eq!(silence.lasts(4, NOW), None);
    }

    #[test]
    fn after_that_one_asks_it_again_and_all_do_once_it_answers() {
        let mut silence = Silence::default();
        silence.begins(3, NOW);
        let later = NOW.plus(LASTS);
        assert_eq!(silence.lasts(3, later), None, "the first asks");
        assert_eq!(silence.lasts(3, later), Some(later.plus(LASTS)));
        silence.ends(3);
        assert_eq!(silence.lasts(3, later), None);
    }
}
