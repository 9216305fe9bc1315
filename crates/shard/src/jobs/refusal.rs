//! What it means for a job when WeChat did not do what a call asked for.

use wechat::api::{Advice, CallFailure};

use super::Report;
use crate::UnixMillis;

/// The report of a `custom/send` that came back with `failure`.
#[must_use]
pub fn report(failure: &CallFailure, now: UnixMillis) -> Report {
    let error = failure.to_string();
    let again = |error, after_ms| Report::TryAgain { error, after_ms };
    match failure {
        CallFailure::Api(wechat) => match wechat.advice() {
            Advice::RetryLater | Advice::RefreshToken => again(error, None),
            Advice::RetryTomorrow => again(error, Some(until_quotas_renew(now))),
            Advice::GiveUp(why) => Report::Refused {
                error: format!("{error}: {why}"),
            },
        },
        // Too busy to take it, or turned away at the door.
        CallFailure::Status(429 | 503) => again(error, None),
        CallFailure::Status(status) if *status < 500 => Report::Refused { error },
        CallFailure::Redirect(_) => Report::Refused { error },
        // A gateway's error or half an answer: WeChat may have sent the message.
        _ => Report::Lost { error },
    }
}

/// Milliseconds until WeChat's daily quotas start afresh: midnight in China, which has one time zone and no summer time.
fn until_quotas_renew(now: UnixMillis) -> u32 {
    const DAY_MS: i64 = 86_400_000;
    const CHINA_MS: i64 = 8 * 3_600_000;
    let into_the_day = now.0.saturating_add(CHINA_MS).rem_euclid(DAY_MS);
    u32::try_from(DAY_MS.saturating_sub(into_the_day)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use wechat::api::ApiError;

    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    fn wechat_says(errcode: i64) -> Report {
        let errmsg = String::new();
        report(&CallFailure::Api(ApiError { errcode, errmsg }), NOW)
    }

    #[test]
    fn errors_of_wechat_decide_whether_a_message_is_tried_again() {
        for errcode in [-1, 45011, 40001] {
            let said = wechat_says(errcode);
            assert!(
                matches!(said, Report::TryAgain { after_ms: None, .. }),
                "{errcode}"
            );
        }
        let tomorrow = wechat_says(45009);
        assert!(matches!(
            tomorrow,
            Report::TryAgain {
                after_ms: Some(_),
                ..
            }
        ));
        for errcode in [45015, 45047, 43004, 48001, 40003] {
            let said = wechat_says(errcode);
            assert!(matches!(said, Report::Refused { .. }), "{errcode}");
        }
    }

    #[test]
    fn an_answer_that_does_not_say_what_happened_is_not_taken_for_a_refusal() {
        for failure in [
            CallFailure::Status(502),
            CallFailure::NotJson { line: 1, column: 1 },
        ] {
            assert!(matches!(report(&failure, NOW), Report::Lost { .. }));
        }
    }

    #[test]
    fn quotas_renew_at_midnight_in_china() {
        // 2023-11-14T22:13:20Z is 06:13:20 of the 15th there.
        assert_eq!(until_quotas_renew(NOW), (17 * 3600 + 46 * 60 + 40) * 1000);
    }
}
