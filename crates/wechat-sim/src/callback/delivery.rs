//! Sends a callback to the account's server, again when that fails, and judges what came back.
//!
//! The platform waits five seconds, takes no status but 200 for success, and tries three times in all with the same
//! query and body. A malformed 200 is not tried again: the server did get the message.

use std::time::Duration;

use reqwest::{Client, Method, Url, header::CONTENT_TYPE};
use serde::Serialize;

use super::{Envelope, Seal};
use crate::{
    answer::{self, Asked, Reply},
    clock::Stopwatch,
};

/// Tries in all (platform documentation).
const TRIES: usize = 3;

/// What a callback came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A valid reply.
    Reply,
    /// A valid answer with nothing to say.
    Nothing,
    /// Status 200 with something that cannot be shown.
    Malformed,
    /// The last try was answered with another status.
    Refused,
    /// The last try was not answered.
    GaveUp,
}

/// One try.
#[derive(Debug, Clone, Serialize)]
pub struct Attempt {
    /// The status, `null` when none came.
    pub status: Option<u16>,
    /// How long it took.
    pub elapsed_ms: u64,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A callback with all its tries.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// See [`Verdict`].
    pub verdict: Verdict,
    /// The status of the last try, `null` when none came.
    pub status: Option<u16>,
    /// What the fan sees: a message, [`answer::FAULT_NOTICE`] as type `error`, or nothing.
    pub reply: Option<Reply>,
    /// From the first try's start to the last one's end.
    pub elapsed_ms: u64,
    /// How many tries it took.
    pub tries: usize,
    /// What was wrong with the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Every try.
    pub attempts: Vec<Attempt>,
}

impl Outcome {
    /// Nothing was sent: what one on the blacklist does stays with the platform.
    pub fn unheard() -> Self {
        Self {
            verdict: Verdict::Nothing,
            status: None,
            reply: None,
            elapsed_ms: 0,
            tries: 0,
            problem: None,
            attempts: Vec::new(),
        }
    }
}

/// How to reach the account's server.
#[derive(Debug, Clone)]
pub struct Courier {
    client: Client,
    url: Url,
    timeout: Duration,
}

/// The answer to one try.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl Courier {
    /// One that posts to `url` and waits for `timeout`.
    pub fn new(url: &str, timeout: Duration) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|error| format!("{url} is no address: {error}"))?;
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // Shorter than any server keeps an idle connection, so that none is found closed when it is used again:
            // that would look like a dropped try.
            .pool_idle_timeout(Duration::from_secs(1))
            .user_agent("Mozilla/4.0")
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            client,
            url,
            timeout,
        })
    }

    /// Sends one request; the error is in words.
    pub async fn send(&self, method: Method, envelope: &Envelope) -> Result<Answer, String> {
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(&envelope.query);
        let request = self
            .client
            .request(method, url)
            .header(CONTENT_TYPE, envelope.content_type)
            .timeout(self.timeout)
            .body(envelope.body.clone());
        let answer = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok(Answer {
                status,
                body: response.bytes().await?.to_vec(),
            })
        };
        answer
            .await
            .map_err(|error: reqwest::Error| self.in_words(&error))
    }

    fn in_words(&self, error: &reqwest::Error) -> String {
        if error.is_timeout() {
            format!("no answer within {} ms", self.timeout.as_millis())
        } else if error.is_connect() {
            format!("nobody listens at {}", self.url)
        } else {
            "the connection was dropped".to_owned()
        }
    }

    /// Delivers a callback as the platform does.
    pub async fn deliver(&self, envelope: &Envelope, seal: &Seal, asked: Asked<'_>) -> Outcome {
        let watch = Stopwatch::start();
        let mut attempts = Vec::with_capacity(1);
        loop {
            let started = watch.elapsed_ms();
            let answer = self.send(Method::POST, envelope).await;
            let elapsed_ms = watch.elapsed_ms().saturating_sub(started);
            let (verdict, reply, status, problem) = judge(answer, seal, asked);
            attempts.push(Attempt {
                status,
                elapsed_ms,
                problem: problem.clone(),
            });
            let final_try =
                attempts.len() >= TRIES || !matches!(verdict, Verdict::Refused | Verdict::GaveUp);
            if final_try {
                let (elapsed_ms, tries) = (watch.elapsed_ms(), attempts.len());
                return Outcome {
                    verdict,
                    status,
                    reply,
                    elapsed_ms,
                    tries,
                    problem,
                    attempts,
                };
            }
        }
    }
}

fn judge(
    answer: Result<Answer, String>,
    seal: &Seal,
    asked: Asked<'_>,
) -> (Verdict, Option<Reply>, Option<u16>, Option<String>) {
    match answer {
        Err(problem) => (Verdict::GaveUp, Some(Reply::fault("")), None, Some(problem)),
        Ok(Answer { status: 200, body }) => match answer::read(&body, seal, asked) {
            Ok(None) => (Verdict::Nothing, None, Some(200), None),
            Ok(reply) => (Verdict::Reply, reply, Some(200), None),
            Err(malformed) => {
                let reply = Reply::fault(&String::from_utf8_lossy(&body));
                (
                    Verdict::Malformed,
                    Some(reply),
                    Some(200),
                    Some(malformed.to_string()),
                )
            }
        },
        Ok(Answer { status, body }) => {
            let reply = Reply::fault(&String::from_utf8_lossy(&body));
            (
                Verdict::Refused,
                Some(reply),
                Some(status),
                Some(format!("status {status} instead of 200")),
            )
        }
    }
}
