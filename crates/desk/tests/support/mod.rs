//! A desk to ask in tests, with words for what happens to it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed test is what a test is for, and not each uses all"
)]

pub(crate) mod chance;
pub(crate) mod kept;

use fandesk_desk::{
    Arrived, Changes, Command, Conversation, Deed, Desk, Refused, Role, UnixMillis, Who,
};
use serde_json::{Value, json};

/// 2026-03-02, a Monday, at 02:00 UTC: ten in the morning in China.
pub(crate) const MORNING: i64 = 1_772_416_800_000;
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;

/// A desk and its clock.
pub(crate) struct Office {
    pub(crate) desk: Desk,
    pub(crate) now: i64,
    /// What the last turn left.
    pub(crate) changes: Changes,
    pub(crate) channel: &'static str,
    rows: u64,
}

impl Office {
    /// With these people, teams besides `desk`, and nobody there yet.
    pub(crate) fn new(people: &[Value], teams: &[Value]) -> Self {
        let mut office = Self {
            desk: Desk::default(),
            now: MORNING,
            changes: Changes::default(),
            channel: "wechat",
            rows: 0,
        };
        office.staff(people, teams);
        office
    }

    pub(crate) fn turn(&mut self, command: Command) -> Result<(), Refused> {
        let (changes, done) = self.desk.turn(command, UnixMillis(self.now));
        self.changes = changes;
        done
    }

    pub(crate) fn staff(&mut self, people: &[Value], teams: &[Value]) {
        self.turn(Command::Staff {
            rev: self.desk.rev() + 1,
            people: people.to_vec(),
            teams: teams.to_vec(),
        })
        .unwrap();
    }

    pub(crate) fn connect(&mut self, agent: &str) {
        let agent = agent.to_owned();
        self.turn(Command::Connected { agent }).unwrap();
    }

    pub(crate) fn drop(&mut self, agent: &str) {
        let agent = agent.to_owned();
        self.turn(Command::Dropped { agent }).unwrap();
    }

    /// Time goes by and nothing else happens.
    pub(crate) fn wait(&mut self, span: i64) {
        self.now += span;
        self.turn(Command::Tick).unwrap();
    }

    /// A row of a shard about this conversation, at this moment.
    pub(crate) fn row(&mut self, kind: &str, id: &str, more: Value) {
        let row = self.row_json(kind, id, more);
        let row = Arrived::read(&row).unwrap();
        self.turn(Command::Arrived(Box::new(row))).unwrap();
    }

    pub(crate) fn row_json(&mut self, kind: &str, id: &str, more: Value) -> Value {
        self.rows += 1;
        let mut row = json!({
            "key": format!("0.{}/{kind}", self.rows),
            "type": kind,
            "conversation": id,
            "epoch": 1,
            "openid": format!("o-{id}"),
            "fan_ref": format!("f-{id}"),
            "at": self.now,
            "channel": self.channel,
        });
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        row
    }

    pub(crate) fn open(&mut self, id: &str) {
        self.row("opened", id, opened(json!({})));
    }

    pub(crate) fn wrote(&mut self, id: &str) {
        self.row("wrote", id, said("还在吗"));
    }

    pub(crate) fn sent(&mut self, id: &str, agent: &str) {
        let entry = json!({ "id": "0.9", "from": "agent", "kind": "text", "text": "您好" });
        self.row(
            "sent",
            id,
            json!({ "entry": entry, "agent": agent, "client_id": "c" }),
        );
    }

    pub(crate) fn deed(&mut self, who: &Who, id: &str, deed: Deed) -> Result<(), Refused> {
        self.turn(Command::Deed {
            who: who.clone(),
            id: id.to_owned(),
            deed,
        })
    }

    pub(crate) fn get(&self, id: &str) -> &Conversation {
        self.desk.conversation(id).unwrap()
    }

    /// Who has it.
    pub(crate) fn holder(&self, id: &str) -> Option<&str> {
        let found = self.get(id);
        found.agent.as_deref().filter(|_| found.state.is_held())
    }

    /// What the shards were told in the last turn.
    pub(crate) fn says(&self) -> Vec<&str> {
        let says = self.changes.says.iter();
        says.map(|says| says.body["do"].as_str().unwrap()).collect()
    }
}

pub(crate) fn opened(more: Value) -> Value {
    let mut row = said("人工");
    row["reason"] = "command".into();
    row.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    row
}

pub(crate) fn said(text: &str) -> Value {
    let entry = json!({ "id": "0.1", "from": "fan", "kind": "text", "text": text });
    json!({ "entry": entry, "fan_tags": [], "window": { "until": MORNING + DAY, "left": 20 } })
}

pub(crate) fn person(id: &str, capacity: u32, teams: &[&str], skills: &[&str]) -> Value {
    json!({ "id": id, "name": format!("name of {id}"), "role": "agent", "teams": teams, "skills": skills,
        "capacity": capacity, "persona": {}, "active": true })
}

pub(crate) fn who(id: &str, role: Role, teams: &[&str]) -> Who {
    Who {
        id: id.to_owned(),
        name: id.to_owned(),
        role,
        teams: teams.iter().map(|team| (*team).to_owned()).collect(),
    }
}

pub(crate) fn agent(id: &str) -> Who {
    who(id, Role::Agent, &["desk"])
}
