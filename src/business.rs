//! Questions to business systems: what an intent of the playbook asks.
//!
//! A request is JSON, signed so that the other side knows that it comes from here:
//! `X-Fandesk-Signature: sha256=<hex of HMAC-SHA-256(secret, "{timestamp}.{body}")>`, with `X-Fandesk-Timestamp` in seconds.
//! The `request_id` in the body is the same for every try, so a repeat can be told.

use std::time::Duration;

use fandesk_shard::UnixMillis;
use fandesk_shard::jobs::Report;
use futures_util::FutureExt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use worker::{Env, Method};

use crate::outgoing::{self, Incoming, NoAnswer, Outgoing};
use crate::random::now;
use crate::settings;

/// What is asked.
pub(crate) struct Question<'a> {
    /// `POST` or `PUT`.
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    /// The name of the secret that signs it: `FANDESK_SECRET_<NAME>`.
    pub(crate) secret: Option<&'a str>,
    /// How long it may take.
    pub(crate) limit: Duration,
    /// JSON.
    pub(crate) body: &'a str,
}

/// Asks, and says what came of it. One await; a repeat does no harm, since the other side can tell it.
pub(crate) async fn ask(env: &Env, question: &Question<'_>) -> Report {
    let mut headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
    if let Some(name) = question.secret {
        let Some(key) = settings::playbook_secret(env, name) else {
            return Report::Refused {
                error: format!("FANDESK_SECRET_{name} is not set"),
            };
        };
        headers.extend(sign(&key, now(), question.body).into_iter().flatten());
    }
    let outgoing = Outgoing {
        method: if question.method == "PUT" {
            Method::Put
        } else {
            Method::Post
        },
        url: question.url,
        headers,
        body: Some(question.body.into()),
        limit: question.limit,
    };
    report(outgoing::send(outgoing).boxed_local().await)
}

fn sign(key: &str, now: UnixMillis, body: &str) -> Option<[(&'static str, String); 2]> {
    let timestamp = now.seconds().to_string();
    // HMAC takes a key of any length, so this never fails.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    let hex: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some([
        ("x-fandesk-timestamp", timestamp),
        ("x-fandesk-signature", format!("sha256={hex}")),
    ])
}

/// What an answer means. Business systems tell repeats apart, so whatever may pass is tried again.
fn report(answer: Result<Incoming, NoAnswer>) -> Report {
    match answer {
        Ok(Incoming { status: 200, body }) => match String::from_utf8(body) {
            Ok(body) => Report::Answered { body },
            Err(_) => Report::Refused {
                error: "the business system's answer is not UTF-8".to_owned(),
            },
        },
        Ok(Incoming { status, .. }) if status >= 500 || status == 408 || status == 429 => {
            Report::TryAgain {
                error: format!("the business system answered with status {status}"),
                after_ms: None,
            }
        }
        Ok(Incoming { status, .. }) => Report::Refused {
            error: format!("the business system answered with status {status}"),
        },
        Err(NoAnswer::NotAsked(why)) => Report::Refused {
            error: format!("the business system cannot be asked: {why}"),
        },
        Err(error @ NoAnswer::TooLarge { .. }) => Report::Refused {
            error: format!("the business system: {error}"),
        },
        Err(error) => Report::TryAgain {
            error: format!("the business system: {error}"),
            after_ms: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Report {
        report(Ok(Incoming {
            status,
            body: body.as_bytes().to_vec(),
        }))
    }

    #[test]
    fn a_signature_is_the_one_that_others_compute() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
        let signed = sign("key", UnixMillis(1_700_000_000_000), "{}").unwrap();
        assert_eq!(signed[0].1, "1700000000");
        assert_eq!(
            signed[1].1,
            "sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
        );
    }

    #[test]
    fn what_came_with_status_200_is_an_answer() {
        assert_eq!(
            answer(200, r#"{"a":1}"#),
            Report::Answered {
                body: r#"{"a":1}"#.to_owned()
            }
        );
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_will_not_is_refused() {
        for status in [500, 502, 503, 408, 429] {
            assert!(
                matches!(answer(status, ""), Report::TryAgain { .. }),
                "{status}"
            );
        }
        for status in [301, 400, 401, 404] {
            assert!(
                matches!(answer(status, ""), Report::Refused { .. }),
                "{status}"
            );
        }
        assert!(matches!(
            report(Err(NoAnswer::Broken)),
            Report::TryAgain { .. }
        ));
        assert!(matches!(
            report(Err(NoAnswer::NotAsked(String::new()))),
            Report::Refused { .. }
        ));
    }
}
