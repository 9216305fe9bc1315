//! A business system to look parcels up in: what stands behind the demo playbook's `查物流 <number>`.
//!
//! `POST /demo/logistics` takes `{"intent","captures":{"number"},"openid","request_id"}` and answers
//! `{"number","status","place","updated_at"}`, always the same for the same number, after a moment as a real system
//! would. A `request_id` seen before gets the answer it had, so that a repeated call can be told from a new one.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response, StatusCode},
    middleware,
    routing::post,
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{api::guard, clock::UnixMillis, http::document, platform::Platform};

/// A signature is good for this long.
const SIGNED_FOR_S: u64 = 300;
/// Answers remembered by `request_id`.
const REMEMBERED: usize = 100_000;
/// The number that no parcel has.
const UNKNOWN_NUMBER: &str = "00000";
const LONGEST_NUMBER: usize = 40;

/// The answer to a look-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parcel {
    number: String,
    status: &'static str,
    place: &'static str,
    /// China's time, to the minute.
    updated_at: String,
}

/// What was answered, and how often.
#[derive(Debug, Default, Serialize)]
pub struct Ledger {
    /// Look-ups answered.
    pub answered: u64,
    /// Look-ups that came again with a `request_id` seen before.
    pub repeats: u64,
    /// Calls refused for their signature.
    pub refused: u64,
    #[serde(skip)]
    by_request: HashMap<String, Parcel>,
    #[serde(skip)]
    order: VecDeque<String>,
}

impl Ledger {
    /// The answer given before, or `found` from now on.
    fn answer(&mut self, request_id: &str, found: impl FnOnce() -> Parcel) -> Parcel {
        self.answered += 1;
        if let Some(known) = self.by_request.get(request_id) {
            self.repeats += 1;
            return known.clone();
        }
        let parcel = found();
        self.by_request
            .insert(request_id.to_owned(), parcel.clone());
        self.order.push_back(request_id.to_owned());
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_request.remove(&oldest);
        }
        parcel
    }
}

#[derive(Debug, Deserialize)]
struct Lookup {
    captures: Captures,
    request_id: String,
}

#[derive(Debug, Deserialize)]
struct Captures {
    number: String,
}

/// The route, which meets faults like those of the platform.
pub fn router(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    Router::new()
        .route("/demo/logistics", post(logistics))
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(platform),
            guard::faults,
        ))
}

async fn logistics(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let settings = platform.settings();
    if let Some(secret) = &settings.demo_secret {
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let (timestamp, signature) = (header("x-fandesk-timestamp"), header("x-fandesk-signature"));
        if let Err(why) = verify(secret, timestamp, signature, &body, platform.now()) {
            platform.demo().refused += 1;
            return failure(StatusCode::UNAUTHORIZED, "unauthorized", why);
        }
    }
    let lookup: Lookup = match serde_json::from_slice(&body) {
        Ok(lookup) => lookup,
        Err(error) => {
            return failure(
                StatusCode::UNPROCESSABLE_ENTITY,
                "malformed",
                &error.to_string(),
            );
        }
    };
    let number = lookup.captures.number.trim().to_owned();
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if number.is_empty() || number.len() > LONGEST_NUMBER || !number.bytes().all(sound) {
        return failure(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_number",
            "单号由字母、数字和连字符组成",
        );
    }
    tokio::time::sleep(thinking(&number, settings.demo_delay)).await;
    if number == UNKNOWN_NUMBER {
        return failure(StatusCode::NOT_FOUND, "not_found", "没有查到这个单号");
    }
    let parcel = platform
        .demo()
        .answer(&lookup.request_id, || parcel(&number, platform.now()));
    document(StatusCode::OK, &parcel)
}

fn failure(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    document(
        status,
        &json!({ "error": { "code": code, "message": message } }),
    )
}

/// `sha256=` and the HMAC of `{timestamp}.{body}`; the timestamp is in seconds.
fn verify(
    secret: &str,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: UnixMillis,
) -> Result<(), &'static str> {
    let signed_at: u64 = timestamp
        .parse()
        .map_err(|_| "X-Fandesk-Timestamp is not in seconds")?;
    if signed_at.abs_diff(now / 1000) > SIGNED_FOR_S {
        return Err("X-Fandesk-Timestamp is more than 300 s away");
    }
    let signature = signature
        .strip_prefix("sha256=")
        .ok_or("X-Fandesk-Signature must begin with sha256=")?;
    let signature = hex::decode(signature).map_err(|_| "X-Fandesk-Signature is not hexadecimal")?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| "the secret is no key")?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.verify_slice(&signature)
        .map_err(|_| "X-Fandesk-Signature does not match")
}

