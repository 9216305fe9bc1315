//! A shard over `rusqlite`, and fans who write to it.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::cell::{Cell, RefCell};
use std::time::Duration;

use fandesk_playbook::{Format, Playbook};
use fandesk_shard::events::{Answer, Event};
use fandesk_shard::fan::Fan;
use fandesk_shard::intake::{self, Arrival, Context, Receipt};
use fandesk_shard::jobs::rows::Job;
use fandesk_shard::jobs::{self, Claim, Report};
use fandesk_shard::sql::{Database, SqlError};
use fandesk_shard::{Random, Recent, UnixMillis, ahead, erase, events, fan, parked, schema};
use fandesk_sqlite::Sqlite;

use wechat::{Fields, Inbound, Reply};

pub const NOW: UnixMillis = UnixMillis(1_700_000_000_000);
pub const FAN: &str = "oFan00000000000000000000001";
pub const SHARD: u16 = 7;
pub const GRACE: Duration = Duration::from_secs(720 * 3600);

/// The migrations of the D1 database of events.
pub const LEDGER: [&str; 2] = [
    include_str!("../../../../migrations/ledger/0001_events.sql"),
    include_str!("../../../../migrations/ledger/0002_archives.sql"),
];

/// Numbers that only look random, the same in every run.
pub struct Counting(pub u8);

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 = self.0.wrapping_add(1);
        bytes.fill(self.0);
    }
}

/// A shard with its playbook and a clock that the test moves.
pub struct Shard {
    pub db: Sqlite,
    recent: RefCell<Recent>,
    pub playbook: Option<Playbook>,
    pub service_messages: bool,
    pub now: Cell<UnixMillis>,
    random: Cell<u8>,
    next_msg_id: Cell<u64>,
}

impl Shard {
    pub fn new() -> Self {
        Self::with(PLAYBOOK)
    }

    pub fn with(document: &str) -> Self {
        let db = Sqlite::new().unwrap();
        schema::migrate(&db).unwrap();
        Self {
            db,
            recent: RefCell::default(),
            playbook: Some(Playbook::parse(document, Format::Toml).unwrap().playbook),
            service_messages: true,
            now: Cell::new(NOW),
            random: Cell::new(0),
            next_msg_id: Cell::new(1),
        }
    }

    pub fn later(&self, span: Duration) {
        self.now.set(self.now.get().plus(span));
    }

    pub fn receive(&self, fields: &[(&str, &str)]) -> Result<Receipt, SqlError> {
        let mut all = Fields::new();
        all.insert("ToUserName", "gh_account");
        for (name, value) in fields {
            all.insert(*name, *value);
        }
        self.receive_fields(all)
    }

    pub fn receive_fields(&self, fields: Fields) -> Result<Receipt, SqlError> {
        let key = Inbound::from_fields(fields.clone())
            .unwrap()
            .message_key()
            .to_string();
        let arrival = Arrival::read(key, serde_json::to_string(&fields).unwrap()).unwrap();
        let context = Context {
            shard: SHARD,
            shards: 1,
            playbook: self.playbook.as_ref(),
            service_messages: self.service_messages,
            erase_after: GRACE,
            now: self.now.get(),
        };
        let mut random = Counting(self.random.get());
        let mut recent = self.recent.borrow_mut();
        let receipts = intake::receive(&self.db, &mut recent, &[&arrival], &context, &mut random);
        self.random.set(random.0);
        receipts.map(|mut receipts| receipts.remove(0))
    }

    pub fn message(&self, openid: &str, msg_id: u64, content: &str) -> Result<Receipt, SqlError> {
        self.receive(&[
            ("FromUserName", openid),
            ("CreateTime", &self.now.get().seconds().to_string()),
            ("MsgType", "text"),
            ("Content", content),
            ("MsgId", &msg_id.to_string()),
        ])
    }

    /// The fan writes something new.
    pub fn say(&self, content: &str) -> Answer {
        let msg_id = self.next_msg_id.get();
        self.next_msg_id.set(msg_id + 1);
        self.message(FAN, msg_id, content).unwrap().answer
    }

