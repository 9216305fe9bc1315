//! The Desk as shards hear it: it gives conversations to agents, who write, note and resolve, and says so to the fan's shard.
//!
//! What changes who speaks is said in order for each fan, again and again until the shard answers, as the Desk's outbox does. What an agent
//! writes goes at once, beside that order, and is tried three times under one key, as a console does.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fandesk_shard::desk::says::{self, Hearing, Refused};
use fandesk_shard::routing::Slot;
use serde_json::{Value, json};

use crate::Sabotage;
use crate::breaking::Breaking;
use crate::settled::texts;
use crate::step::Step;
use crate::weather::Fault;
use crate::world::World;

/// How long the Desk waits for a shard.
const PATIENCE_MS: i64 = 20_000;
/// How often a message is tried.
const TRIES: u32 = 3;
/// Things that are done in one conversation.
const DEEDS: u32 = 8;
const AGENTS: [&str; 3] = ["li", "wang", "zhao"];

/// What the Desk says, and what it knows.
#[derive(Default)]
pub(crate) struct Says {
    cases: BTreeMap<String, Case>,
    all: Vec<Saying>,
    /// Of each fan, what is to be said in order.
    queues: BTreeMap<String, VecDeque<usize>>,
    /// The newest epoch under which a shard let somebody speak, and whether it was the shard's own.
    newest: BTreeMap<String, (i64, bool)>,
}

struct Case {
    openid: String,
    epoch: i64,
    agent: Option<&'static str>,
    resolved: bool,
    closed: bool,
    deeds: u32,
}

struct Saying {
    openid: String,
    conversation: String,
    epoch: i64,
    key: String,
    body: String,
    /// It is said in order.
    ordered: bool,
    /// It speaks to the fan.
    speaks: bool,
    /// How often it set out.
    tries: u32,
    /// Which wait for an answer this is.
    nth: u32,
    done: bool,
}

impl Says {
    /// Whether something is still to be said.
    pub(crate) fn is_any_waiting(&self) -> bool {
        self.all.iter().any(|saying| !saying.done)
    }

    /// Nobody is told anything of who was erased.
    pub(crate) fn forget(&mut self, conversation: &str) {
        let Some(case) = self.cases.get(conversation) else {
            return;
        };
        let openid = case.openid.clone();
        self.cases.retain(|_, case| case.openid != openid);
        self.queues.remove(&openid);
        for saying in &mut self.all {
            saying.done |= saying.openid == openid;
        }
    }

    /// A shard let somebody speak under this epoch.
    fn spoke(&mut self, conversation: &str, epoch: i64, own: bool) {
        let newest = self.newest.entry(conversation.to_owned()).or_default();
        if epoch > newest.0 {
            *newest = (epoch, own);
        }
    }
}

