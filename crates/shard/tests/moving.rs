//! Slots move between shards while fans write, steps get lost, repeated or come too late, and the wanted number changes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for"
)]

mod support;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use fandesk_playbook::{Format, Playbook};
use fandesk_shard::events::{self, Answer};
use fandesk_shard::intake::{self, Arrival, Context};
use fandesk_shard::jobs::{self, Claim, Report};
use fandesk_shard::moving::{self, Away, Call, Mover, Slots, Step, plan};
use fandesk_shard::outbox::{self, Lane};
use fandesk_shard::routing::{self, Layout, Slot};
use fandesk_shard::sql::Database;
use fandesk_shard::{Recent, UnixMillis, ahead, erase, fan, identities, schema, tags};
use fandesk_sqlite::Sqlite;
use proptest::prelude::*;
use support::{Counting, GRACE, NOW, PLAYBOOK, text};
use wechat::{Fields, Inbound};

/// Several shards, their callers and their mover.
struct Desk {
    shards: Vec<Sqlite>,
    recent: Vec<RefCell<Recent>>,
    /// One that keeps everybody and never moves: what it answers is right.
    oracle: Sqlite,
    recent_of_oracle: RefCell<Recent>,
    playbook: Playbook,
    base: u16,
    wanted: u16,
    mover: Mover,
    /// Calls of the past, which may come again.
    past: Vec<(u16, Call)>,
    now: UnixMillis,
    random: Counting,
    random_of_oracle: Counting,
    /// Each message that was answered: who, key, answer, where it is kept.
    answered: Vec<(String, Arrival, Answer, (u16, i64))>,
    written: u64,
}

fn shard() -> Sqlite {
    let db = Sqlite::new().unwrap();
    schema::migrate(&db).unwrap();
    db
}

/// Nobody keeps the slot at this moment.
#[derive(Debug, PartialEq)]
struct NotYet;

