//! Hand-made callbacks: any document, forged or old signatures, other secrets, the same one many times at once.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{Response, StatusCode},
};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use wechat::AesKey;

use super::fans::Who;
use crate::{
    answer,
    callback::{Envelope, Seal, Stamp, document::Document},
    clock::{self, Stopwatch},
    http::{Input, Mistake, document},
    platform::Platform,
    settings::Mode,
};

/// Copies of one callback.
const MOST_TIMES: usize = 1000;

/// A hand-made callback. Without any of the fields of the second half it is a genuine one.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Raw {
    /// The document, as it is.
    xml: Option<String>,
    /// The document by fields; ToUserName, FromUserName and CreateTime are added when they are missing.
    fields: Option<Map<String, Value>>,
    /// The body as it is, neither encrypted nor wrapped.
    body: Option<String>,
    /// How many copies (1).
    times: Option<usize>,
    /// All at once instead of one after the other.
    parallel: bool,

    timestamp: Option<String>,
    nonce: Option<String>,
    /// Signs with another token.
    token: Option<String>,
    /// Encrypts with another key.
    aes_key: Option<String>,
    /// Encrypts for another account.
    app_id: Option<String>,
    /// Another mode than the platform's.
    mode: Option<RawMode>,
    signature: Option<String>,
    msg_signature: Option<String>,
    /// Replaces parameters of the query, or removes those that are null.
    query: Map<String, Value>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawMode {
    Plain,
    Compatible,
    Safe,
}

/// Sends it `times` times, each once, and answers what came back: `[{"status","body","plain","elapsed_ms"}]`, where
/// `plain` is the body opened, when it was encrypted.
pub(super) async fn send(
    State(platform): State<Arc<Platform>>,
    who: Who,
    Input(raw): Input<Raw>,
) -> Result<Response<Body>, Mistake> {
    let times = raw.times.unwrap_or(1);
    if !(1..=MOST_TIMES).contains(&times) {
        return Err(Mistake::unclear(format!("times must be 1 to {MOST_TIMES}")));
    }
    let parallel = raw.parallel;
    let seal = seal(&platform, &raw)?;
    let envelope = Arc::new(envelope(&seal, &who, raw)?);
    let mut answers = vec![Value::Null; times];
    let mut under_way = JoinSet::new();
    for place in 0..times {
        under_way.spawn(once(
            Arc::clone(&platform),
            Arc::clone(&envelope),
            seal.clone(),
            place,
        ));
        if !parallel {
            collect(&mut under_way, &mut answers).await;
        }
    }
    collect(&mut under_way, &mut answers).await;
    Ok(document(StatusCode::OK, &answers))
}

async fn collect(under_way: &mut JoinSet<(usize, Value)>, answers: &mut [Value]) {
    while let Some(joined) = under_way.join_next().await {
        if let Ok((place, answer)) = joined
            && let Some(slot) = answers.get_mut(place)
        {
            *slot = answer;
        }
    }
}

async fn once(
    platform: Arc<Platform>,
    envelope: Arc<Envelope>,
    seal: Seal,
    place: usize,
) -> (usize, Value) {
    let watch = Stopwatch::start();
    let answer = match platform.courier().send(Method::POST, &envelope).await {
        Ok(answer) => {
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            let plain = answer::unseal(&body, &seal).ok();
            json!({ "status": answer.status, "body": body, "plain": plain, "elapsed_ms": watch.elapsed_ms() })
        }
        Err(problem) => {
            json!({ "status": null, "body": null, "problem": problem, "elapsed_ms": watch.elapsed_ms() })
        }
    };
    (place, answer)
}

fn seal(platform: &Platform, raw: &Raw) -> Result<Seal, Mistake> {
    let mut seal = platform.seal().clone();
    if let Some(token) = &raw.token {
        seal.token.clone_from(token);
    }
    if let Some(key) = &raw.aes_key {
        seal.aes_key = Some(AesKey::parse(key).map_err(Mistake::unclear)?);
    }
    if let Some(app_id) = &raw.app_id {
        seal.app_id.clone_from(app_id);
    }
    match raw.mode {
        Some(RawMode::Plain) => seal.mode = Mode::Plain,
        Some(RawMode::Compatible) => seal.mode = Mode::Compatible,
        Some(RawMode::Safe) => seal.mode = Mode::Safe,
        None => {}
    }
    if seal.mode != Mode::Plain && seal.aes_key.is_none() {
        return Err(Mistake::unclear("this mode needs aes_key"));
    }
    Ok(seal)
}

fn envelope(seal: &Seal, who: &Who, raw: Raw) -> Result<Envelope, Mistake> {
    let mut stamp = Stamp::fresh(clock::now());
    if let Some(timestamp) = raw.timestamp {
        stamp.timestamp = timestamp;
    }
    if let Some(nonce) = raw.nonce {
        stamp.nonce = nonce;
    }
    let openid = who.openid().as_str();
    let text = match (raw.xml, raw.fields, &raw.body) {
        (Some(xml), None, None) => xml,
        (None, Some(fields), None) => by_fields(&fields, seal, openid, &stamp).write(seal.format),
        (None, None, Some(body)) => body.clone(),
        _ => return Err(Mistake::unclear("give one of xml, fields and body")),
    };
    let mut envelope = seal.wrap(&text, openid, &stamp);
    if let Some(body) = raw.body {
        envelope.body = body;
    }
    let is_json = envelope.body.trim_start().starts_with('{');
    envelope.content_type = if is_json {
        "application/json"
    } else {
        "text/xml"
    };
    let mut query = raw.query;
    for (name, value) in [
        ("signature", raw.signature),
        ("msg_signature", raw.msg_signature),
    ] {
        if let Some(value) = value {
            query.insert(name.to_owned(), value.into());
        }
    }
    for (name, value) in query {
        envelope.query.retain(|(known, _)| *known != name);
        match value {
            Value::Null => {}
            Value::String(text) => envelope.query.push((name, text)),
            other => envelope.query.push((name, other.to_string())),
        }
    }
    Ok(envelope)
}

fn by_fields(fields: &Map<String, Value>, seal: &Seal, openid: &str, stamp: &Stamp) -> Document {
    let created = stamp
        .timestamp
        .parse()
        .unwrap_or_else(|_| clock::now() / 1000);
    let mut whole = Document::default();
    if !fields.contains_key("ToUserName") {
        whole = whole.with("ToUserName", seal.account.as_str());
    }
    if !fields.contains_key("FromUserName") {
        whole = whole.with("FromUserName", openid);
    }
    if !fields.contains_key("CreateTime") {
        whole = whole.with("CreateTime", created);
    }
    whole.followed_by(Document::from_json(fields))
}
