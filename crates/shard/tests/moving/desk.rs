//! Several shards in one thread, whoever asks them, and the mover between.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use fandesk_playbook::{Format, Playbook};
use fandesk_shard::events::{self, Answer};
use fandesk_shard::intake::{self, Arrival, Context};
use fandesk_shard::jobs::{self, Claim, Report};
use fandesk_shard::moving::{self, Away, Call, Mover, Slots, Step, plan};
use fandesk_shard::routing::{self, Layout, Slot};
use fandesk_shard::sql::Database;
use fandesk_shard::{Recent, UnixMillis, ahead, fan, schema};
use fandesk_sqlite::Sqlite;
use wechat::{Fields, Inbound};

use super::support::{Counting, GRACE, NOW, PLAYBOOK, text};

/// Several shards, their callers and their mover.
pub(super) struct Desk {
    pub(super) shards: Vec<Sqlite>,
    pub(super) recent: Vec<RefCell<Recent>>,
    /// One that keeps everybody and never moves: what it answers is right.
    pub(super) oracle: Sqlite,
    pub(super) recent_of_oracle: RefCell<Recent>,
    pub(super) playbook: Playbook,
    pub(super) base: u16,
    pub(super) wanted: u16,
    pub(super) mover: Mover,
    /// Calls of the past, which may come again.
    pub(super) past: Vec<(u16, Call)>,
    pub(super) now: UnixMillis,
    pub(super) random: Counting,
    pub(super) random_of_oracle: Counting,
    /// Each message that was answered: who, key, answer, where it is kept.
    pub(super) answered: Vec<(String, Arrival, Answer, (u16, i64))>,
    pub(super) written: u64,
}

pub(super) fn shard() -> Sqlite {
    let db = Sqlite::new().unwrap();
    schema::migrate(&db).unwrap();
    db
}

/// Nobody keeps the slot at this moment.
#[derive(Debug, PartialEq)]
pub(super) struct NotYet;

/// Fans below 8 are in slots of different shards that are among the first to move, whatever the layout.
pub(super) fn openid(fan: u8) -> String {
    static FIRST: LazyLock<Vec<String>> = LazyLock::new(|| {
        let in_slot = |slot: u16| {
            let mut openids = (0_u32..).map(|number| format!("oFan{number:024}"));
            openids.find(|openid| Slot::of(openid).number() == slot)
        };
        (0..8).filter_map(|fan| in_slot(fan * 9)).collect()
    });
    let first = FIRST.get(usize::from(fan)).cloned();
    first.unwrap_or_else(|| format!("oLater{fan:022}"))
}

impl Desk {
    pub(super) fn new(base: u16) -> Self {
        let mut desk = Self {
            shards: Vec::new(),
            recent: Vec::new(),
            oracle: shard(),
            recent_of_oracle: RefCell::default(),
            playbook: Playbook::parse(PLAYBOOK, Format::Toml).unwrap().playbook,
            base,
            wanted: base,
            mover: Mover::towards(base),
            past: Vec::new(),
            now: NOW,
            random: Counting(0),
            random_of_oracle: Counting(0),
            answered: Vec::new(),
            written: 0,
        };
        desk.want(base);
        routing::fix(&desk.shards[0], &Layout::even(base).unwrap()).unwrap();
        desk
    }

    /// The setting is changed, and the Clock begins anew.
    pub(super) fn want(&mut self, shards: u16) {
        self.wanted = shards;
        self.mover = Mover::towards(shards);
        while self.shards.len() < usize::from(shards) {
            self.shards.push(shard());
            self.recent.push(RefCell::default());
        }
    }

    pub(super) fn db(&self, shard: u16) -> &Sqlite {
        &self.shards[usize::from(shard)]
    }

    /// A shard whose tables of fans are at the end of its ledger, as for all but arrivals.
    pub(super) fn caught_up(&self, shard: u16) -> &Sqlite {
        let recent = &mut self.recent[usize::from(shard)].borrow_mut();
        ahead::catch_up(self.db(shard), recent).unwrap();
        self.db(shard)
    }

    pub(super) fn layout(&self) -> Layout {
        routing::fix(self.db(0), &Layout::even(1).unwrap()).unwrap()
    }

    pub(super) fn serve(&mut self, shard: u16, call: &Call) -> Option<String> {
        // As it travels.
        let call: Call = call.to_string().parse().unwrap();
        let db = self.caught_up(shard);
        let answer = db.savepoint(|| moving::serve(db, &call, self.now)).ok();
        self.past.push((shard, call));
        answer
    }

