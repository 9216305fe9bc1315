//! Mass messages: jobs by number, their client ids, and how many a month or a day are allowed.

use std::collections::{BTreeMap, HashMap};

use super::standing::Kind;
use crate::{
    api::limits::{Month, day, month},
    clock::UnixMillis,
};

/// A client id answers with its former job for so long.
const REMEMBERED_MS: u64 = 86_400_000;
/// A fan of a service account gets so many a month.
pub const MONTHLY: u8 = 4;
/// A subscription account sends one a day (u).
const DAILY: u64 = 1;

/// Where a job stands, in the platform's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Under way.
    Sending,
    /// Sent.
    Success,
    /// Taken back.
    Deleted,
}

impl Status {
    /// For `mass/get`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sending => "SENDING",
            Self::Success => "SEND_SUCCESS",
            Self::Deleted => "DELETE",
        }
    }
}

/// Why a job is not taken on.
#[derive(Debug, PartialEq, Eq)]
pub enum Unable {
    /// A job of that client id exists (45065).
    Exists(u64),
    /// The subscription account has sent today (45028).
    SentToday,
}

/// All jobs.
#[derive(Debug, Default)]
pub struct Jobs {
    jobs: BTreeMap<u64, Status>,
    by_client_id: HashMap<String, (u64, UnixMillis)>,
    today: (u64, u64),
}

impl Jobs {
    /// Takes a job on.
    pub fn begin(
        &mut self,
        client_id: &str,
        number: u64,
        kind: Kind,
        now: UnixMillis,
    ) -> Result<(), Unable> {
        self.by_client_id
            .retain(|_, (_, at)| now.saturating_sub(*at) < REMEMBERED_MS);
        if let Some((former, _)) = self.by_client_id.get(client_id) {
            return Err(Unable::Exists(*former));
        }
        let today = day(now);
        if self.today.0 != today {
            self.today = (today, 0);
        }
        if kind == Kind::Subscription {
            if self.today.1 >= DAILY {
                return Err(Unable::SentToday);
            }
            self.today.1 += 1;
        }
        self.by_client_id
            .insert(client_id.to_owned(), (number, now));
        self.jobs.insert(number, Status::Sending);
        Ok(())
    }

    /// Where a job stands.
    pub fn status(&self, number: u64) -> Option<Status> {
        self.jobs.get(&number).copied()
    }

    /// Moves a job on, unless it was taken back.
    pub fn set(&mut self, number: u64, status: Status) {
        if let Some(known) = self.jobs.get_mut(&number)
            && *known != Status::Deleted
        {
            *known = status;
        }
    }
}

/// How many mass messages a fan got this month.
#[derive(Debug, Clone, Copy, Default)]
pub struct Received {
    month: Month,
    count: u8,
}

impl Received {
    /// One more, unless the month's are used up.
    pub fn take(&mut self, now: UnixMillis) -> bool {
        let month = month(now);
        if self.month != month {
            *self = Self { month, count: 0 };
        }
        let room = self.count < MONTHLY;
        self.count += u8::from(room);
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_is_one_job_for_a_day() {
        let mut jobs = Jobs::default();
        jobs.begin("a", 1, Kind::Service, 0).unwrap();
        assert_eq!(
            jobs.begin("a", 2, Kind::Service, REMEMBERED_MS - 1),
            Err(Unable::Exists(1))
        );
        assert_eq!(jobs.begin("a", 3, Kind::Service, REMEMBERED_MS), Ok(()));
    }

    #[test]
    fn a_subscription_account_sends_once_a_day() {
        let mut jobs = Jobs::default();
        jobs.begin("a", 1, Kind::Subscription, 0).unwrap();
        assert_eq!(
            jobs.begin("b", 2, Kind::Subscription, 1),
            Err(Unable::SentToday)
        );
        assert_eq!(
            jobs.begin("b", 2, Kind::Subscription, REMEMBERED_MS),
            Ok(())
        );
    }

    #[test]
    fn a_fan_gets_four_a_month() {
        let mut received = Received::default();
        let taken = (0..5).map(|_| received.take(0)).collect::<Vec<_>>();
        assert_eq!(taken, [true, true, true, true, false]);
        assert!(received.take(31 * 86_400_000));
    }
}
