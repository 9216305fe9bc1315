//! Who moves slots: asks one shard after the other for a step, and knows what follows from each answer.
//!
//! It keeps nothing that matters: a new one begins where shard 0 says, and repeats what was done of the move under way.

use super::call::{Batch, Call, Step, Unreadable};

/// Moves slots until the layout has as many shards as are wanted. The caller carries the calls.
#[derive(Debug)]
pub struct Mover {
    wanted: u16,
    /// The next step; none when there is nothing left to do.
    step: Option<Step>,
    batch: Batch,
    /// The old shard's last event.
    last: String,
    /// The page that the old shard gave last, as it gave it.
    page: String,
}

impl Mover {
    /// One that has done nothing yet.
    #[must_use]
    pub fn towards(wanted: u16) -> Self {
        Self {
            wanted,
            step: Some(Step::Plan),
            batch: Batch::default(),
            last: String::new(),
            page: String::new(),
        }
    }

    /// What to ask next, and which shard; none when the layout is as wanted.
    #[must_use]
    pub fn next(&self) -> Option<(u16, Call)> {
        let step = self.step?;
        let Batch { from, to, .. } = self.batch;
        let (shard, more) = match step {
            Step::Plan => (0, self.wanted.to_string()),
            Step::Begin => (0, String::new()),
            Step::Note => (0, self.last.clone()),
            Step::Expect | Step::Arrive => (to, String::new()),
            Step::Take => (to, self.page.clone()),
            Step::Page => (from, self.page_number().to_owned()),
            _ => (from, String::new()),
        };
        let batch = self.batch.clone();
        Some((shard, Call { step, batch, more }))
    }

    /// Takes the answer to [`Mover::next`].
    ///
    /// # Errors
    /// When it is no answer to that; begin with a new mover.
    pub fn heard(&mut self, answer: String) -> Result<(), Unreadable> {
        self.step = match self.step {
            Some(Step::Plan) if answer.is_empty() => None,
            Some(Step::Plan) => {
                self.batch = answer.parse()?;
                Some(Step::Prepare)
            }
            Some(Step::Prepare) if answer.is_empty() => Some(Step::Prepare),
            Some(Step::Prepare) if self.batch.number == 0 => {
                self.batch.slots = answer;
                Some(Step::Begin)
            }
            Some(Step::Prepare) => Some(Step::Expect),
            Some(Step::Begin) => {
                self.batch = answer.parse()?;
                Some(Step::Expect)
            }
            Some(Step::Expect) => Some(Step::HandOver),
            Some(Step::HandOver) => {
                self.last = answer;
                self.page.clear();
                Some(Step::Page)
            }
            Some(Step::Page) if answer.is_empty() => Some(Step::Note),
            Some(Step::Page) => {
                self.page = answer;
                Some(Step::Take)
            }
            Some(Step::Take) => Some(Step::Page),
            Some(Step::Note) => Some(Step::Arrive),
            Some(Step::Arrive) => Some(Step::LetGo),
            Some(Step::LetGo) => Some(Step::Plan),
            _ => return Err(Unreadable),
        };
        Ok(())
    }

    fn page_number(&self) -> &str {
        self.page.split(' ').next().unwrap_or_default()
    }
}
