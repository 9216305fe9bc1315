//! `message/mass/*`: to all, to a tag, to a list, to one for a look.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    answer, body, done, fields,
    fields::Fields,
    refusal::{
        CARDS_OVER, CLIENT_ID_EXISTS, CLIENT_ID_TOO_LONG, EMPTY_CONTENT, Errcode, INVALID_ARGUMENT,
        INVALID_LIST_SIZE, INVALID_MASS_TAG, INVALID_MASS_TYPE, INVALID_MEDIA_ID, INVALID_MSG_ID,
        INVALID_OPENID, MASS_QUOTA, NOT_FOLLOWING, Refusal, TOO_FEW_OPENIDS, TOO_LONG,
        TOO_MANY_IMAGES,
    },
};
use crate::{
    answer::Reply,
    callback::document::Document,
    platform::{
        Platform,
        fan::{Fan, Following, OpenId},
        journal::{Happening, Via},
        mass::{Status, Unable},
        media,
        standing::Kind,
    },
};

const LEAST_OPENIDS: usize = 2;
const MOST_OPENIDS: usize = 10_000;
const MOST_IMAGES: usize = 20;
const LONGEST_TEXT: usize = 2048;
/// Bytes of `clientmsgid`: newer documentation says 32, older 64; ids of 34 and 36 bytes are reported to be refused.
const LONGEST_CLIENT_ID: usize = 32;

type Shared = State<Arc<Platform>>;
type Answer = Result<Response<Body>, Refusal>;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/message/mass/sendall", any(send_all))
        .route("/cgi-bin/message/mass/send", any(send_to))
        .route("/cgi-bin/message/mass/preview", any(preview))
        .route("/cgi-bin/message/mass/delete", any(delete))
        .route("/cgi-bin/message/mass/get", any(get))
}

/// What the fans will see.
fn message(platform: &Platform, body: &Fields) -> Result<Reply, Refusal> {
    let kind = fields::optional(body, "msgtype")?;
    let part = match body.get(if kind == "image" { "images" } else { kind }) {
        Some(Value::Object(part)) => part,
        _ if kind == "image" && body.contains_key("image") => fields::object(body, "image")?,
        _ if kind.is_empty() => return Err(INVALID_MASS_TYPE.because("msgtype is missing")),
        _ => return Err(INVALID_ARGUMENT.because(format!("{kind} is missing or not an object"))),
    };
    let now = platform.now();
    let material = |name: &str, kind| {
        if platform.media().is(name, kind, now) {
            Ok(())
        } else {
            Err(INVALID_MEDIA_ID.because(name))
        }
    };
    let media_id = fields::optional(part, "media_id")?;
    let mut content = None;
    match kind {
        "text" => {
            let text = fields::optional(part, "content")?;
            if text.is_empty() {
                return Err(EMPTY_CONTENT.because("text.content"));
            }
            if text.len() > LONGEST_TEXT {
                return Err(TOO_LONG.because(format!("text.content has {} bytes", text.len())));
            }
            content = Some(text.to_owned());
        }
        "image" if part.contains_key("media_ids") => {
            let ids = part.get("media_ids").and_then(Value::as_array);
            let ids = ids.map(Vec::as_slice).unwrap_or_default();
            if ids.is_empty() || ids.len() > MOST_IMAGES {
                return Err(TOO_MANY_IMAGES.because(format!("1 to {MOST_IMAGES}")));
            }
            for id in ids {
                material(id.as_str().unwrap_or_default(), media::Kind::Image)?;
            }
        }
        "image" => material(media_id, media::Kind::Image)?,
        "voice" => material(media_id, media::Kind::Voice)?,
        "mpvideo" => material(media_id, media::Kind::Video)?,
        "mpnews" => material(media_id, media::Kind::News)?,
        "wxcard" => return Err(CARDS_OVER.into()),
        other => return Err(INVALID_MASS_TYPE.because(format!("{other:?}"))),
    }
    let fields = Value::Object(body.clone());
    Ok(Reply {
        kind: kind.to_owned(),
        content,
        raw: fields.to_string(),
        fields,
    })
}

/// The client's own name for the job; without one, what it says and to whom, as the platform does.
fn client_id(body: &Fields) -> Result<String, Refusal> {
    let id = fields::optional(body, "clientmsgid")?;
    if id.len() > LONGEST_CLIENT_ID {
        return Err(CLIENT_ID_TOO_LONG.because(format!("at most {LONGEST_CLIENT_ID} bytes")));
    }
    Ok(if id.is_empty() {
        let whole = Value::Object(body.clone()).to_string();
        hex::encode(Sha256::digest(whole))
    } else {
        id.to_owned()
    })
}

async fn send_all(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let filter = fields::object(&body, "filter")?;
    let to_all = match filter.get("is_to_all") {
        None => false,
        Some(Value::Bool(to_all)) => *to_all,
        Some(_) => return Err(INVALID_ARGUMENT.because("filter.is_to_all is not a boolean")),
    };
    let tag = if to_all {
        None
    } else {
        let tag = fields::number(filter, "tag_id")?;
        let tag = u32::try_from(tag)
            .ok()
            .filter(|tag| platform.tags().has(*tag));
        Some(tag.ok_or_else(|| Refusal::from(INVALID_MASS_TAG))?)
    };
    let reply = message(&platform, &body)?;
    let openids = platform.openids(|fan| {
        fan.following == Following::Yes && tag.is_none_or(|tag| fan.profile.tags.contains(&tag))
    });
    begin(&platform, &body, reply, openids)
}

