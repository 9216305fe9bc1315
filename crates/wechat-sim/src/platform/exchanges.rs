//! What went over the wire, both ways, for the log page: the last exchanges with their whole request and answer.
//!
//! Secrets are masked before anything is kept ([`mask`]). A crowd's callbacks are kept only when they fail: a load
//! would push out everything else.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

use super::mask;
use crate::{
    callback::{Envelope, Outcome, Verdict},
    clock::UnixMillis,
};

/// Exchanges kept.
const KEPT: usize = 1000;
/// Bytes of a body that are kept.
const LONGEST_BODY: usize = 32 * 1024;

/// Who began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// WeChat called the account's server.
    Callback,
    /// The account's server called an interface.
    Call,
}

/// One line of the log.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// Grows by one.
    pub seq: u64,
    /// When it began.
    pub at: UnixMillis,
    /// See [`Direction`].
    pub direction: Direction,
    /// The fan, when there is one.
    pub openid: Option<String>,
    /// The kind of callback, or the type of the message sent; empty when neither.
    pub kind: String,
    /// `POST`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The last status, `null` when none came.
    pub status: Option<u16>,
    /// Of a call's answer, when it has one.
    pub errcode: Option<i64>,
    /// Of a callback.
    pub verdict: Option<Verdict>,
    /// Whether it went well.
    pub ok: bool,
    /// From its begin to its end.
    pub elapsed_ms: u64,
    /// Tries it took.
    pub tries: usize,
}

/// A request or an answer.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Part {
    /// The query, secrets masked.
    pub query: Vec<(String, String)>,
    /// The body as text, secrets masked; empty when it is no text.
    pub body: String,
    /// Its whole length.
    pub bytes: usize,
    /// What it is.
    pub content_type: String,
}

/// A line with everything that belongs to it.
#[derive(Debug, Clone, Serialize)]
pub struct Exchange {
    /// The line.
    #[serde(flatten)]
    pub summary: Summary,
    /// What was sent.
    pub request: Part,
    /// What was sent in compatible and safe mode before encryption.
    pub document: Option<String>,
    /// What came back.
    pub answer: Part,
    /// What was wrong with it.
    pub problem: Option<String>,
    /// All tries of a callback: status, milliseconds, problem.
    pub attempts: Vec<crate::callback::delivery::Attempt>,
}

impl Part {
    /// Keeps a body that is text, cut and masked.
    pub fn of(query: &[(String, String)], content_type: &str, body: &[u8]) -> Self {
        let text = ["json", "xml", "text/", "urlencoded"]
            .iter()
            .any(|kind| content_type.contains(kind));
        let cut = body.get(..LONGEST_BODY).unwrap_or(body);
        Self {
            query: query
                .iter()
                .map(|(name, value)| (name.clone(), mask::value_of(name, value)))
                .collect(),
            body: if text {
                mask::secrets(&String::from_utf8_lossy(cut))
            } else {
                String::new()
            },
            bytes: body.len(),
            content_type: content_type.to_owned(),
        }
    }
}

/// Which lines a reader wants.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Begin of the openid.
    pub fan: String,
    /// Part of the path or of the kind.
    pub path: String,
    /// Only one direction.
    pub direction: Option<Direction>,
    /// Only those that failed.
    pub errors: bool,
}

impl Filter {
    fn takes(&self, line: &Summary) -> bool {
        let fan = self.fan.is_empty()
            || line
                .openid
                .as_deref()
                .is_some_and(|openid| openid.starts_with(&self.fan));
        let path = line.path.contains(&self.path) || line.kind.contains(&self.path);
        let direction = self.direction.is_none_or(|only| only == line.direction);
        fan && path && direction && !(self.errors && line.ok)
    }
}

/// The last exchanges.
#[derive(Debug, Default)]
pub struct Exchanges {
    kept: VecDeque<Exchange>,
    next: u64,
}

impl Exchanges {
    /// Adds one and numbers it.
    pub fn add(&mut self, mut exchange: Exchange) {
        self.next += 1;
        exchange.summary.seq = self.next;
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(exchange);
    }

    /// The lines after number `seq`, the oldest first.
    pub fn after(&self, seq: u64, filter: &Filter) -> Vec<Summary> {
        let later = self
            .kept
            .iter()
            .map(|exchange| &exchange.summary)
            .filter(|line| line.seq > seq && filter.takes(line));
        later.cloned().collect()
    }

    /// The number of the last one.
    pub fn last(&self) -> u64 {
        self.next
    }

    /// One of them whole.
    pub fn one(&self, seq: u64) -> Option<&Exchange> {
        self.kept
            .iter()
            .find(|exchange| exchange.summary.seq == seq)
    }
}

/// A callback that was played.
pub struct Played<'a> {
    /// The fan.
    pub openid: &'a str,
    /// The kind of it.
    pub kind: &'a str,
    /// The document before encryption.
    pub document: &'a str,
    /// What was sent.
    pub envelope: &'a Envelope,
    /// What became of it.
    pub outcome: &'a Outcome,
    /// When it began.
    pub at: UnixMillis,
}