/// Fans below 8 are in slots of different shards that are among the first to move, whatever the layout.
fn openid(fan: u8) -> String {
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
    fn new(base: u16) -> Self {
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
    fn want(&mut self, shards: u16) {
        self.wanted = shards;
        self.mover = Mover::towards(shards);
        while self.shards.len() < usize::from(shards) {
            self.shards.push(shard());
            self.recent.push(RefCell::default());
        }
    }

    fn db(&self, shard: u16) -> &Sqlite {
        &self.shards[usize::from(shard)]
    }

    /// A shard whose tables of fans are at the end of its ledger, as for all but arrivals.
    fn caught_up(&self, shard: u16) -> &Sqlite {
        let recent = &mut self.recent[usize::from(shard)].borrow_mut();
        ahead::catch_up(self.db(shard), recent).unwrap();
        self.db(shard)
    }

    fn layout(&self) -> Layout {
        routing::fix(self.db(0), &Layout::even(1).unwrap()).unwrap()
    }

    fn serve(&mut self, shard: u16, call: &Call) -> Option<String> {
        // As it travels.
        let call: Call = call.to_string().parse().unwrap();
        let db = self.caught_up(shard);
        let answer = db.savepoint(|| moving::serve(db, &call, self.now)).ok();
        self.past.push((shard, call));
        answer
    }

    /// One step of the mover; false when there is nothing left to do.
    fn step(&mut self) -> bool {
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

    fn finish(&mut self) {
        self.mover = Mover::towards(self.wanted);
        for _ in 0..10_000 {
            if !self.step() {
                return;
            }
        }
        panic!("the move does not end");
    }

    /// Whoever has never heard of a move: begins where the first layout says, and is led on.
    fn follow<T>(
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

    fn keeper(&self, openid: &str) -> Result<u16, NotYet> {
        let slot = Slot::of(openid);
        self.follow(slot.number() % self.base, |shard, slots| {
            slots.away(slot).map_or(Ok(shard), Err)
        })
    }

    fn arrival(&mut self, openid: &str, content: &str) -> Arrival {
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
    fn receive(&mut self, openid: &str, arrival: &Arrival) -> Result<(Answer, u16), NotYet> {
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

    fn say(&mut self, fan: u8, content: &str) -> Result<Answer, NotYet> {
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
    fn retry(&mut self, which: usize) {
        let which = which % self.answered.len().max(1);
        let Some((openid, arrival, answer, _)) = self.answered.get(which).cloned() else {
            return;
        };
        if let Ok((again, _)) = self.receive(&openid, &arrival) {
            assert_eq!(again, answer, "a retry gets the same answer");
        }
    }

    /// Where a message is kept.
    fn kept(&self, openid: &str, key: &str) -> Vec<(u16, i64)> {
        let statement = "SELECT seq FROM events WHERE openid = ? AND message_key = ?";
        let mut places = Vec::new();
        for (shard, db) in (0..).zip(&self.shards) {
            let rows = db.query(statement, &[openid.into(), key.into()]).unwrap();
            places.extend(rows.iter().map(|row| (shard, row.integer(0).unwrap())));
        }
        places
    }

    /// A fan's history, as the API reads it.
    fn history(&mut self, openid: &str) -> Vec<(u16, i64)> {
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
    fn keeper_of_job(&self, id: &str) -> Result<u16, NotYet> {
        let first = id.split('.').next().unwrap().parse().unwrap();
        self.follow(first, |shard, slots| {
            let away = slots.away_with_job(self.db(shard), id).unwrap();
            away.map_or(Ok(shard), Err)
        })
    }

    /// The job of this id is claimed, as a consumer does that only has the id.
    fn claim(&mut self, id: &str) -> Result<(u16, Claim), NotYet> {
        let shard = self.keeper_of_job(id)?;
        self.caught_up(shard);
        let db = &self.shards[usize::from(shard)];
        let (playbook, now) = (Some(&self.playbook), self.now);
        let claim = jobs::claim(db, id, playbook, now, &mut self.random).unwrap();
        Ok((shard, claim))
    }

    fn settle(&self, id: &str, lease: &str, report: Report) {
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

    fn count(&self, statement: &str) -> i64 {
        let count = |db: &Sqlite| db.first(statement, &[]).unwrap().unwrap().integer(0);
        self.shards.iter().filter_map(count).sum()
    }

    /// What must be so whenever no move is under way.
    fn check(&mut self) {
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
fn title(answer: &Answer) -> &str {
    text(answer).lines().next().unwrap()
}

/// Something that happens.
#[derive(Clone, Debug)]
enum Deed {
    Say(u8, &'static str),
    Retry(usize),
    /// Steps of the mover, with a message of this fan after each.
    Steps(u8, u8),
    /// The step is done, and the mover ends before it hears of it.
    AnswerLost,
    /// A call of the past comes again.
    Late(usize),
    Want(u16),
    Later(u32),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..8_u8, prop::sample::select(vec!["GO", "menu", "1", "x", "查物流 12345"]))
            .prop_map(|(fan, content)| Deed::Say(fan, content)),
        3 => (0..40_usize).prop_map(Deed::Retry),
        8 => (1..30_u8, 0..8_u8).prop_map(|(steps, fan)| Deed::Steps(steps, fan)),
        2 => Just(Deed::AnswerLost),
        4 => (0..4_000_usize).prop_map(Deed::Late),
        2 => (1..6_u16).prop_map(Deed::Want),
        1 => (1..100_000_u32).prop_map(Deed::Later),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn nothing_is_lost_doubled_or_answered_differently(
        base in 1..5_u16, deeds in prop::collection::vec(deed(), 1..60)
    ) {
        let mut desk = Desk::new(base);
        for deed in deeds {
            match deed {
                Deed::Say(fan, content) => drop(desk.say(fan, content)),
                Deed::Retry(which) => desk.retry(which),
                Deed::Steps(steps, fan) => {
                    for _ in 0..steps {
                        desk.step();
                        drop(desk.say(fan, "GO"));
                    }
                }
                Deed::AnswerLost => {
                    if let Some((shard, call)) = desk.mover.next() {
                        desk.serve(shard, &call);
                    }
                    desk.mover = Mover::towards(desk.wanted);
                }
                // Another mover's plan is not late but a second mover, which there is not.
                Deed::Late(which) => {
                    if let Some((shard, call)) = desk.past.get(which % desk.past.len().max(1)).cloned()
                        && !matches!(call.step, Step::Plan | Step::Begin)
                    {
                        desk.serve(shard, &call);
                    }
                }
                Deed::Want(shards) => desk.want(shards),
                Deed::Later(millis) => {
                    desk.now = desk.now.plus(Duration::from_millis(millis.into()));
                }
            }
        }
        desk.finish();
        desk.check();
    }
}

#[test]
fn a_place_in_a_menu_and_the_reply_window_move_with_the_fan() {
    let mut desk = Desk::new(1);
    desk.say(1, "menu").unwrap();
    assert_eq!(title(&desk.say(1, "1").unwrap()), "phones");
    let before = fan::load(desk.caught_up(0), &openid(1)).unwrap().unwrap();
    desk.want(6);
    desk.finish();
    desk.want(2);
    desk.finish();
    desk.want(5);
    desk.finish();
    let shard = desk.keeper(&openid(1)).unwrap();
    let after = fan::load(desk.db(shard), &openid(1)).unwrap().unwrap();
    assert_eq!(after, before);
    assert_eq!(title(&desk.say(1, "1").unwrap()), "repairs");
}

#[test]
fn tags_move_with_the_fan_and_are_left_nowhere() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    desk.say(2, "GO").unwrap();
    let fan_ref = fan::load(desk.caught_up(0), &openid(1))
        .unwrap()
        .unwrap()
        .fan_ref;
    let vip = ["vip".to_owned()];
    assert!(tags::put(desk.db(0), &openid(1), &fan_ref, 5, &vip).unwrap());
    let mut first = Some(0);
    for wanted in [6, 2, 5] {
        desk.want(wanted);
        desk.finish();
        let shard = desk.keeper(&openid(1)).unwrap();
        for other in 0..desk.shards.len() as u16 {
            let there = tags::load(desk.db(other), &openid(1)).unwrap();
            assert_eq!(there.len(), usize::from(other == shard));
        }
        if first.replace(shard) != Some(shard) {
            // What was older there is older here.
            tags::put(desk.db(shard), &openid(1), &fan_ref, 4, &[]).unwrap();
            assert_eq!(tags::load(desk.db(shard), &openid(1)).unwrap(), vip);
        }
    }
}

#[test]
fn a_binding_moves_with_the_fan_and_is_left_nowhere() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    let soon = NOW.plus(Duration::from_secs(60));
    identities::bind(desk.caught_up(0), &openid(1), "C-1", NOW, Some(soon)).unwrap();
    let before = identities::load(desk.db(0), &openid(1), NOW).unwrap();
    for wanted in [6, 2, 5] {
        desk.want(wanted);
        desk.finish();
        let shard = desk.keeper(&openid(1)).unwrap();
        for other in 0..desk.shards.len() as u16 {
            let there = identities::load(desk.db(other), &openid(1), NOW).unwrap();
            assert_eq!(there, before.clone().filter(|_| other == shard));
            let late = identities::load(desk.db(other), &openid(1), soon).unwrap();
            assert_eq!(late, None);
        }
    }
}

#[test]
fn between_two_shards_nobody_answers_from_half_a_state() {
    let mut desk = Desk::new(1);
    for fan in 0..40 {
        desk.say(fan, "menu").unwrap();
    }
    desk.want(2);
    let mut refused = 0;
    let mut steps = 0;
    while desk.step() {
        steps += 1;
        let fan = (steps % 40) as u8;
        match desk.say(fan, "1") {
            Ok(answer) => {
                assert_ne!(text(&answer), "?", "the place in the menu was lost");
                desk.say(fan, "menu").ok();
            }
            Err(NotYet) => refused += 1,
        }
    }
    assert!(refused > 0, "some come while their slot is on its way");
    desk.check();
}

#[test]
fn a_job_is_found_by_its_id_wherever_it_went() {
    let mut desk = Desk::new(1);
    desk.say(1, "查物流 12345").unwrap();
    let ring = "SELECT key FROM outbox WHERE lane = 'jobs'";
    let id = desk.db(0).first(ring, &[]).unwrap().unwrap();
    let id = id.text(0).unwrap().to_owned();
    let (_, Claim::Go { lease, .. }) = desk.claim(&id).unwrap() else {
        panic!("it waits to be done");
    };
    for wanted in [6, 2, 5] {
        desk.want(wanted);
        desk.finish();
    }
    // Whoever does it knows only the id and the lease.
    let body = r#"{"status":"on its way"}"#.to_owned();
    desk.settle(&id, &lease, Report::Answered { body });
    assert_eq!(desk.claim(&id).unwrap().1, Claim::Ended);
    // What follows of it was made elsewhere, under the name of the same event.
    let message = id.replace(".1.1", ".1.2");
    desk.want(3);
    desk.finish();
    let (shard, claim) = desk.claim(&message).unwrap();
    assert!(matches!(claim, Claim::Go { .. }), "{claim:?}");
    assert_eq!(shard, desk.layout().shard(Slot::of(&openid(1))));
}

#[test]
fn the_new_shard_rings_for_jobs_that_wait() {
    let mut desk = Desk::new(1);
    desk.say(1, "查物流 12345").unwrap();
    desk.want(6);
    desk.finish();
    let shard = desk.keeper(&openid(1)).unwrap();
    assert_ne!(shard, 0);
    assert!(jobs::rows::due(desk.db(shard)).unwrap() <= Some(desk.now));
    jobs::rows::ring_due(desk.db(shard), desk.now).unwrap();
    let doorbells = outbox::waiting(desk.db(shard), Lane::Jobs, 1_000_000).unwrap();
    assert_eq!(doorbells.len(), 1);
}

#[test]
fn a_retry_after_an_erase_and_a_move_changes_nothing() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    let (openid, arrival, ..) = desk.answered.remove(0);
    let unfollow = "UPDATE fans SET erase_at = 1";
    desk.caught_up(0).run(unfollow, &[]).unwrap();
    erase::erase_due(desk.db(0), desk.now).unwrap();
    desk.want(6);
    desk.finish();
    let (answer, shard) = desk.receive(&openid, &arrival).unwrap();
    assert_eq!(answer.reply, None, "what it was is erased");
    assert_ne!(shard, 0);
    assert_eq!(desk.count("SELECT count(*) FROM events"), 1);
    assert_eq!(desk.count("SELECT count(*) FROM fans"), 0);
}

/// Every table of every shard in which this is written.
fn mentions(desk: &Desk, needle: &str) -> Vec<String> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut found = Vec::new();
    for (shard, db) in (0..).zip(&desk.shards) {
        for table in db.query(tables, &[]).unwrap() {
            let table = table.text(0).unwrap();
            let rows = db
                .query(&format!("SELECT * FROM \"{table}\""), &[])
                .unwrap();
            if format!("{rows:?}").contains(needle) {
                found.push(format!("{table} of shard {shard}"));
            }
        }
    }
    found
}

/// As the Clock passes erasures on.
fn pass_on(desk: &mut Desk) {
    for shard in 0..desk.shards.len() as u16 {
        let people = desk.serve(shard, &Call::about(Step::Erased, "")).unwrap();
        if !people.is_empty() {
            for other in 0..desk.shards.len() as u16 {
                let forget = Call::about(Step::Forget, people.as_str());
                desk.serve(other, &forget).unwrap();
            }
            desk.serve(shard, &Call::about(Step::Told, people)).unwrap();
        }
    }
}

#[test]
fn an_erase_reaches_every_shard_where_the_fan_ever_was() {
    let mut desk = Desk::new(1);
    for wanted in [6, 2, 5] {
        desk.say(1, "GO").unwrap();
        desk.say(1, "查物流 12345").unwrap();
        desk.say(2, "GO").unwrap();
        desk.want(wanted);
        desk.finish();
    }
    let shard = desk.keeper(&openid(1)).unwrap();
    let due = "UPDATE fans SET erase_at = 1 WHERE openid = ?";
    desk.db(shard)
        .run(due, &[openid(1).as_str().into()])
        .unwrap();
    erase::erase_due(desk.db(shard), desk.now).unwrap();
    assert_ne!(mentions(&desk, &openid(1)), Vec::<String>::new());
    pass_on(&mut desk);
    assert_eq!(mentions(&desk, &openid(1)), Vec::<String>::new());
    assert_eq!(desk.count("SELECT count(*) FROM erased"), 0);
    assert_eq!(
        desk.count("SELECT count(*) FROM events"),
        9,
        "and that it happened stays"
    );
    assert_eq!(desk.history(&openid(2)).len(), 3);
}

#[test]
fn who_wrote_while_others_were_read_is_not_left_behind() {
    let mut desk = Desk::new(1);
    for fan in 0..200 {
        desk.say(fan, "GO").unwrap();
    }
    desk.want(2);
    // Until the first move has begun, so that the roster is there.
    while !matches!(desk.mover.next(), Some((_, call)) if call.step == Step::HandOver) {
        desk.step();
    }
    for fan in 200..=255 {
        desk.say(fan, "GO").ok();
    }
    desk.finish();
    desk.check();
}

#[test]
fn a_roster_whose_events_were_forgotten_is_made_anew() {
    let mut desk = Desk::new(1);
    desk.say(1, "GO").unwrap();
    desk.want(6);
    while !matches!(desk.mover.next(), Some((_, call)) if call.step == Step::HandOver) {
        desk.step();
    }
    for fan in 2..20 {
        desk.say(fan, "GO").unwrap();
    }
    // Four days later, and D1 has everything.
    desk.caught_up(0).run("DELETE FROM events", &[]).unwrap();
    desk.finish();
    for fan in 1..20 {
        let shard = desk.layout().shard(Slot::of(&openid(fan)));
        let found = fan::load(desk.db(shard), &openid(fan)).unwrap();
        assert!(found.is_some(), "fan {fan} is not at shard {shard}");
    }
}

#[test]
fn many_fans_of_a_slot_travel_in_pages() {
    let mut desk = Desk::new(1);
    let long = "长".repeat(3_000);
    let insert = "INSERT INTO fans (openid, fan_ref, rev, window, first_seen_at, last_seen_at) VALUES (?, ?, 1, ?, 1, 1)";
    let slot = Slot::numbered(0).unwrap();
    let mut fans = Vec::new();
    for number in 0..400_000_u32 {
        let openid = format!("oMany{number:023}");
        if Slot::of(&openid) == slot {
            let row = [
                openid.as_str().into(),
                openid.as_str().into(),
                long.as_str().into(),
            ];
            desk.db(0).run(insert, &row).unwrap();
            fans.push(openid);
        }
    }
    desk.want(2);
    let mut pages = 0;
    while desk.step() && pages < 3 {
        if let Some((_, call)) = desk.mover.next()
            && call.step == Step::Take
        {
            assert!(call.more.len() < 512 * 1024, "{} bytes", call.more.len());
            pages += 1;
        }
    }
    assert_eq!(pages, 3);
    assert!(fans.len() > 80);
}