async fn send_to(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let Some(Value::Array(list)) = body.get("touser") else {
        return Err(TOO_FEW_OPENIDS.because("touser is not a list"));
    };
    if list.len() < LEAST_OPENIDS {
        return Err(TOO_FEW_OPENIDS.into());
    }
    if list.len() > MOST_OPENIDS {
        return Err(INVALID_LIST_SIZE.because(format!("at most {MOST_OPENIDS}")));
    }
    let read = |value: &Value| {
        value
            .as_str()
            .and_then(OpenId::parse)
            .filter(|openid| platform.with_known_fan(openid, |_| ()).is_some())
            .map(|openid| openid.as_str().to_owned())
            .ok_or_else(|| INVALID_OPENID.because("touser"))
    };
    let mut openids = list.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    openids.sort_unstable();
    openids.dedup();
    let reply = message(&platform, &body)?;
    begin(&platform, &body, reply, openids)
}

/// Takes the job on and answers; it is carried out afterwards.
fn begin(platform: &Arc<Platform>, body: &Fields, reply: Reply, openids: Vec<String>) -> Answer {
    let client_id = client_id(body)?;
    let (number, now) = (platform.next_msg_id(), platform.now());
    let kind = platform.standing().kind;
    let begun = platform.mass().begin(&client_id, number, kind, now);
    match begun {
        Ok(()) => {}
        Err(Unable::Exists(former)) => return Ok(existing(former)),
        Err(Unable::SentToday) => return Err(MASS_QUOTA.into()),
    }
    let platform = Arc::clone(platform);
    tokio::spawn(async move { carry_out(&platform, number, kind, &reply, &openids) });
    Ok(answer(&json!({
        "errcode": 0, "errmsg": "send job submission success", "msg_id": number, "msg_data_id": number + 1,
    })))
}

/// The refusal of a client id that was used carries the number of its job.
fn existing(former: u64) -> Response<Body> {
    let (code, words) = (CLIENT_ID_EXISTS.0, CLIENT_ID_EXISTS.1);
    let mut response = answer(&json!({ "errcode": code, "errmsg": words, "msg_id": former }));
    response.extensions_mut().insert(Errcode(code));
    response
}

fn carry_out(platform: &Arc<Platform>, number: u64, kind: Kind, reply: &Reply, openids: &[String]) {
    let now = platform.now();
    let (mut filtered, mut sent) = (0_u64, 0_u64);
    for openid in openids.iter().filter_map(|openid| OpenId::parse(openid)) {
        let outcome = platform.with_known_fan(&openid, |fan| {
            if fan.following != Following::Yes || fan.profile.blocked {
                return None;
            }
            let room = kind == Kind::Subscription || fan.mass.take(now);
            if room {
                receive(fan, reply.clone(), now);
            }
            Some(room)
        });
        if let Some(room) = outcome.flatten() {
            filtered += 1;
            sent += u64::from(room);
        }
    }
    platform.mass().set(number, Status::Success);
    platform.stir();
    let nothing = |state: bool| {
        let list = Document::default().with("Count", 0).with("ResultList", "");
        if state {
            list.with("CheckState", 0)
        } else {
            list
        }
    };
    let fields = Document::default()
        .with("MsgID", number)
        .with("Status", "send success")
        .with(
            "TotalCount",
            u64::try_from(openids.len()).unwrap_or(u64::MAX),
        )
        .with("FilterCount", filtered)
        .with("SentCount", sent)
        .with("ErrorCount", filtered - sent)
        .with("CopyrightCheckResult", nothing(true))
        .with("ArticleUrlResult", nothing(false));
    platform.announce(None, "MASSSENDJOBFINISH", fields);
}

fn receive(fan: &mut Fan, reply: Reply, now: u64) {
    let via = Via::Mass;
    fan.journal.add(Happening::Message { via, reply }, now);
}

/// To one who follows; it counts for nothing.
async fn preview(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let openid = fields::openid(&body, "touser")?;
    let reply = message(&platform, &body)?;
    let (now, number) = (platform.now(), platform.next_msg_id());
    let deliver = |fan: &mut Fan| -> Result<(), Refusal> {
        if fan.following != Following::Yes {
            return Err(NOT_FOLLOWING.into());
        }
        receive(fan, reply, now);
        Ok(())
    };
    platform
        .with_known_fan(&openid, deliver)
        .ok_or_else(|| Refusal::from(INVALID_OPENID))??;
    Ok(answer(
        &json!({ "errcode": 0, "errmsg": "preview success", "msg_id": number }),
    ))
}

/// The number of a job: digits, in quotes or not, as the platform's documentation shows both.
fn job(platform: &Platform, body: &Fields) -> Result<(u64, Status), Refusal> {
    let number = match body.get("msg_id") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64(),
        None => None,
    };
    number
        .and_then(|number| Some((number, platform.mass().status(number)?)))
        .ok_or_else(|| INVALID_MSG_ID.into())
}

/// Takes a message back. Fans who have it keep it: on the real platform only articles and videos vanish.
async fn delete(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let (number, _) = job(&platform, &body)?;
    platform.mass().set(number, Status::Deleted);
    Ok(done())
}

async fn get(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let (number, status) = job(&platform, &body)?;
    Ok(answer(
        &json!({ "msg_id": number, "msg_status": status.name() }),
    ))
}