    pub fn event(&self, event: &str, key: &str) -> Answer {
        self.receive(&[
            ("FromUserName", FAN),
            ("CreateTime", &self.now.get().seconds().to_string()),
            ("MsgType", "event"),
            ("Event", event),
            ("EventKey", key),
        ])
        .unwrap()
        .answer
    }

    /// What anything but an arrival does first.
    pub fn catch_up(&self) {
        ahead::catch_up(&self.db, &mut self.recent.borrow_mut()).unwrap();
    }

    pub fn erase_due(&self) -> Result<usize, SqlError> {
        self.catch_up();
        erase::erase_due(&self.db, self.now.get())
    }

    /// The instance ends, and another begins.
    pub fn forget_what_is_in_memory(&self) {
        self.recent.replace(Recent::default());
    }

    /// D1 took these, and with them all that is not parked up to the last of them.
    pub fn flushed(&self, seqs: &[i64]) {
        parked::taken(&self.db, seqs).unwrap();
        let before = events::flushed(&self.db).unwrap();
        events::flushed_to(&self.db, before, *seqs.last().unwrap()).unwrap();
    }

    pub fn events(&self) -> Vec<Event> {
        events::list(&self.db, None, 0, 1000, usize::MAX).unwrap()
    }

    pub fn fan(&self) -> Fan {
        self.catch_up();
        fan::load(&self.db, FAN).unwrap().unwrap()
    }

    pub fn jobs(&self) -> Vec<Job> {
        let rows = self
            .db
            .query("SELECT id FROM jobs ORDER BY place", &[])
            .unwrap();
        rows.iter()
            .map(|row| self.job(row.text(0).unwrap()))
            .collect()
    }

    pub fn job(&self, id: &str) -> Job {
        jobs::rows::load(&self.db, id).unwrap().unwrap()
    }

    pub fn claim(&self, id: &str) -> Claim {
        self.catch_up();
        let mut random = Counting(self.random.get());
        let claim = jobs::claim(
            &self.db,
            id,
            self.playbook.as_ref(),
            self.now.get(),
            &mut random,
        )
        .unwrap();
        self.random.set(random.0);
        claim
    }

    /// Claims a job that must be claimable, and returns the lease.
    pub fn lease(&self, id: &str) -> String {
        match self.claim(id) {
            Claim::Go { lease, .. } => lease,
            other => panic!("{id} cannot be claimed: {other:?}"),
        }
    }

    pub fn settle(&self, id: &str, lease: &str, report: Report) {
        self.catch_up();
        jobs::settle(
            &self.db,
            id,
            lease,
            report,
            self.playbook.as_ref(),
            self.now.get(),
        )
        .unwrap();
    }
}

pub fn text(answer: &Answer) -> &str {
    match &answer.reply {
        Some(Reply::Text { content, .. }) => content,
        other => panic!("no text: {other:?}"),
    }
}

pub const PLAYBOOK: &str = r##"
default = { text = "?" }

[welcome]
reply = { text = "welcome" }

[[welcome.scene]]
scene = "counter-1"
reply = { text = "welcome to counter 1" }

[handover]
via = "desk"
reply = { text = "a person comes" }

[stop]
reply = { text = "no more pushes" }

[[rule]]
name = "go"
exact = ["GO"]
reply = { text = "you are in" }

[[rule]]
name = "card"
exact = ["CARD"]
reply = { miniprogrampage = { title = "t", appid = "wx1", pagepath = "p", thumb_media_id = "m" } }

[[menu]]
name = "main"
keywords = ["menu"]
text = "main menu"
expires_after = "10m"

[[menu.entry]]
key = "1"
label = "phones"
text = "phones"

[[menu.entry.entry]]
key = "1"
label = "repairs"
text = "repairs"

[[menu.entry.entry.entry]]
key = "1"
label = "screens"
reply = { text = "screens are mended" }

[[click]]
key = "HELP"
reply = { text = "help" }

[[intent]]
name = "logistics"
pattern = "^查物流 *(?<number>[0-9a-z]+)$"
reply = { text = "asking about {number}" }
answer = { text = "{number} is {result.status}" }
sorry = { text = "sorry about {number}" }

[intent.request]
url = "https://business.example/logistics"
secret = "DEMO"
timeout = "3s"
attempts = 3
retry_over = "10m"
"##;