    /// One step of the mover; false when there is nothing left to do.
    pub(super) fn step(&mut self) -> bool {
        let Some((shard, call)) = self.mover.next() else {
            self.mover = Mover::towards(self.wanted);
            return false;
        };
        match self.serve(shard, &call) {
            Some(answer) => self.mover.heard(answer).unwrap(),
            None => self.mover = Mover::towards(self.wanted),
        }
        true
    }

    pub(super) fn finish(&mut self) {
        self.mover = Mover::towards(self.wanted);
        for _ in 0..10_000 {
            if !self.step() {
                return;
            }
        }
        panic!("the move does not end");
    }

    /// Whoever has never heard of a move: begins where the first layout says, and is led on.
    pub(super) fn follow<T>(
        &self,
        mut shard: u16,
        mut ask: impl FnMut(u16, &Slots) -> Result<T, Away>,
    ) -> Result<T, NotYet> {
        for _ in 0..self.shards.len() {
            match ask(shard, &Slots::load(self.db(shard)).unwrap()) {
                Ok(answer) => return Ok(answer),
                Err(Away::Left { shard: next, .. }) => shard = next,
                Err(Away::Arriving) => return Err(NotYet),
            }
        }
        panic!("led in a circle");
    }

    pub(super) fn keeper(&self, openid: &str) -> Result<u16, NotYet> {
        let slot = Slot::of(openid);
        self.follow(slot.number() % self.base, |shard, slots| {
            slots.away(slot).map_or(Ok(shard), Err)
        })
    }

    pub(super) fn arrival(&mut self, openid: &str, content: &str) -> Arrival {
        self.written += 1;
        let mut fields = Fields::new();
        for (name, value) in [
            ("ToUserName", "gh_account"),
            ("FromUserName", openid),
            ("CreateTime", &self.now.seconds().to_string()),
            ("MsgType", "text"),
            ("Content", content),
            ("MsgId", &self.written.to_string()),
        ] {
            fields.insert(name, value);
        }
        let key = Inbound::from_fields(fields.clone()).unwrap().message_key();
        Arrival::read(key.to_string(), serde_json::to_string(&fields).unwrap()).unwrap()
    }

    /// As the shell of a shard takes a message.
    pub(super) fn receive(
        &mut self,
        openid: &str,
        arrival: &Arrival,
    ) -> Result<(Answer, u16), NotYet> {
        let shard = self.keeper(openid)?;
        let (db, now) = (&self.shards[usize::from(shard)], self.now);
        let slot = Slot::of_message(&arrival.inbound);
        let slots = Slots::load(db).unwrap();
        if let Some(answer) = slots
            .answered_elsewhere(db, slot, &arrival.key, now)
            .unwrap()
        {
            return Ok((answer, shard));
        }
        let context = Context {
            shard,
            shards: 1,
            playbook: Some(&self.playbook),
            service_messages: true,
            erase_after: GRACE,
            now,
        };
        let recent = &mut self.recent[usize::from(shard)].borrow_mut();
        let receipts = intake::receive(db, recent, &[arrival], &context, &mut self.random);
        let receipt = receipts.unwrap().remove(0);
        let random = &mut self.random_of_oracle;
        let recent = &mut self.recent_of_oracle.borrow_mut();
        let right = intake::receive(&self.oracle, recent, &[arrival], &context, random);
        let right = right.unwrap().remove(0);
        assert_eq!(receipt.answer, right.answer);
        Ok((receipt.answer, shard))
    }

    pub(super) fn say(&mut self, fan: u8, content: &str) -> Result<Answer, NotYet> {
        let openid = openid(fan);
        let arrival = self.arrival(&openid, content);
        let (answer, shard) = self.receive(&openid, &arrival)?;
        let place = self.kept(&openid, &arrival.key);
        assert_eq!(place.len(), 1, "an answered message is kept once");
        assert_eq!(place[0].0, shard);
        self.answered
            .push((openid, arrival, answer.clone(), place[0]));
        Ok(answer)
    }

    /// WeChat sends one again that was answered.
    pub(super) fn retry(&mut self, which: usize) {
        let which = which % self.answered.len().max(1);
        let Some((openid, arrival, answer, _)) = self.answered.get(which).cloned() else {
            return;
        };
        if let Ok((again, _)) = self.receive(&openid, &arrival) {
            assert_eq!(again, answer, "a retry gets the same answer");
        }
    }

