//! `datacube/*`: figures of what the simulator has seen, from eight in the morning of the next day.
//!
//! Articles are not read here, so their lists are empty. A week stands at its Monday and a month at its first, and both are
//! answered once they are over, whenever that day is among those asked for (platform documentation). Who sent nothing stands in
//! no distribution (u): `count_interval` is 1, 2 or 3.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::{Value, json};

use super::{
    answer, body, fields,
    fields::Fields,
    limits::day,
    refusal::{DATA_NOT_READY, DATE_FORMAT, DATE_RANGE, Refusal},
};
use crate::{
    clock::{civil, days_of},
    platform::{Platform, spans::Span, statistics::Called},
};

/// A day's figures are ready at this hour of the next one (platform documentation).
const READY_MS: u64 = 8 * 3_600_000;

type Shared = State<Arc<Platform>>;
type Answer = Result<Response<Body>, Refusal>;

/// The routes, each with the most days that it takes at once.
pub(super) fn routes() -> Router<Arc<Platform>> {
    let mut router = Router::new()
        .route("/datacube/getusersummary", any(user_summary))
        .route("/datacube/getusercumulate", any(user_cumulate))
        .route("/datacube/getupstreammsghour", any(messages_by_hour))
        .route("/datacube/getinterfacesummary", any(interface))
        .route("/datacube/getinterfacesummaryhour", any(interface_by_hour));
    for (path, span, most) in [
        ("/datacube/getupstreammsg", Span::Day, 7),
        ("/datacube/getupstreammsgweek", Span::Week, 30),
        ("/datacube/getupstreammsgmonth", Span::Month, 30),
    ] {
        let sent = move |State(platform): Shared, headers: HeaderMap, body: Bytes| async move {
            messages(&platform, &headers, &body, span, most)
        };
        router = router.route(path, any(sent));
    }
    for (path, span, most) in [
        ("/datacube/getupstreammsgdist", Span::Day, 15),
        ("/datacube/getupstreammsgdistweek", Span::Week, 30),
        ("/datacube/getupstreammsgdistmonth", Span::Month, 30),
    ] {
        let fans = move |State(platform): Shared, headers: HeaderMap, body: Bytes| async move {
            distribution(&platform, &headers, &body, span, most)
        };
        router = router.route(path, any(fans));
    }
    for (path, most) in [
        ("/datacube/getarticlesummary", 1),
        ("/datacube/getarticletotal", 1),
        ("/datacube/getuserread", 3),
        ("/datacube/getuserreadhour", 1),
        ("/datacube/getusershare", 7),
        ("/datacube/getusersharehour", 1),
    ] {
        let nothing = move |State(platform): Shared, headers: HeaderMap, body: Bytes| async move {
            days(&platform, &headers, &body, most).map(|_| listed(Vec::new()))
        };
        router = router.route(path, any(nothing));
    }
    router
}

/// The days asked for.
fn days(
    platform: &Platform,
    headers: &HeaderMap,
    body: &[u8],
    most: u64,
) -> Result<std::ops::RangeInclusive<u64>, Refusal> {
    let body = body::read(headers, body)?;
    let (begin, end) = (date(&body, "begin_date")?, date(&body, "end_date")?);
    if end < begin || end - begin >= most {
        return Err(DATE_RANGE.because(format!("1 to {most} days")));
    }
    if end >= not_ready(platform) {
        return Err(DATA_NOT_READY.because("a day's figures are ready at 8 of the next"));
    }
    Ok(begin..=end)
}

/// The first day of which there are no figures yet.
fn not_ready(platform: &Platform) -> u64 {
    day(platform.now().saturating_sub(READY_MS))
}

