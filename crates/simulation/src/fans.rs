//! Fans, and how WeChat carries what they do: it waits 5 s for an answer, tries three times, and then shows the fan an error.

use fandesk_shard::events::Answer;
use wechat::{Fields, Inbound};

use crate::step::Step;
use crate::weather::Fault;
use crate::wechat::{Deed, Deeds};
use crate::world::World;

/// How long WeChat waits.
const PATIENCE_MS: i64 = 5_000;
const TRIES: u8 = 3;

pub(crate) struct Fan {
    pub(crate) openid: String,
    pub(crate) follows: bool,
    /// What WeChat counts.
    pub(crate) deeds: Deeds,
    /// The newest job, by place, of which this fan has a message.
    pub(crate) newest_message: i64,
}

impl Fan {
    pub(crate) fn new(openid: &str) -> Self {
        Self {
            openid: openid.to_owned(),
            follows: true,
            deeds: Deeds::default(),
            newest_message: 0,
        }
    }
}

/// One callback, which WeChat sends up to three times.
pub(crate) struct Callback {
    pub(crate) fan: usize,
    pub(crate) shard: usize,
    /// What the fan did, for reports.
    pub(crate) name: &'static str,
    pub(crate) deeds: &'static [Deed],
    /// The fields as JSON, the same with each try.
    pub(crate) fields: String,
    pub(crate) key: String,
    pub(crate) kind: String,
    pub(crate) msg_id: Option<String>,
    /// The try that WeChat waits for; none once it has its answer or gave up.
    pub(crate) trying: Option<u8>,
    /// What left the shard as its answer, and where the ledger had it then.
    pub(crate) acknowledged: Option<(i64, Answer)>,
}

/// How often fans do it, in words and in WeChat's fields, and what it allows the account.
type Act = (
    u64,
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [Deed],
);

/// What fans do.
const ACTS: &[Act] = &[
    (
        6,
        "writes GO",
        &[("MsgType", "text"), ("Content", "GO")],
        &[Deed::Message],
    ),
    (
        2,
        "opens the menu",
        &[("MsgType", "text"), ("Content", "menu")],
        &[Deed::Message],
    ),
    (
        3,
        "chooses 1",
        &[("MsgType", "text"), ("Content", "1")],
        &[Deed::Message],
    ),
    (
        4,
        "asks for a parcel",
        &[("MsgType", "text"), ("Content", "查物流 12345")],
        &[Deed::Message],
    ),
    (
        6,
        "wants a card",
        &[("MsgType", "text"), ("Content", "CARD")],
        &[Deed::Message],
    ),
    (
        3,
        "gives a mark",
        &[("MsgType", "text"), ("Content", "5")],
        &[Deed::Message],
    ),
    (
        2,
        "has had enough of it",
        &[("MsgType", "text"), ("Content", "enough")],
        &[Deed::Message],
    ),
    (
        3,
        "writes what nothing answers",
        &[("MsgType", "text"), ("Content", "it broke")],
        &[Deed::Message],
    ),
    (
        3,
        "wants a person",
        &[("MsgType", "text"), ("Content", "人工")],
        &[Deed::Message],
    ),
    (
        1,
        "wants no pushes",
        &[("MsgType", "text"), ("Content", "退订")],
        &[Deed::Message],
    ),
    (
        1,
        "sends a picture",
        &[
            ("MsgType", "image"),
            ("PicUrl", "http://p"),
            ("MediaId", "m"),
        ],
        &[Deed::Message],
    ),
    (
        2,
        "taps HELP",
        &[
            ("MsgType", "event"),
            ("Event", "CLICK"),
            ("EventKey", "HELP"),
        ],
        &[Deed::Tap],
    ),
    (
        4,
        "taps CARD",
        &[
            ("MsgType", "event"),
            ("Event", "CLICK"),
            ("EventKey", "CARD"),
        ],
        &[Deed::Tap],
    ),
    (
        2,
        "follows",
        &[("MsgType", "event"), ("Event", "subscribe")],
        &[Deed::Follow],
    ),
    (
        2,
        "follows at counter 1",
        &[
            ("MsgType", "event"),
            ("Event", "subscribe"),
            ("EventKey", "qrscene_counter-1"),
            ("Ticket", "t"),
        ],
        &[Deed::Follow, Deed::Scan],
    ),
    (
        2,
        "unfollows",
        &[("MsgType", "event"), ("Event", "unsubscribe")],
        &[],
    ),
    (
        1,
        "scans counter 1",
        &[
            ("MsgType", "event"),
            ("Event", "SCAN"),
            ("EventKey", "counter-1"),
            ("Ticket", "t"),
        ],
        &[Deed::Scan],
    ),
];