    /// Where a message is kept.
    pub(super) fn kept(&self, openid: &str, key: &str) -> Vec<(u16, i64)> {
        let statement = "SELECT seq FROM events WHERE openid = ? AND message_key = ?";
        let mut places = Vec::new();
        for (shard, db) in (0..).zip(&self.shards) {
            let rows = db.query(statement, &[openid.into(), key.into()]).unwrap();
            places.extend(rows.iter().map(|row| (shard, row.integer(0).unwrap())));
        }
        places
    }

    /// A fan's history, as the API reads it.
    pub(super) fn history(&mut self, openid: &str) -> Vec<(u16, i64)> {
        let slot = Slot::of(openid).number().to_string();
        let call = Call::about(Step::History, slot);
        let history = self.serve(0, &call).unwrap();
        let mut seen = BTreeMap::new();
        let mut places = Vec::new();
        for part in history.split(' ') {
            let (shard, last) = part.split_once(':').unwrap_or((part, "9007199254740991"));
            let (shard, last): (u16, i64) = (shard.parse().unwrap(), last.parse().unwrap());
            let after = seen.insert(shard, last).unwrap_or(0);
            let events = events::list(self.caught_up(shard), Some(openid), after, 1000, usize::MAX);
            let events = events.unwrap().into_iter();
            let events = events.filter(|event| event.seq <= last);
            places.extend(events.map(|event| (shard, event.seq)));
        }
        places
    }

    /// The shard to which whoever has only the id of a job is led.
    pub(super) fn keeper_of_job(&self, id: &str) -> Result<u16, NotYet> {
        let first = id.split('.').next().unwrap().parse().unwrap();
        self.follow(first, |shard, slots| {
            let away = slots.away_with_job(self.db(shard), id).unwrap();
            away.map_or(Ok(shard), Err)
        })
    }

    /// The job of this id is claimed, as a consumer does that only has the id.
    pub(super) fn claim(&mut self, id: &str) -> Result<(u16, Claim), NotYet> {
        let shard = self.keeper_of_job(id)?;
        self.caught_up(shard);
        let db = &self.shards[usize::from(shard)];
        let (playbook, now) = (Some(&self.playbook), self.now);
        let claim = jobs::claim(db, id, playbook, now, &mut self.random).unwrap();
        Ok((shard, claim))
    }

    pub(super) fn settle(&self, id: &str, lease: &str, report: Report) {
        let shard = self.keeper_of_job(id);
        let playbook = Some(&self.playbook);
        jobs::settle(
            self.caught_up(shard.unwrap()),
            id,
            lease,
            report,
            playbook,
            self.now,
        )
        .unwrap();
    }

    pub(super) fn count(&self, statement: &str) -> i64 {
        let count = |db: &Sqlite| db.first(statement, &[]).unwrap().unwrap().integer(0);
        self.shards.iter().filter_map(count).sum()
    }

    /// What must be so whenever no move is under way.
    pub(super) fn check(&mut self) {
        for shard in 0..self.shards.len() as u16 {
            self.caught_up(shard);
        }
        ahead::catch_up(&self.oracle, &mut self.recent_of_oracle.borrow_mut()).unwrap();
        let layout = self.layout();
        assert_eq!(plan(&layout, self.wanted).left, 0);
        assert_eq!(self.count("SELECT count(*) FROM parcels"), 0);
        let mut by_fan: BTreeMap<String, Vec<(u16, i64)>> = BTreeMap::new();
        for (openid, arrival, _, place) in self.answered.clone() {
            assert_eq!(self.kept(&openid, &arrival.key), [place]);
            by_fan.entry(openid).or_default().push(place);
        }
        for (openid, places) in by_fan {
            let shard = layout.shard(Slot::of(&openid));
            assert_eq!(self.keeper(&openid), Ok(shard));
            let known = |db| fan::load(db, &openid).unwrap().unwrap();
            let (fan, right) = (known(self.db(shard)), known(&self.oracle));
            assert_eq!(
                (fan.rev, fan.place, fan.window),
                (right.rev, right.place, right.window)
            );
            let copies = format!("SELECT count(*) FROM fans WHERE openid = '{openid}'");
            assert_eq!(self.count(&copies), 1);
            assert_eq!(self.history(&openid), places, "in the order of arrival");
        }
        for (shard, db) in (0..).zip(&self.shards) {
            for job in db.query("SELECT id FROM jobs", &[]).unwrap() {
                let id = job.text(0).unwrap();
                assert_eq!(self.keeper_of_job(id), Ok(shard), "job {id}");
            }
        }
        for which in 0..self.answered.len() {
            self.retry(which);
        }
    }
}

/// The first line of an answer.
pub(super) fn title(answer: &Answer) -> &str {
    text(answer).lines().next().unwrap()
}
