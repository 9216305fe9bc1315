//! WeChat's own figures of an account, a day at a time, from the next morning (8 o'clock in China).

use std::fmt;

use serde_json::json;

use super::invalid::{CallDefect, InvalidCall};
use super::json::{FromJson, answers};
use super::{Answer, Call, Request};

/// A day of the calendar in China.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// A day that there is.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Day> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days)
            .contains(&day)
            .then_some(Day { year, month, day })
    }

    /// Days since a day in the distant past, to count between two.
    fn number(self) -> u64 {
        // Years begin in March, so that the leap day is the last; 153 days are 5 months from there.
        let (year, month) = (u64::from(self.year), u64::from(self.month));
        let (years, months) = match month {
            0..=2 => (year.saturating_sub(1), month.saturating_add(9)),
            _ => (year, month.saturating_sub(3)),
        };
        let leaps = (years / 4)
            .saturating_sub(years / 100)
            .saturating_add(years / 400);
        let days_before = months.saturating_mul(153).saturating_add(2) / 5;
        years
            .saturating_mul(365)
            .saturating_add(leaps)
            .saturating_add(days_before)
            .saturating_add(self.day.into())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            self.year, self.month, self.day
        )
    }
}

/// The first and the last day that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub begin: Day,
    /// The last.
    pub end: Day,
}

impl Days {
    /// One day.
    pub fn only(day: Day) -> Days {
        Days {
            begin: day,
            end: day,
        }
    }
}

fn ask<A: FromJson>(
    path: &'static str,
    days: Days,
    most: usize,
) -> Result<Request<Figures<A>>, InvalidCall> {
    let span = days.end.number().checked_sub(days.begin.number());
    let span =
        span.ok_or_else(|| CallDefect::Not("the last day is before the first").of("end_date"))?;
    let count = usize::try_from(span)
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    if count > most {
        let least = 1;
        return Err(CallDefect::Count { count, least, most }.of("end_date"));
    }
    let (begin, end) = (days.begin.to_string(), days.end.to_string());
    let body = json!({ "begin_date": begin, "end_date": end });
    Ok(Request::of(Call::post(path, &body)))
}

/// A list of figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures<A> {
    /// One for each day, hour, source or article that there is something to say of.
    pub list: Vec<A>,
}

impl<A: FromJson> Answer for Figures<A> {
    fn read(response: super::Response) -> Result<Self, super::CallFailure> {
        let mut members = response.into_json()?;
        let list = super::json::field(&mut members, "list")?;
        Ok(Figures { list })
    }
}