impl World<'_> {
    pub(crate) fn fan_acts(&mut self) {
        if self.acts_left == 0 {
            return;
        }
        self.acts_left -= 1;
        let fan = self.dice.below(self.fans.len() as u64) as usize;
        let mut ticket = self.dice.below(ACTS.iter().map(|act| act.0).sum());
        let (_, name, fields, deeds) = ACTS
            .iter()
            .find(|act| {
                let found = ticket < act.0;
                ticket = ticket.saturating_sub(act.0);
                found
            })
            .expect("the ticket is one of all");
        let number = self.callbacks.len();
        let openid = self.fans[fan].openid.clone();
        let mut all = Fields::new();
        all.insert("ToUserName", "gh_account");
        all.insert("FromUserName", openid.as_str());
        all.insert("CreateTime", (self.now / 1000).to_string().as_str());
        for (field, value) in *fields {
            all.insert(*field, *value);
        }
        if fields[0].1 != "event" {
            all.insert(
                "MsgId",
                (7_000_000_000_000_000_000 + number as u64)
                    .to_string()
                    .as_str(),
            );
        }
        // Tells this callback from all others, whatever fandesk makes of it.
        all.insert("Number", number.to_string().as_str());
        let inbound = Inbound::from_fields(all.clone()).expect("a callback has its fields");
        self.callbacks.push(Callback {
            fan,
            shard: self.shard_of(&openid),
            name,
            deeds,
            key: inbound.message_key().to_string(),
            kind: inbound.kind(),
            msg_id: inbound.msg_id().map(str::to_owned),
            fields: serde_json::to_string(&all).expect("fields are JSON"),
            trying: None,
            acknowledged: None,
        });
        match *name {
            "unfollows" => self.fans[fan].follows = false,
            "follows" | "follows at counter 1" => self.fans[fan].follows = true,
            _ => {}
        }
        for deed in *deeds {
            self.fans[fan].deeds.did(*deed, self.now);
        }
        self.note(format_args!("fan {fan} {name}: callback {number}"));
        self.after(
            0,
            Step::Try {
                callback: number,
                nth: 1,
            },
        );
        let pause = self.dice.below(self.pause as u64) as i64;
        // Bursts: some deeds follow at once.
        let pause = if self.dice.chance(300) {
            pause / 100
        } else {
            pause
        };
        self.after(pause, Step::FanActs);
    }

    pub(crate) fn wechat_tries(&mut self, callback: usize, nth: u8) {
        self.callbacks[callback].trying = Some(nth);
        self.after(PATIENCE_MS, Step::TimedOut { callback, nth });
        if self.strikes(Fault::CallbackLost) {
            self.note(format_args!("try {nth} of callback {callback} gets lost"));
            return;
        }
        let wait = self.callback_takes();
        self.after(wait, Step::Arrive { callback, nth });
    }

    /// The answer sets out for WeChat.
    pub(crate) fn answer_leaves(&mut self, callback: usize, nth: u8, ok: bool) {
        if self.strikes(Fault::CallbackLost) {
            self.note(format_args!(
                "the answer to try {nth} of callback {callback} gets lost"
            ));
            return;
        }
        let wait = self.callback_takes();
        self.after(wait, Step::Answered { callback, nth, ok });
    }

    fn callback_takes(&mut self) -> i64 {
        if self.strikes(Fault::CallbackSlow) {
            self.dice.between(1_000, 9_000)
        } else {
            self.dice.between(1, 40)
        }
    }

    pub(crate) fn wechat_reads(&mut self, callback: usize, nth: u8, ok: bool) {
        if self.callbacks[callback].trying != Some(nth) {
            return;
        }
        if ok {
            self.callbacks[callback].trying = None;
            self.tally.answered += 1;
            self.note(format_args!("WeChat has the answer to callback {callback}"));
        } else {
            self.try_again(callback, nth);
        }
    }

    pub(crate) fn wechat_waited(&mut self, callback: usize, nth: u8) {
        if self.callbacks[callback].trying == Some(nth) {
            self.try_again(callback, nth);
        }
    }

    fn try_again(&mut self, callback: usize, nth: u8) {
        if nth < TRIES {
            self.tally.retries += 1;
            self.note(format_args!("WeChat tries callback {callback} again"));
            self.after(
                1,
                Step::Try {
                    callback,
                    nth: nth + 1,
                },
            );
        } else {
            self.callbacks[callback].trying = None;
            self.tally.gave_up += 1;
            self.note(format_args!("WeChat gives callback {callback} up"));
        }
    }
}
