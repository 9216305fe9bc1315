//! Intents: what a business system is asked, and what the fan is told before and after.

use crate::captures::{Captures, Scope};
use crate::duration;
use crate::expects::{Expects, UnexpectedAnswer};
use crate::mistake::Refusal;
use crate::reply::{self, Reply, Setting, address};
use crate::source::{Node, Table};
use crate::template::Placeholder;
use serde_json::{Map, Value, json};
use std::ops::RangeInclusive;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(3);

/// A call holds one of the six connections that an invocation of a Worker has.
const TIMEOUTS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(30);

const ATTEMPTS: u32 = 5;

/// Queues try a hundred times at most; each of these is one of them.
const MAX_ATTEMPTS: u32 = 50;

const RETRY_OVER: Duration = Duration::from_secs(600);

/// A fan can be written to for 48 hours; the last hour is left for the answer itself.
const RETRIES_OVER: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(47 * 3600);

/// Something that a business system does for a fan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    name: String,
    reply: Reply,
    request: Request,
    answer: Reply,
    sorry: Reply,
    needs_identity: bool,
    expects: Expects,
}

/// How the business system is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where.
    pub url: String,
    /// With which method.
    pub method: Method,
    /// The `NAME` of the setting `FANDESK_SECRET_NAME` that is sent along, so that the system knows who calls.
    pub secret: Option<String>,
    /// How long an attempt may take.
    pub timeout: Duration,
    /// How often it is tried in all.
    pub attempts: u32,
    /// The time in which the attempts are made; after it the fan is told [`Intent::sorry`].
    pub retry_over: Duration,
}

/// The method of a call. Both carry the same JSON: a fan's openid and words do not belong into an address, where every
/// log on the way keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Method {
    /// As HTTP spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }
}

impl Intent {
    /// Its name, unique in the playbook.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the fan is told at once.
    #[must_use]
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// The call.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What the fan is told when the business system has answered; see [`Reply::expand_later`].
    #[must_use]
    pub fn answer(&self) -> &Reply {
        &self.answer
    }

    /// Whether an answer of the business system has the fields that the document says.
    ///
    /// # Errors
    /// The first field that it lacks, or has in another type.
    pub fn check(&self, answer: &Value) -> Result<(), UnexpectedAnswer> {
        self.expects.check(answer)
    }

    /// What the fan is told when the business system is down or says no.
    #[must_use]
    pub fn sorry(&self) -> &Reply {
        &self.sorry
    }

    /// Whether only a fan is answered who is bound to a customer (see [`crate::Identity`]).
    #[must_use]
    pub fn needs_identity(&self) -> bool {
        self.needs_identity
    }

    /// The JSON body of the call: `{"intent","captures":{…},"openid","request_id"}`, and `identity` for a fan who is bound.
    ///
    /// `captures` has the named groups, and the whole text as `text`. The same `request_id` means the same question
    /// again.
    #[must_use]
    pub fn body(
        &self,
        captures: &Captures,
        openid: &str,
        identity: Option<&str>,
        request_id: &str,
    ) -> String {
        let mut captured = Map::new();
        for (name, value) in &captures.names {
            captured.insert(name.clone(), value.as_str().into());
        }
        captured.insert("text".to_owned(), captures.text.as_str().into());
        let mut body = json!({ "intent": self.name, "captures": captured, "openid": openid, "request_id": request_id });
        if let (Some(identity), Some(fields)) = (identity, body.as_object_mut()) {
            fields.insert("identity".to_owned(), identity.into());
        }
        body.to_string()
    }

    /// What its texts have places for, apart from the business system's answer.
    pub(crate) fn placeholders(&self) -> Vec<Placeholder> {
        let mut all: Vec<Placeholder> = Vec::new();
        for place in [&self.reply, &self.answer, &self.sorry]
            .into_iter()
            .flat_map(Reply::placeholders)
        {
            if !matches!(place, Placeholder::Result(_)) && !all.contains(place) {
                all.push(place.clone());
            }
        }
        all
    }

    /// Compiles the fields of an `[[intent]]`; its pattern captures these groups.
    pub(crate) fn compile(
        name: &str,
        table: &Table<'_>,
        groups: &[Option<String>],
    ) -> Result<Self, Refusal> {
        let mut setting = Setting::with(Scope {
            groups: groups.to_vec(),
            ..Scope::of_text()
        });
        let reply = reply::compile(table.required("reply")?, &setting)?;
        setting.scope.result = true;
        Ok(Self {
            name: name.to_owned(),
            reply,
            request: Request::compile(table.required("request")?)?,
            answer: reply::compile(table.required("answer")?, &setting)?,
            sorry: reply::compile(table.required("sorry")?, &setting)?,
            needs_identity: table.flag("identity")?,
            expects: Expects::compile(table.get("expects"))?,
        })
    }
}

impl Request {
    fn compile(node: &Node) -> Result<Self, Refusal> {
        let table = node.table(&[
            "url",
            "method",
            "secret",
            "timeout",
            "attempts",
            "retry_over",
        ])?;
        Ok(Self {
            url: address(table.required("url")?)?.to_owned(),
            method: table.get("method").map_or(Ok(Method::Post), method)?,
            secret: table
                .get("secret")
                .map(secret)
                .transpose()?
                .map(str::to_owned),
            timeout: duration::read(table.get("timeout"), TIMEOUT, &TIMEOUTS)?,
            attempts: table.get("attempts").map_or(Ok(ATTEMPTS), attempts)?,
            retry_over: duration::read(table.get("retry_over"), RETRY_OVER, &RETRIES_OVER)?,
        })
    }
}

fn method(node: &Node) -> Result<Method, Refusal> {
    match node.text()? {
        "POST" => Ok(Method::Post),
        "PUT" => Ok(Method::Put),
        other => Err(node.refuse(&format!(
            "\"{other}\" is not known; known: \"POST\", \"PUT\""
        ))),
    }
}

fn attempts(node: &Node) -> Result<u32, Refusal> {
    let written = node.integer()?;
    let attempts = u32::try_from(written)
        .ok()
        .filter(|number| (1..=MAX_ATTEMPTS).contains(number));
    attempts.ok_or_else(|| {
        node.refuse(&format!(
            "{written} is out of range: between 1 and {MAX_ATTEMPTS}"
        ))
    })
}

/// The name of a setting `FANDESK_SECRET_<NAME>`.
pub(crate) fn secret(node: &Node) -> Result<&str, Refusal> {
    let name = node.text()?;
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if name.is_empty() || !name.bytes().all(fits) {
        let message =
            "is no name of a secret: A to Z, 0 to 9 and _ only, as in FANDESK_SECRET_<NAME>";
        return Err(node.refuse(&format!("\"{name}\" {message}")));
    }
    Ok(name)
}