fn date(body: &Fields, name: &str) -> Result<u64, Refusal> {
    let text = fields::optional(body, name)?;
    let wrong = || DATE_FORMAT.because(format!("{name} is a date like 2026-11-26"));
    let parts = text
        .split('-')
        .map(|part| part.parse::<u32>().ok())
        .collect::<Option<Vec<_>>>();
    match parts.as_deref() {
        Some([year, month, day]) if text.len() == "2026-11-26".len() => {
            let days = days_of(i64::from(*year), u64::from(*month), u64::from(*day));
            days.and_then(|days| u64::try_from(days).ok())
                .ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

fn shown(day: u64) -> String {
    let (year, month, day) = civil(i64::try_from(day).unwrap_or_default());
    format!("{year:04}-{month:02}-{day:02}")
}

fn listed(list: Vec<Value>) -> Response<Body> {
    answer(&json!({ "list": list }))
}

async fn user_summary(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let days = days(&platform, &headers, &body, 7)?;
    let statistics = platform.statistics();
    let mut list = Vec::new();
    for day in days {
        for (source, (new, gone)) in statistics
            .day(day)
            .into_iter()
            .flat_map(|day| &day.followers)
        {
            list.push(json!({
                "ref_date": shown(day), "user_source": source, "new_user": new, "cancel_user": gone,
            }));
        }
    }
    Ok(listed(list))
}

async fn user_cumulate(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let days = days(&platform, &headers, &body, 7)?;
    let statistics = platform.statistics();
    let one = |day: u64| json!({ "ref_date": shown(day), "user_source": 0, "cumulate_user": statistics.cumulated(day) });
    Ok(listed(days.map(one).collect()))
}

fn messages(
    platform: &Platform,
    headers: &HeaderMap,
    body: &[u8],
    span: Span,
    most: u64,
) -> Answer {
    let days = days(platform, headers, body, most)?;
    let not_ready = not_ready(platform);
    let statistics = platform.statistics();
    let mut list = Vec::new();
    for (first, messages) in statistics.messages(span, days) {
        if span.last(first) < not_ready {
            list.extend(messages.sent.iter().map(|(sort, sent)| {
                json!({
                    "ref_date": shown(first), "msg_type": sort.number(),
                    "msg_user": sent.users, "msg_count": sent.count,
                })
            }));
        }
    }
    Ok(listed(list))
}

fn distribution(
    platform: &Platform,
    headers: &HeaderMap,
    body: &[u8],
    span: Span,
    most: u64,
) -> Answer {
    let days = days(platform, headers, body, most)?;
    let not_ready = not_ready(platform);
    let statistics = platform.statistics();
    let mut list = Vec::new();
    for (first, messages) in statistics.messages(span, days) {
        if span.last(first) < not_ready {
            list.extend(messages.fans.iter().map(|(interval, fans)| {
                json!({ "ref_date": shown(first), "count_interval": interval, "msg_user": fans })
            }));
        }
    }
    Ok(listed(list))
}

async fn messages_by_hour(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let days = days(&platform, &headers, &body, 1)?;
    let statistics = platform.statistics();
    let mut list = Vec::new();
    for day in days {
        let known = statistics.day(day).into_iter();
        for ((hour, sort), sent) in known.flat_map(|day| &day.sent_by_hour) {
            list.push(json!({
                "ref_date": shown(day), "ref_hour": hour * 100, "msg_type": sort.number(),
                "msg_user": sent.users, "msg_count": sent.count,
            }));
        }
    }
    Ok(listed(list))
}

fn called(day: u64, hour: Option<u64>, called: &Called) -> Value {
    let mut line = json!({
        "ref_date": shown(day), "callback_count": called.count, "fail_count": called.failed,
        "total_time_cost": called.total_ms, "max_time_cost": called.longest_ms,
    });
    if let (Some(hour), Value::Object(fields)) = (hour, &mut line) {
        fields.insert("ref_hour".to_owned(), (hour * 100).into());
    }
    line
}

async fn interface(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let days = days(&platform, &headers, &body, 30)?;
    let statistics = platform.statistics();
    let mut list = Vec::new();
    for day in days {
        let mut whole = Called::default();
        for part in statistics
            .day(day)
            .into_iter()
            .flat_map(|day| day.called.values())
        {
            whole.count += part.count;
            whole.failed += part.failed;
            whole.total_ms += part.total_ms;
            whole.longest_ms = whole.longest_ms.max(part.longest_ms);
        }
        if whole.count > 0 {
            list.push(called(day, None, &whole));
        }
    }
    Ok(listed(list))
}

async fn interface_by_hour(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let days = days(&platform, &headers, &body, 1)?;
    let statistics = platform.statistics();
    let mut list = Vec::new();
    for day in days {
        for (hour, part) in statistics.day(day).into_iter().flat_map(|day| &day.called) {
            list.push(called(day, Some(*hour), part));
        }
    }
    Ok(listed(list))
}