impl From<Played<'_>> for Exchange {
    fn from(played: Played<'_>) -> Self {
        let Played {
            envelope, outcome, ..
        } = played;
        let raw = match (&outcome.reply, outcome.verdict) {
            (Some(reply), _) => reply.raw.as_str(),
            (None, Verdict::Nothing) => "success",
            (None, _) => "",
        };
        Self {
            summary: Summary {
                seq: 0,
                at: played.at,
                direction: Direction::Callback,
                openid: Some(played.openid.to_owned()).filter(|openid| !openid.is_empty()),
                kind: played.kind.to_owned(),
                method: "POST".to_owned(),
                path: "/wechat".to_owned(),
                status: outcome.status,
                errcode: None,
                verdict: Some(outcome.verdict),
                ok: matches!(outcome.verdict, Verdict::Reply | Verdict::Nothing),
                elapsed_ms: outcome.elapsed_ms,
                tries: outcome.tries,
            },
            request: Part::of(
                &envelope.query,
                envelope.content_type,
                envelope.body.as_bytes(),
            ),
            document: Some(played.document.to_owned())
                .filter(|document| *document != envelope.body),
            answer: Part::of(&[], envelope.content_type, raw.as_bytes()),
            problem: outcome.problem.clone(),
            attempts: outcome.attempts.clone(),
        }
    }
}

/// A call of an interface.
pub struct Called<'a> {
    /// `POST`.
    pub method: &'a str,
    /// Without the query.
    pub path: &'a str,
    /// What was asked.
    pub request: Part,
    /// The body of it, for what it says of fan and type.
    pub body: &'a [u8],
    /// What was answered.
    pub answer: Part,
    /// The body of it.
    pub answered: &'a [u8],
    /// Its status.
    pub status: u16,
    /// How long it took.
    pub elapsed_ms: u64,
    /// When it began.
    pub at: UnixMillis,
}

impl From<Called<'_>> for Exchange {
    fn from(called: Called<'_>) -> Self {
        let body = serde_json::from_slice::<Value>(called.body).unwrap_or_default();
        let field = |name: &str| body.get(name).and_then(Value::as_str);
        let in_query = |name: &str| {
            called
                .request
                .query
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.as_str())
        };
        let openid = field("touser")
            .or_else(|| field("openid"))
            .or_else(|| in_query("openid"))
            .map(str::to_owned);
        let kind = field("msgtype").unwrap_or_default().to_owned();
        let errcode = serde_json::from_slice::<Value>(called.answered)
            .ok()
            .and_then(|answer| answer.get("errcode").and_then(Value::as_i64));
        let problem = body_problem(called.answered, errcode);
        Self {
            summary: Summary {
                seq: 0,
                at: called.at,
                direction: Direction::Call,
                openid,
                kind,
                method: called.method.to_owned(),
                path: called.path.to_owned(),
                status: Some(called.status),
                errcode,
                verdict: None,
                ok: called.status < 400 && errcode.unwrap_or_default() == 0,
                elapsed_ms: called.elapsed_ms,
                tries: 1,
            },
            request: called.request,
            document: None,
            answer: called.answer,
            problem,
            attempts: Vec::new(),
        }
    }
}

fn body_problem(answered: &[u8], errcode: Option<i64>) -> Option<String> {
    errcode.filter(|code| *code != 0)?;
    let answer = serde_json::from_slice::<Value>(answered).ok()?;
    answer.get("errmsg")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(path: &str, body: &str, answered: &str) -> Exchange {
        Exchange::from(Called {
            method: "POST",
            path,
            request: Part::of(&[], "application/json", body.as_bytes()),
            body: body.as_bytes(),
            answer: Part::of(&[], "application/json", answered.as_bytes()),
            answered: answered.as_bytes(),
            status: 200,
            elapsed_ms: 3,
            at: 5,
        })
    }

    #[test]
    fn a_call_names_its_fan_its_type_and_its_error() {
        let exchange = called(
            "/cgi-bin/message/custom/send",
            r#"{"touser":"oFan","msgtype":"text"}"#,
            r#"{"errcode":45015,"errmsg":"response out of time limit"}"#,
        );
        let line = &exchange.summary;
        assert_eq!(
            (
                line.openid.as_deref(),
                line.kind.as_str(),
                line.errcode,
                line.ok
            ),
            (Some("oFan"), "text", Some(45015), false)
        );
        assert_eq!(
            exchange.problem.as_deref(),
            Some("response out of time limit")
        );
    }

    #[test]
    fn a_reader_sees_what_the_filter_takes() {
        let mut all = Exchanges::default();
        all.add(called("/cgi-bin/menu/get", "{}", r#"{"errcode":46003}"#));
        all.add(called("/cgi-bin/user/info", r#"{"openid":"oFan"}"#, "{}"));
        let seqs = |filter: Filter| {
            let lines = all.after(0, &filter);
            lines.iter().map(|line| line.seq).collect::<Vec<_>>()
        };
        assert_eq!(seqs(Filter::default()), [1, 2]);
        let fan = "oF".to_owned();
        assert_eq!(
            seqs(Filter {
                fan,
                ..Filter::default()
            }),
            [2]
        );
        let path = "menu".to_owned();
        assert_eq!(
            seqs(Filter {
                path,
                ..Filter::default()
            }),
            [1]
        );
        assert_eq!(
            seqs(Filter {
                errors: true,
                ..Filter::default()
            }),
            [1]
        );
    }

    #[test]
    fn old_exchanges_make_room() {
        let mut all = Exchanges::default();
        (0..=KEPT).for_each(|_| all.add(called("/x", "{}", "{}")));
        assert!(all.one(1).is_none() && all.one(2).is_some());
    }

    #[test]
    fn a_picture_is_kept_by_its_length_only() {
        let part = Part::of(&[], "image/png", b"\x89PNG");
        assert_eq!((part.bytes, part.body.as_str()), (4, ""));
    }
}