impl World<'_> {
    /// A row came, for the first time.
    pub(crate) fn desk_learns(&mut self, row: &Value) {
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        let (id, epoch) = (
            text("conversation"),
            row["epoch"].as_i64().unwrap_or_default(),
        );
        if matches!(text("type"), "opened" | "reopened" | "ended") {
            self.says.spoke(id, epoch, true);
        }
        let opens = matches!(text("type"), "opened" | "reopened" | "wrote");
        if !self.says.cases.contains_key(id) {
            if !opens {
                return;
            }
            let case = Case {
                openid: text("openid").to_owned(),
                epoch,
                agent: None,
                resolved: false,
                closed: false,
                deeds: 0,
            };
            self.says.cases.insert(id.to_owned(), case);
        }
        let Some(case) = self.says.cases.get_mut(id) else {
            return;
        };
        case.epoch = case.epoch.max(epoch);
        match text("type") {
            "reopened" => (case.resolved, case.agent) = (false, None),
            "ended" => (case.resolved, case.agent) = (true, None),
            _ => {}
        }
        if opens {
            let wait = self.dice.between(10, self.pause.max(100));
            let conversation = id.to_owned();
            self.after(wait, Step::DeskPlans { conversation });
        }
    }

    /// Somebody does something in a conversation, as far as the Desk knows it.
    pub(crate) fn desk_plans(&mut self, id: &str) {
        let (dice, agent) = (self.dice.below(10), self.dice.pick(&AGENTS));
        let Some(case) = self.says.cases.get_mut(id) else {
            return;
        };
        if case.closed || case.deeds >= DEEDS {
            return;
        }
        case.deeds += 1;
        let nr = case.deeds;
        let mut changes = true;
        let mut body = match (case.resolved, case.agent, dice) {
            (true, _, 0..2) => {
                case.closed = true;
                changes = false;
                json!({ "do": "closed" })
            }
            (true, _, 2..4) => {
                case.resolved = false;
                json!({ "do": "reopen" })
            }
            (true, ..) => return,
            (false, None, _) | (false, _, 0) => {
                case.agent = Some(agent);
                json!({ "do": "assigned", "agent": agent, "name": agent })
            }
            (false, Some(_), 1) => {
                case.agent = None;
                json!({ "do": "released" })
            }
            (false, Some(by), 2..4) => {
                (case.resolved, case.agent) = (true, None);
                json!({ "do": "resolved", "agent": by, "ask": true })
            }
            (false, Some(by), 4) => {
                changes = false;
                json!({ "do": "note", "agent": by, "name": by, "text": "a note" })
            }
            (false, Some(by), _) => {
                changes = false;
                json!({ "do": "message", "agent": by, "name": by, "text": "hello" })
            }
        };
        if changes {
            case.epoch += 1;
        }
        let what = body["do"].as_str().unwrap_or_default().to_owned();
        body["conversation"] = id.into();
        body["epoch"] = case.epoch.into();
        body["client_id"] = nr.into();
        let saying = Saying {
            openid: case.openid.clone(),
            conversation: id.to_owned(),
            epoch: case.epoch,
            key: format!("{id}/{nr}/{what}"),
            body: body.to_string(),
            ordered: !matches!(what.as_str(), "message" | "note"),
            speaks: what == "message",
            tries: 0,
            nth: 0,
            done: false,
        };
        self.note(format_args!(
            "the Desk says in {id}: {what} under epoch {}",
            saying.epoch
        ));
        let number = self.says.all.len();
        let (ordered, openid) = (saying.ordered, saying.openid.clone());
        self.says.all.push(saying);
        if ordered {
            let queue = self.says.queues.entry(openid).or_default();
            queue.push_back(number);
            if queue.len() == 1 {
                self.say(number);
            }
        } else {
            self.say(number);
        }
        let wait = self.dice.between(10, self.pause.max(100));
        let conversation = id.to_owned();
        self.after(wait, Step::DeskPlans { conversation });
    }

    /// It sets out for the shard.
    fn say(&mut self, saying: usize) {
        let Some(said) = self.says.all.get_mut(saying).filter(|said| !said.done) else {
            return;
        };
        said.tries += 1;
        said.nth += 1;
        let nth = said.nth;
        self.after(PATIENCE_MS, Step::SayTimedOut { saying, nth });
        if self.strikes(Fault::DestinationRefuses) {
            return self.note(format_args!("what the Desk says gets lost"));
        }
        if self.strikes(Fault::DestinationLate) {
            let wait = self.dice.between(1_000, 60_000);
            return self.after(wait, Step::SayArrives { saying, nth });
        }
        self.after_hop(Step::SayArrives { saying, nth });
    }

    pub(crate) fn say_arrives(&mut self, saying: usize, nth: u32) {
        let said = &self.says.all[saying];
        let (openid, mut key, mut body) =
            (said.openid.clone(), said.key.clone(), said.body.clone());
        let (conversation, epoch, speaks) = (said.conversation.clone(), said.epoch, said.speaks);
        match self.sabotage {
            Some(Sabotage::SaysAreNew) => key = format!("{key}/{nth}"),
            Some(Sabotage::EpochsAreMadeUp) if speaks => {
                let theirs = format!("\"epoch\":{epoch}");
                body = body.replace(&theirs, "\"epoch\":1000");
            }
            _ => {}
        }
        let Some(number) = self.keeper(Slot::of(&openid)) else {
            return self.after_hop(Step::SayHeard {
                saying,
                nth,
                taken: false,
            });
        };
        self.wake(number);
        if !self.catch_up(number) {
            return self.after_hop(Step::SayHeard {
                saying,
                nth,
                taken: false,
            });
        }
        let (now, good) = (self.wall(), self.failing_statement());
        let known = "SELECT 1 FROM events WHERE message_key = 'desk:?'".replace('?', &key);
        let repeat = !texts(&self.shards[number].db, &known).is_empty();
        let hearing = Hearing {
            shard: self.shards[number].number,
            playbook: Some(self.playbook),
            service_messages: true,
            now,
        };
        let db = Breaking::after(good, &self.shards[number].db);
        let answer = says::hear(&db, hearing, &openid, &key, &body);
        let taken = match &answer {
            Ok(_) => {
                let newest = self.says.newest.get(&conversation).copied();
                let late =
                    newest.is_some_and(|(newest, own)| epoch < newest || own && epoch == newest);
                if speaks && late && !repeat {
                    self.violated(format!(
                        "somebody spoke in {conversation} under epoch {epoch}, which is over"
                    ));
                }
                true
            }
            // It knows better than the Desk.
            Err(Refused::Sql(_)) => false,
            Err(refused) => {
                self.note(format_args!("shard {number} refuses: {refused}"));
                true
            }
        };
        self.after_change(number);
        if self.strikes(Fault::ConfirmationLost) {
            return self.note(format_args!("the answer to the Desk gets lost"));
        }
        self.when_durable(number, Step::SayHeard { saying, nth, taken });
    }

    pub(crate) fn say_heard(&mut self, saying: usize, nth: u32, taken: bool) {
        let said = &self.says.all[saying];
        if said.nth != nth || said.done {
            return;
        }
        if taken {
            self.said(saying);
        } else {
            self.say_again(saying);
        }
    }

    pub(crate) fn say_timed_out(&mut self, saying: usize, nth: u32) {
        let said = &self.says.all[saying];
        if said.nth != nth || said.done {
            return;
        }
        if !said.ordered && said.tries >= TRIES {
            return self.said(saying);
        }
        self.say(saying);
    }

    fn say_again(&mut self, saying: usize) {
        let wait = self.dice.between(500, 2_000);
        let said = &mut self.says.all[saying];
        said.nth += 1;
        let nth = said.nth;
        self.after(wait, Step::SayTimedOut { saying, nth });
    }

    fn said(&mut self, saying: usize) {
        let said = &mut self.says.all[saying];
        said.done = true;
        if !said.ordered {
            return;
        }
        let queue = self.says.queues.entry(said.openid.clone()).or_default();
        queue.retain(|waiting| *waiting != saying);
        if let Some(next) = queue.front().copied() {
            self.say(next);
        }
    }

    /// Nothing was taken twice, and nobody was asked twice.
    pub(crate) fn check_what_the_desk_said(&mut self) {
        let (mut keys, mut asked) = (BTreeSet::new(), BTreeSet::new());
        for number in 0..self.shards.len() {
            let db = &self.shards[number].db;
            let taken = texts(
                db,
                "SELECT payload ->> 'conversation' || '/' || (payload ->> 'client_id') FROM events \
                 WHERE kind = 'desk.message' AND payload IS NOT NULL",
            );
            let questions = texts(
                db,
                "SELECT payload ->> 'conversation' FROM events WHERE kind = 'desk.resolved' AND payload ->> 'asked' = 1",
            );
            for mut row in taken {
                let key = row.remove(0);
                if !keys.insert(key.clone()) {
                    self.violated(format!("a message of an agent was taken twice: {key}"));
                }
            }
            for mut row in questions {
                let conversation = row.remove(0);
                if !asked.insert(conversation.clone()) {
                    self.violated(format!(
                        "a fan was asked twice for a mark of {conversation}"
                    ));
                }
            }
        }
    }
}
