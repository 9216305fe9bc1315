//! WeChat's own figures.

use serde_json::json;
use wechat::api::{
    ErrCode,
    datacube::{self, Day, Days, Figures, UpstreamDistribution, UpstreamMessages, UserSummary},
};
use wechat_sim::{
    api::limits::day,
    clock::{civil, now},
};

use super::{Account, FAN, OTHER};

const DAY_MS: u64 = 86_400_000;

/// So many days from today, in China.
fn date(from_today: i64) -> Day {
    let (year, month, day) = civil(i64::try_from(day(now())).unwrap() + from_today);
    let (year, month, day) = (year.try_into(), month.try_into(), day.try_into());
    Day::new(year.unwrap(), month.unwrap(), day.unwrap()).unwrap()
}

fn days(from: i64, to: i64) -> Days {
    Days {
        begin: date(from),
        end: date(to),
    }
}

/// An account three days after a day on which two came, one left, and one wrote.
async fn later() -> Account {
    let account = Account::new().await;
    account.act(FAN, "follow", json!({})).await;
    account.act(OTHER, "scan", json!({ "scene": "door" })).await;
    account.stage.say("GO").await;
    account.stage.say("GO").await;
    account.act(OTHER, "unfollow", json!({})).await;
    account.let_pass(3 * DAY_MS).await;
    account
}

#[tokio::test]
async fn who_came_and_went_is_read_with_the_way_they_came() {
    let account = later().await;
    let Figures { list } = account.call(datacube::user_summary(days(-6, 0))).await;
    let line = |user_source, new_user, cancel_user| UserSummary {
        ref_date: date(0).to_string(),
        user_source,
        new_user,
        cancel_user,
    };
    assert_eq!(list, [line(1, 1, 0), line(30, 1, 1)]);
    let all = account
        .call(datacube::user_cumulate(days(-5, 1)))
        .await
        .list;
    let counts: Vec<u64> = all.iter().map(|day| day.cumulate_user).collect();
    assert_eq!(counts, [0, 0, 0, 0, 0, 1, 1]);
}

#[tokio::test]
async fn messages_are_read_by_kind_and_hour() {
    let account = later().await;
    let by_day = account.call(datacube::upstream_msg(days(-6, 0))).await.list;
    assert_eq!(
        (by_day[0].msg_type, by_day[0].msg_user, by_day[0].msg_count),
        (1, 1, 2)
    );
    assert_eq!(by_day[0].ref_hour, None);
    let by_hour = account
        .call(datacube::upstream_msg_hour(Days::only(date(0))))
        .await
        .list;
    assert!(
        by_hour
            .iter()
            .all(|line| line.ref_hour.is_some_and(|hour| hour <= 2300))
    );
    assert_eq!(by_hour.iter().map(|line| line.msg_count).sum::<u64>(), 2);
}

#[tokio::test]
async fn messages_are_read_by_week_and_month_once_these_are_over() {
    let account = later().await;
    account.let_pass(37 * DAY_MS).await;
    // Seven days have one Monday, and a month has one first.
    let mut weeks = account.call(datacube::upstream_msg_week(days(-6, 0))).await;
    let of_month = date(0).to_string().split_off("2026-11-".len());
    let first = Days::only(date(1 - of_month.parse::<i64>().unwrap()));
    let mut months = account.call(datacube::upstream_msg_month(first)).await;
    let line = |ref_date: String| UpstreamMessages {
        ref_date,
        ref_hour: None,
        msg_type: 1,
        msg_user: 1,
        msg_count: 2,
    };
    let week = weeks.list.pop().unwrap();
    assert!(weeks.list.is_empty());
    let mondays: Vec<i64> = (-6..=0)
        .filter(|from| date(*from).to_string() == week.ref_date)
        .collect();
    assert_eq!(mondays.len(), 1, "{}", week.ref_date);
    assert_eq!(week, line(week.ref_date.clone()));
    assert_eq!(months.list.pop(), Some(line(first.begin.to_string())));
    assert!(months.list.is_empty());
    let fans = |ref_date: &str| UpstreamDistribution {
        ref_date: ref_date.to_owned(),
        count_interval: 1,
        msg_user: 1,
    };
    let by_week = account.call(datacube::upstream_msg_dist_week(days(-6, 0)));
    assert_eq!(by_week.await.list, [fans(&week.ref_date)]);
    let by_month = account.call(datacube::upstream_msg_dist_month(first));
    assert_eq!(by_month.await.list, [fans(&first.begin.to_string())]);
    let by_day = account.call(datacube::upstream_msg_dist(days(-14, 0)));
    assert_eq!(by_day.await.list, [fans(&date(0).to_string())]);
}

#[tokio::test]
async fn the_servers_answers_are_read_by_day_and_hour() {
    let account = later().await;
    let by_day = account
        .call(datacube::interface_summary(days(-29, 0)))
        .await
        .list;
    assert_eq!((by_day[0].callback_count, by_day[0].fail_count), (5, 0));
    assert!(by_day[0].max_time_cost <= by_day[0].total_time_cost);
    let by_hour = account
        .call(datacube::interface_summary_hour(Days::only(date(0))))
        .await
        .list;
    assert_eq!(
        by_hour.iter().map(|line| line.callback_count).sum::<u64>(),
        5
    );
    assert!(by_hour.iter().all(|line| line.ref_hour.is_some()));
}

#[tokio::test]
async fn of_articles_which_nobody_reads_here_there_is_nothing() {
    let account = later().await;
    let today = Days::only(date(0));
    assert!(
        account
            .call(datacube::article_summary(today))
            .await
            .list
            .is_empty()
    );
    assert!(
        account
            .call(datacube::article_total(today))
            .await
            .list
            .is_empty()
    );
    assert!(
        account
            .call(datacube::user_read(days(-2, 0)))
            .await
            .list
            .is_empty()
    );
    assert!(
        account
            .call(datacube::user_read_hour(today))
            .await
            .list
            .is_empty()
    );
    assert!(
        account
            .call(datacube::user_share(days(-6, 0)))
            .await
            .list
            .is_empty()
    );
    assert!(
        account
            .call(datacube::user_share_hour(today))
            .await
            .list
            .is_empty()
    );
}

#[tokio::test]
async fn figures_of_a_day_that_is_not_over_are_not_there_yet() {
    let account = Account::new().await;
    const NOT_YET: ErrCode = ErrCode::Other(61503);
    let today = Days::only(date(1));
    assert_eq!(
        account.refused(datacube::user_summary(today)).await,
        NOT_YET
    );
    assert_eq!(
        account.refused(datacube::article_total(today)).await,
        NOT_YET
    );
    assert_eq!(
        account.refused(datacube::upstream_msg(today)).await,
        NOT_YET
    );
    for dist in [
        datacube::upstream_msg_dist(today),
        datacube::upstream_msg_dist_week(today),
        datacube::upstream_msg_dist_month(today),
    ] {
        assert_eq!(account.refused(dist).await, NOT_YET);
    }
    for messages in [
        datacube::upstream_msg_week(today),
        datacube::upstream_msg_month(today),
    ] {
        assert_eq!(account.refused(messages).await, NOT_YET);
    }
    assert_eq!(
        account
            .refused(datacube::interface_summary_hour(today))
            .await,
        NOT_YET
    );
}