/// One function for each table: its path, and the days of one call.
macro_rules! tables {
    ($($(#[$about:meta])* $name:ident = $path:literal, $days:literal, $answer:ident;)*) => {$(
        $(#[$about])*
        ///
        #[doc = concat!("Limits: ", $days, " days a call.")]
        ///
        /// # Errors
        /// More days, or a last day before the first.
        pub fn $name(days: Days) -> Result<Request<Figures<$answer>>, InvalidCall> {
            ask($path, days, $days)
        }
    )*};
}

tables! {
    /// Asks how many fans came and went, by source.
    user_summary = "/datacube/getusersummary", 7, UserSummary;
    /// Asks how many fans there were in all.
    user_cumulate = "/datacube/getusercumulate", 7, UserCumulate;
    /// Asks for the figures of the articles sent on a day.
    article_summary = "/datacube/getarticlesummary", 1, ArticleSummary;
    /// Asks for the figures of the articles sent on a day, added up over the week after it.
    article_total = "/datacube/getarticletotal", 1, ArticleTotal;
    /// Asks how articles were read.
    user_read = "/datacube/getuserread", 3, Reading;
    /// Asks how articles were read, by the hour.
    user_read_hour = "/datacube/getuserreadhour", 1, Reading;
    /// Asks how articles were shared.
    user_share = "/datacube/getusershare", 7, Sharing;
    /// Asks how articles were shared, by the hour.
    user_share_hour = "/datacube/getusersharehour", 1, Sharing;
    /// Asks how many messages fans sent, by kind.
    upstream_msg = "/datacube/getupstreammsg", 7, UpstreamMessages;
    /// Asks how many messages fans sent, by the hour.
    upstream_msg_hour = "/datacube/getupstreammsghour", 1, UpstreamMessages;
    /// Asks how many messages fans sent, by the week.
    upstream_msg_week = "/datacube/getupstreammsgweek", 30, UpstreamMessages;
    /// Asks how many messages fans sent, by the month.
    upstream_msg_month = "/datacube/getupstreammsgmonth", 30, UpstreamMessages;
    /// Asks how many fans sent how many messages.
    upstream_msg_dist = "/datacube/getupstreammsgdist", 15, UpstreamDistribution;
    /// Asks how many fans sent how many messages, by the week.
    upstream_msg_dist_week = "/datacube/getupstreammsgdistweek", 30, UpstreamDistribution;
    /// Asks how many fans sent how many messages, by the month.
    upstream_msg_dist_month = "/datacube/getupstreammsgdistmonth", 30, UpstreamDistribution;
    /// Asks how often the server URL was called, failed and how long it took.
    interface_summary = "/datacube/getinterfacesummary", 30, InterfaceFigures;
    /// Asks how often the server URL was called, failed and how long it took, by the hour.
    interface_summary_hour = "/datacube/getinterfacesummaryhour", 1, InterfaceFigures;
}

answers! {
    /// Fans who came and went on a day, from one source.
    pub struct UserSummary {
        /// The day.
        pub ref_date: String,
        /// 0 others, 1 search, 17 a shared card, 30 a QR code, 51 after a payment, 57 the name in an article, and newer ones.
        pub user_source: u64,
        /// Came.
        pub new_user: u64,
        /// Went.
        pub cancel_user: u64,
    }

    /// Fans in all at the end of a day.
    pub struct UserCumulate {
        /// The day.
        pub ref_date: String,
        /// How many.
        pub cumulate_user: u64,
    }

    /// The figures of an article on one day.
    pub struct ArticleSummary {
        /// The day.
        pub ref_date: String,
        /// The send's `msg_data_id`, `_`, and the article's place from 1.
        pub msgid: String,
        /// Its title.
        pub title: String,
        /// People who opened the article.
        pub int_page_read_user: u64,
        /// How often it was opened.
        pub int_page_read_count: u64,
        /// People who opened "阅读原文".
        pub ori_page_read_user: u64,
        /// How often that was opened.
        pub ori_page_read_count: u64,
        /// People who shared it.
        pub share_user: u64,
        /// How often it was shared.
        pub share_count: u64,
        /// People who kept it.
        pub add_to_fav_user: u64,
        /// How often it was kept.
        pub add_to_fav_count: u64,
    }

    /// The figures of an article since it was sent.
    pub struct ArticleTotal {
        /// The day on which it was sent.
        pub ref_date: String,
        /// The send's `msg_data_id`, `_`, and the article's place from 1.
        pub msgid: String,
        /// Its title.
        pub title: String,
        /// Added up to each of the days after it.
        pub details: Vec<ArticleDay>,
    }

    /// The figures of an article up to one day.
    pub struct ArticleDay {
        /// The day.
        pub stat_date: String,
        /// Fans to whom it was sent.
        pub target_user: u64,
        /// People who opened the article.
        pub int_page_read_user: u64,
        /// How often it was opened.
        pub int_page_read_count: u64,
        /// People who opened "阅读原文".
        pub ori_page_read_user: Option<u64>,
        /// How often that was opened.
        pub ori_page_read_count: Option<u64>,
        /// People who shared it.
        pub share_user: u64,
        /// How often it was shared.
        pub share_count: u64,
        /// People who kept it.
        pub add_to_fav_user: u64,
        /// How often it was kept.
        pub add_to_fav_count: u64,
    }

    /// How articles were read on a day.
    pub struct Reading {
        /// The day.
        pub ref_date: String,
        /// 0 to 2300, by the hour only.
        pub ref_hour: Option<u64>,
        /// 0 conversation, 1 friend, 2 Moments, 4 history, 5 others, 99999999 all; not for every account.
        pub user_source: Option<u64>,
        /// People who opened articles.
        pub int_page_read_user: u64,
        /// How often they were opened.
        pub int_page_read_count: u64,
        /// People who shared them.
        pub share_user: Option<u64>,
        /// How often they were shared.
        pub share_count: Option<u64>,
    }

    /// How articles were shared on a day.
    pub struct Sharing {
        /// The day.
        pub ref_date: String,
        /// 0 to 2300, by the hour only.
        pub ref_hour: Option<u64>,
        /// 1 to a friend, 2 to Moments, 255 others.
        pub share_scene: u64,
        /// People who shared.
        pub share_user: u64,
        /// How often.
        pub share_count: u64,
    }

    /// Messages of fans.
    pub struct UpstreamMessages {
        /// The day; of a week or month the first one.
        pub ref_date: String,
        /// 0 to 2300, by the hour only.
        pub ref_hour: Option<u64>,
        /// 1 text, 2 picture, 3 voice, 4 video, 6 others.
        pub msg_type: u64,
        /// Fans who wrote.
        pub msg_user: u64,
        /// Messages.
        pub msg_count: u64,
    }

    /// How many messages fans sent.
    pub struct UpstreamDistribution {
        /// The day; of a week or month the first one.
        pub ref_date: String,
        /// 0 none, 1 for 1 to 5, 2 for 6 to 10, 3 for more.
        pub count_interval: u64,
        /// Fans.
        pub msg_user: u64,
    }

    /// How the server URL answered.
    pub struct InterfaceFigures {
        /// The day.
        pub ref_date: String,
        /// 0 to 2300, by the hour only.
        pub ref_hour: Option<u64>,
        /// Calls.
        pub callback_count: u64,
        /// Calls without a good answer.
        pub fail_count: u64,
        /// Time of all calls, in milliseconds.
        pub total_time_cost: u64,
        /// Time of the slowest, in milliseconds.
        pub max_time_cost: u64,
    }
}
