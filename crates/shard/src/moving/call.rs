//! What the mover asks shards, as one text: `<step> <number> <from> <to> <slots> <more>`.

use std::fmt;
use std::str::FromStr;

/// Some slots on their way from one shard to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The number of the move, from 1; 0 before shard 0 has noted it.
    pub number: i64,
    /// The shard that keeps them.
    pub from: u16,
    /// The shard that shall.
    pub to: u16,
    /// Their numbers, as a JSON array, which is how statements take them.
    pub slots: String,
}

/// A step of a move, or a question about moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To shard 0: the move of this number is over, so many shards are wanted (`more`). Answered with the next batch, if any.
    Plan,
    /// To the old shard: find out who is in these slots. Answered with those that may move together, or nothing: ask again.
    Prepare,
    /// To shard 0: note this batch. Answered with the batch that is under way, with its number.
    Begin,
    /// To the new shard: these slots will come.
    Expect,
    /// To the old shard: these slots leave. Answered with its last event.
    HandOver,
    /// To the old shard: the page after page `more`. Answered with its number, name and body, or nothing behind the last.
    Page,
    /// To the new shard: a page, as [`Step::Page`] gave it.
    Take,
    /// To shard 0: the slots are with the new shard; `more` is the old one's last event.
    Note,
    /// To the new shard: all pages are there.
    Arrive,
    /// To the old shard: the slots have arrived.
    LetGo,
    /// To shard 0: where slot `more` was, in order: `<shard>:<last event>` each, and the shard where it is.
    History,
    /// To any: people who were erased here and whom other shards may have events of, as a JSON array of `fan_ref`s, or nothing.
    Erased,
    /// To any: these people (`more`) were erased.
    Forget,
    /// To the one that named them: all shards know of these (`more`).
    Told,
}

impl Step {
    const NAMES: [(Self, &'static str); 14] = [
        (Self::Plan, "plan"),
        (Self::Prepare, "prepare"),
        (Self::Begin, "begin"),
        (Self::Expect, "expect"),
        (Self::HandOver, "hand-over"),
        (Self::Page, "page"),
        (Self::Take, "take"),
        (Self::Note, "note"),
        (Self::Arrive, "arrive"),
        (Self::LetGo, "let-go"),
        (Self::History, "history"),
        (Self::Erased, "erased"),
        (Self::Forget, "forget"),
        (Self::Told, "told"),
    ];

    /// Whether a shard answers about other slots after it than before.
    #[must_use]
    pub fn changes_slots(self) -> bool {
        matches!(self, Self::Expect | Self::HandOver | Self::Arrive)
    }
}

/// A step, for which slots, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What to do.
    pub step: Step,
    /// With which slots.
    pub batch: Batch,
    /// What else the step needs.
    pub more: String,
}

impl Call {
    /// A call that is about no batch.
    #[must_use]
    pub fn about(step: Step, more: impl Into<String>) -> Self {
        Self {
            step,
            batch: Batch::default(),
            more: more.into(),
        }
    }
}

/// Not what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a step of a move, or the answer to one, is unreadable")]
pub struct Unreadable;

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            from,
            to,
            slots,
        } = self;
        write!(f, "{number} {from} {to} {slots}")
    }
}

impl FromStr for Batch {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let mut words = text.splitn(4, ' ');
        let mut word = || words.next().ok_or(Unreadable);
        Ok(Self {
            number: word()?.parse().map_err(|_| Unreadable)?,
            from: word()?.parse().map_err(|_| Unreadable)?,
            to: word()?.parse().map_err(|_| Unreadable)?,
            slots: word()?.to_owned(),
        })
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Step::NAMES.iter().find(|(step, _)| *step == self.step);
        let name = name.map_or("", |(_, name)| name);
        write!(f, "{name} {} {}", self.batch, self.more)
    }
}

impl FromStr for Call {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let (name, rest) = text.split_once(' ').ok_or(Unreadable)?;
        let step = Step::NAMES.iter().find(|(_, known)| *known == name);
        // The batch has four words, so what comes behind the fourth is more.
        let end = rest
            .match_indices(' ')
            .nth(3)
            .map(|(at, _)| at)
            .ok_or(Unreadable)?;
        let (batch, more) = rest.split_at_checked(end).ok_or(Unreadable)?;
        Ok(Self {
            step: step.ok_or(Unreadable)?.0,
            batch: batch.parse()?,
            more: more.strip_prefix(' ').unwrap_or_default().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_reads_back() {
        let batch = Batch {
            number: 7,
            from: 0,
            to: 5,
            slots: "[1,2,4095]".to_owned(),
        };
        for (step, _) in Step::NAMES {
            for batch in [batch.clone(), Batch::default()] {
                for more in ["", "4", "3 fans [[\"a b\",\"汉 字\"]]"] {
                    let more = more.to_owned();
                    let batch = batch.clone();
                    let call = Call { step, batch, more };
                    assert_eq!(call.to_string().parse(), Ok(call));
                }
            }
        }
    }

    #[test]
    fn what_is_no_call_is_refused() {
        for text in ["", "plan", "plan 1 2 3", "fly 1 2 3 [] ", "plan x 2 3 [] "] {
            assert_eq!(text.parse::<Call>(), Err(Unreadable), "{text}");
        }
    }
}
