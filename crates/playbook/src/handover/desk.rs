//! What a fan is told who is with fandesk's own desk, and when they get there and leave.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::command::{Command, Commands};
use crate::mistake::Refusal;
use crate::reply::{self, Reply, Setting};
use crate::source::{Node, Table};
use crate::text::{Text, normalise};
use wechat::reply::MAX_TEXT_BYTES;

const REPLY: &str =
    "正在为您转接人工客服，请稍候。\nConnecting you with our team, one moment please.";
const POSITION: &str = "正在为您排队，稍后告诉您前面还有几位。\nYou are in the queue; we will tell you your place in a moment.";
const ENDED: &str = "本次人工服务已结束，感谢您的来访。需要时请再发送“人工”。\nThis conversation has ended. Send 人工 whenever you need us again.";
const ASK: &str = "请为本次服务打分：\nPlease rate this conversation:";
const THANKS: &str = "感谢您的评价！\nThank you for your rating!";

/// The word that ends a conversation, where the document names none.
const END: &str = "结束服务";

/// How long a conversation may be reopened, where the document does not say.
const REOPEN_DAYS: u64 = 7;
const REOPEN_DAYS_ALLOWED: RangeInclusive<i64> = 0..=90;

const AFTER_ALLOWED: RangeInclusive<i64> = 1..=20;
const PER_MINUTE_ALLOWED: RangeInclusive<i64> = 1..=10_000;
const PER_MINUTE: i64 = 60;

/// Bytes of the question that stands above the marks; the rest of a text's room is theirs.
const MAX_ASK_BYTES: usize = MAX_TEXT_BYTES / 2;

/// What the playbook says of the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desk {
    /// What a fan is told who is handed over, or whose conversation is reopened.
    pub reply: Reply,
    /// What a fan is told who asks again for a person while they wait; their place in the queue follows.
    pub position: Reply,
    /// What a fan is told who ended the conversation.
    pub ended: Reply,
    /// The question above the marks from 5 to 1.
    pub ask: String,
    /// What a fan is told who gave a mark.
    pub thanks: Reply,
    /// For how long after it was resolved a conversation is reopened by a text that the playbook has no answer for.
    pub reopen_for: Duration,
    /// When texts hand over that the playbook has no answer for; never if not said.
    pub unmatched: Option<Unmatched>,
    /// In the form that texts are compared in.
    end: Vec<String>,
}

/// When texts that the playbook has no answer for hand a fan over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// With the how-manieth in a row of one fan.
    pub after: u32,
    /// How many fans a minute, over all shards.
    pub per_minute: u32,
}

impl Desk {
    /// [`Desk::reopen_for`] where the document does not say.
    pub const REOPEN_FOR: Duration = Duration::from_secs(REOPEN_DAYS * 24 * 60 * 60);

    /// Whether this text ends the conversation that the fan is in.
    #[must_use]
    pub fn ends(&self, text: &Text<'_>) -> bool {
        self.end.iter().any(|word| word == text.key())
    }

    /// The desk of a document that says nothing of it.
    pub(super) fn unwritten(commands: &Commands) -> Self {
        // A word that means something everywhere goes on meaning that.
        let end = Some(normalise(END)).filter(|word| !reserved(commands, word));
        Self {
            reply: Reply::fixed(REPLY),
            position: Reply::fixed(POSITION),
            ended: Reply::fixed(ENDED),
            ask: ASK.to_owned(),
            thanks: Reply::fixed(THANKS),
            reopen_for: Self::REOPEN_FOR,
            unmatched: None,
            end: end.into_iter().collect(),
        }
    }

    /// Reads what `[handover]` says.
    pub(super) fn compile(table: &Table<'_>, commands: &Commands) -> Result<Self, Refusal> {
        let mut desk = Self::unwritten(commands);
        for (field, reply) in [
            ("reply", &mut desk.reply),
            ("position", &mut desk.position),
            ("ended", &mut desk.ended),
            ("thanks", &mut desk.thanks),
        ] {
            if let Some(node) = table.get(field) {
                *reply = reply::compile(node, &Setting::message())?;
            }
        }
        if let Some(node) = table.get("ask") {
            desk.ask = ask(node)?;
        }
        if let Some(node) = table.get("end") {
            desk.end = node
                .list()?
                .iter()
                .map(|node| end(node, commands))
                .collect::<Result<_, _>>()?;
        }
        if let Some(node) = table.get("reopen_days") {
            let days = within(node, &REOPEN_DAYS_ALLOWED)?;
            desk.reopen_for = self::days(days.into());
        }
        desk.unmatched = table.get("unmatched").map(unmatched).transpose()?;
        Ok(desk)
    }
}

fn days(days: u64) -> Duration {
    Duration::from_secs(days.saturating_mul(24 * 60 * 60))
}

fn ask(node: &Node) -> Result<String, Refusal> {
    let ask = node.filled("question")?;
    if ask.len() > MAX_ASK_BYTES {
        let bytes = ask.len();
        return Err(node.refuse(&format!(
            "this question has {bytes} bytes, at most {MAX_ASK_BYTES} are allowed"
        )));
    }
    Ok(ask.to_owned())
}

fn end(node: &Node, commands: &Commands) -> Result<String, Refusal> {
    let key = normalise(node.filled("word")?);
    if key.is_empty() {
        return Err(node.refuse("this word is empty"));
    }
    if reserved(commands, &key) {
        return Err(node.refuse("this word is one of [commands], which goes first"));
    }
    Ok(key)
}

fn reserved(commands: &Commands, key: &str) -> bool {
    matches!(commands.anywhere(key), Some(Command::Human | Command::Stop))
}

fn unmatched(node: &Node) -> Result<Unmatched, Refusal> {
    let table = node.table(&["after", "per_minute"])?;
    let per_minute = match table.get("per_minute") {
        Some(node) => within(node, &PER_MINUTE_ALLOWED)?,
        None => u32::try_from(PER_MINUTE).unwrap_or(u32::MAX),
    };
    Ok(Unmatched {
        after: within(table.required("after")?, &AFTER_ALLOWED)?,
        per_minute,
    })
}

fn within(node: &Node, allowed: &RangeInclusive<i64>) -> Result<u32, Refusal> {
    let number = node.integer()?;
    if !allowed.contains(&number) {
        let (least, most) = (allowed.start(), allowed.end());
        return Err(node.refuse(&format!(
            "{number} is out of range: between {least} and {most}"
        )));
    }
    u32::try_from(number).map_err(|_| node.refuse("this number is too large"))
}
