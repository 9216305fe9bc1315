//! The life of a conversation, as one table.

/// Where a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Handed over, and not yet with a team.
    New,
    /// With a team, whose agents have not got to it.
    Waiting,
    /// An agent has it.
    Assigned,
    /// An agent has it and waits for the fan.
    OnHold,
    /// Done, unless the fan comes back within the team's `reopen_days`.
    Resolved,
    /// The fan came back, and nobody has it yet.
    Reopened,
    /// Over.
    Closed,
}

/// What moves a conversation on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// It goes to the queue of a team.
    Routed,
    /// Somebody has it now.
    Given,
    /// Who had it gives it back, or is gone.
    GivenBack,
    /// Who has it waits for the fan.
    Held,
    /// The fan wrote, or the agent goes on.
    Resumed,
    /// An agent is done, or the fan ended it by word.
    Resolved,
    /// The fan wrote after that.
    Returned,
    /// The fan did not, for as long as they may.
    Expired,
    /// The person's data is deleted.
    Erased,
}

use State::{Assigned, Closed, New, OnHold, Reopened, Resolved, Waiting};

const TABLE: &[(State, Step, State)] = &[
    (New, Step::Routed, Waiting),
    (Waiting, Step::Routed, Waiting),
    (Reopened, Step::Routed, Waiting),
    (Assigned, Step::Routed, Waiting),
    (OnHold, Step::Routed, Waiting),
    (Waiting, Step::Given, Assigned),
    (Reopened, Step::Given, Assigned),
    (Assigned, Step::Given, Assigned),
    (OnHold, Step::Given, Assigned),
    (Assigned, Step::GivenBack, Waiting),
    (OnHold, Step::GivenBack, Waiting),
    (Assigned, Step::Held, OnHold),
    (OnHold, Step::Resumed, Assigned),
    (Waiting, Step::Resolved, Resolved),
    (Assigned, Step::Resolved, Resolved),
    (OnHold, Step::Resolved, Resolved),
    (Reopened, Step::Resolved, Resolved),
    (Resolved, Step::Returned, Reopened),
    // The shard, where fans return, was faster than the Desk's word that it is over.
    (Closed, Step::Returned, Reopened),
    (Resolved, Step::Expired, Closed),
    (New, Step::Erased, Closed),
    (Waiting, Step::Erased, Closed),
    (Assigned, Step::Erased, Closed),
    (OnHold, Step::Erased, Closed),
    (Resolved, Step::Erased, Closed),
    (Reopened, Step::Erased, Closed),
    (Closed, Step::Erased, Closed),
];

/// Where a step leads, or none when it is not taken from there.
#[must_use]
pub fn next(from: State, step: Step) -> Option<State> {
    TABLE
        .iter()
        .find(|(state, taken, _)| (*state, *taken) == (from, step))
        .map(|(_, _, to)| *to)
}

impl State {
    /// All of them, in the order of a life.
    pub const ALL: [Self; 7] = [New, Waiting, Assigned, OnHold, Resolved, Reopened, Closed];

    /// The word in tables and in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            New => "new",
            Waiting => "waiting",
            Assigned => "assigned",
            OnHold => "on_hold",
            Resolved => "resolved",
            Reopened => "reopened",
            Closed => "closed",
        }
    }

    /// Reads [`State::name`].
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a fan stands in a queue.
    #[must_use]
    pub fn queues(self) -> bool {
        matches!(self, Waiting | Reopened)
    }

    /// Whether somebody has it, which counts for their capacity.
    #[must_use]
    pub fn is_held(self) -> bool {
        matches!(self, Assigned | OnHold)
    }

    /// Whether a person speaks to the fan, or is about to.
    #[must_use]
    pub fn is_live(self) -> bool {
        !matches!(self, Resolved | Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 9] = [
        Step::Routed,
        Step::Given,
        Step::GivenBack,
        Step::Held,
        Step::Resumed,
        Step::Resolved,
        Step::Returned,
        Step::Expired,
        Step::Erased,
    ];

    #[test]
    fn every_pair_of_state_and_step_is_what_the_page_says() {
        // Rows: states in the order of a life. Columns: steps as above. `.` is refused.
        let page = [
            "new       W . . . . . . . C",
            "waiting   W A . . . R . . C",
            "assigned  W A W H . R . . C",
            "on_hold   W A W . A R . . C",
            "resolved  . . . . . . O C C",
            "reopened  W A . . . R . . C",
            "closed    . . . . . . O . C",
        ];
        for (line, state) in page.iter().zip(State::ALL) {
            let mut words = line.split_whitespace();
            assert_eq!(words.next(), Some(state.name()));
            for (word, step) in words.by_ref().zip(STEPS) {
                let wanted = match word {
                    "W" => Some(Waiting),
                    "A" => Some(Assigned),
                    "H" => Some(OnHold),
                    "R" => Some(Resolved),
                    "O" => Some(Reopened),
                    "C" => Some(Closed),
                    _ => None,
                };
                assert_eq!(next(state, step), wanted, "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn the_table_has_no_pair_twice() {
        let pairs: std::collections::BTreeSet<_> = TABLE.iter().map(|(a, b, _)| (a, b)).collect();
        assert_eq!(pairs.len(), TABLE.len());
    }

    #[test]
    fn a_state_is_read_back_by_its_name() {
        for state in State::ALL {
            assert_eq!(State::read(state.name()), Some(state));
        }
        assert_eq!(State::read("lost"), None);
    }
}