/// A number that depends on the parcel alone.
fn draw(number: &str) -> u64 {
    Sha256::digest(number)
        .iter()
        .take(8)
        .fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// Between 30 % and 100 % of the longest delay: 300 ms to 1 s by default.
fn thinking(number: &str, longest: Duration) -> Duration {
    let percent = u32::try_from(30 + draw(number) % 71).unwrap_or(100);
    longest * percent / 100
}

fn parcel(number: &str, now: UnixMillis) -> Parcel {
    const STATES: [(&str, &str); 6] = [
        ("已揽收，正在装车", "杭州转运中心"),
        ("运输途中", "上海浦东分拨中心"),
        ("已到达派送站点", "北京朝阳望京站"),
        ("快递员正在派送，请保持电话畅通", "深圳南山科技园"),
        ("已放入丰巢柜，请凭取件码领取", "成都高新区天府三街"),
        ("已签收，感谢您的等待", "广州天河体育西路"),
    ];
    let drawn = draw(number);
    let index = usize::try_from(drawn % 6).unwrap_or(0);
    let (status, place) = STATES
        .get(index)
        .copied()
        .unwrap_or(("运输途中", "上海浦东分拨中心"));
    // Today's time of day depends on the number; a time still to come is yesterday's.
    let minute_of_day = (drawn >> 8) % 1440;
    let today = (now / 60_000 + CHINA_AHEAD_MIN) / 1440;
    let minute_now = (now / 60_000 + CHINA_AHEAD_MIN) % 1440;
    let day = if minute_of_day > minute_now {
        today.saturating_sub(1)
    } else {
        today
    };
    Parcel {
        number: number.to_owned(),
        status,
        place,
        updated_at: written(day, minute_of_day),
    }
}

const CHINA_AHEAD_MIN: u64 = 8 * 60;

/// `2026-11-22 14:05`, from days since 1970 and minutes.
fn written(days: u64, minute: u64) -> String {
    // Howard Hinnant's civil_from_days, for days after 1970.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!(
        "{year}-{month:02}-{day:02} {:02}:{:02}",
        minute / 60,
        minute % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = 1_800_000_000_000;

    fn signature(secret: &str, text: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn a_signed_call_is_taken() {
        let signature = signature("s", "1800000000.{}");
        assert_eq!(verify("s", "1800000000", &signature, b"{}", NOW), Ok(()));
        assert!(verify("s", "1800000000", &signature, b"{ }", NOW).is_err());
        assert!(verify("other", "1800000000", &signature, b"{}", NOW).is_err());
    }

    #[test]
    fn a_signature_is_good_for_five_minutes() {
        let signature = signature("s", "1800000000.{}");
        assert!(verify("s", "1800000000", &signature, b"{}", NOW + 300_000).is_ok());
        assert!(verify("s", "1800000000", &signature, b"{}", NOW + 301_000).is_err());
    }

    #[test]
    fn the_same_number_has_the_same_parcel() {
        assert_eq!(parcel("12345", NOW), parcel("12345", NOW));
    }

    #[test]
    fn a_parcel_was_never_updated_in_the_future() {
        let now = (NOW / 60_000 + CHINA_AHEAD_MIN) % 1440;
        let latest = written((NOW / 60_000 + CHINA_AHEAD_MIN) / 1440, now);
        assert!((0..200).all(|number| parcel(&number.to_string(), NOW).updated_at <= latest));
    }

    #[test]
    fn days_are_written_as_in_the_calendar() {
        assert_eq!(written(0, 0), "1970-01-01 00:00");
        assert_eq!(written(11_016, 61), "2000-02-29 01:01");
        assert_eq!(written(20_779, 845), "2026-11-22 14:05");
    }

    #[test]
    fn a_repeated_request_gets_its_former_answer() {
        let mut ledger = Ledger::default();
        let first = ledger.answer("r1", || parcel("12345", NOW));
        let second = ledger.answer("r1", || parcel("99999", NOW));
        assert_eq!(
            (first == second, ledger.answered, ledger.repeats),
            (true, 2, 1)
        );
    }
}
