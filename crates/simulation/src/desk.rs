//! People and other systems at the API: they write to fans (at most once), and replay what failed.

use fandesk_shard::routing::Slot;
use fandesk_shard::sql::Database;
use fandesk_shard::{intake, jobs};

use crate::breaking::Breaking;
use crate::world::World;

impl World<'_> {
    pub(crate) fn desk_acts(&mut self) {
        if self.dice.chance(700) {
            let fan = self.dice.below(self.fans.len() as u64) as usize;
            return self.write_to_fan(fan);
        }
        let shard = self.dice.below(self.shards.len() as u64) as usize;
        let failed =
            "SELECT id FROM jobs WHERE state IN ('dead', 'unknown') ORDER BY place DESC LIMIT 1";
        let failed = self.shards[shard].db.first(failed, &[]).ok().flatten();
        if let Some(id) = failed.and_then(|row| row.string(0)) {
            self.replay(shard, &id);
        }
    }

    fn write_to_fan(&mut self, fan: usize) {
        let openid = self.fans[fan].openid.clone();
        let Some(number) = self.keeper(Slot::of(&openid)) else {
            return;
        };
        self.wake(number);
        if !self.catch_up(number) {
            return self.note(format_args!("the desk cannot write to fan {fan}"));
        }
        let (now, good) = (self.wall(), self.failing_statement());
        let db = Breaking::after(good, &self.shards[number].db);
        match intake::write_to_fan(&db, self.shards[number].number, &openid, "hello", now) {
            Ok(id) => {
                self.note(format_args!("the desk writes to fan {fan}: job {id}"));
                self.after_change(number);
            }
            Err(error) => {
                self.note(format_args!("the desk cannot write to fan {fan}: {error}"));
            }
        }
    }

    fn replay(&mut self, number: usize, id: &str) {
        self.wake(number);
        let now = self.wall();
        if self.catch_up(number) && jobs::settle::replay(&self.shards[number].db, id, now).is_ok() {
            self.note(format_args!("the desk replays job {id}"));
            self.ledger.job(id).replays += 1;
            self.after_change(number);
        }
    }
}
