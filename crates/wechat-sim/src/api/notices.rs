//! `message/template/send`, `message/subscribe/bizsend`, and the lists of templates.

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
    answer, body, done, fields,
    fields::Fields,
    refusal::{
        CONSENT_MISSING, INVALID_APPID, INVALID_ARGUMENT, INVALID_OPENID, INVALID_TEMPLATE,
        INVALID_URL, INVALID_URL_SIZE, MALFORMED_BODY, NOT_FOLLOWING, NOTICE_TEMPLATE, Refusal,
        TEMPLATE_DATA,
    },
};
use crate::{
    answer::Reply,
    callback::document::Document,
    platform::{
        Platform,
        fan::{Fan, Following, OpenId},
        journal::{Happening, Via},
        templates::{self, Template},
    },
};

/// The same `client_msg_id` to the same fan sends once for so long (u).
const REMEMBERED_MS: u64 = 600_000;
/// Characters of it (u).
const LONGEST_CLIENT_ID: usize = 32;
const LONGEST_URL: usize = 1024;

type Shared = State<Arc<Platform>>;
type Answer = Result<Response<Body>, Refusal>;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/message/template/send", any(send))
        .route("/cgi-bin/template/get_all_private_template", any(list))
        .route("/cgi-bin/template/del_private_template", any(delete))
        .route("/cgi-bin/template/get_industry", any(industries))
        .route("/cgi-bin/message/subscribe/bizsend", any(bizsend))
        .route("/wxaapi/newtmpl/gettemplate", any(list_notices))
        .route("/wxaapi/newtmpl/deltemplate", any(delete_notice))
}

/// The values of `data`, one for each field of the template. Fields that the template lacks are left alone (u).
fn data(body: &Fields, template: &Template) -> Result<Fields, Refusal> {
    let Some(Value::Object(data)) = body.get("data") else {
        return Err(MALFORMED_BODY.because("data is missing or not an object"));
    };
    for name in template.fields() {
        let value = data.get(name).and_then(|field| field.get("value"));
        let Some(Value::String(value)) = value else {
            return Err(TEMPLATE_DATA.because(format!("data.{name}.value is missing or not text")));
        };
        if let Some(why) = templates::wrong(name, value) {
            return Err(TEMPLATE_DATA.because(format!("data.{name}.value {why}")));
        }
    }
    Ok(data.clone())
}

/// Where a tap leads: a page, in the field of that name, and a mini program.
fn target(body: &Fields, page: &str) -> Result<(), Refusal> {
    let url = fields::optional(body, page)?;
    if url.len() > LONGEST_URL {
        return Err(INVALID_URL_SIZE.because(format!("{page} has {} bytes", url.len())));
    }
    if !(url.is_empty() || url.starts_with("https://") || url.starts_with("http://")) {
        return Err(INVALID_URL.because(page));
    }
    match body.get("miniprogram") {
        None => Ok(()),
        Some(Value::Object(program)) if fields::optional(program, "appid")?.is_empty() => {
            Err(INVALID_APPID.because("miniprogram.appid"))
        }
        Some(Value::Object(_)) => Ok(()),
        Some(_) => Err(INVALID_ARGUMENT.because("miniprogram is not an object")),
    }
}

fn reply(kind: &str, template: &Template, data: &Fields, body: Fields) -> Reply {
    let value = |name: &str| {
        let value = data.get(name).and_then(|field| field.get("value"));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let content = template.filled(value);
    let fields = Value::Object(body);
    Reply {
        kind: kind.to_owned(),
        content: Some(content),
        raw: fields.to_string(),
        fields,
    }
}

/// Answers with a number at once; what became of it comes as `TEMPLATESENDJOBFINISH`.
async fn send(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let openid = fields::openid(&body, "touser")?;
    let id = fields::optional(&body, "template_id")?;
    let template = platform.templates().message(id).cloned();
    let template = template.ok_or_else(|| Refusal::from(INVALID_TEMPLATE))?;
    target(&body, "url")?;
    let data = data(&body, &template)?;
    let client_id = fields::optional(&body, "client_msg_id")?.to_owned();
    if client_id.len() > LONGEST_CLIENT_ID {
        return Err(INVALID_ARGUMENT.because(format!(
            "client_msg_id has at most {LONGEST_CLIENT_ID} characters"
        )));
    }
    let (now, number) = (platform.now(), platform.next_msg_id());
    let sent = reply("template", &template, &data, body);
    let deliver = |fan: &mut Fan| -> Result<(u64, Option<&'static str>), Refusal> {
        follows(fan)?;
        fan.sent_once
            .retain(|(_, _, at)| now.saturating_sub(*at) < REMEMBERED_MS);
        let same = |(known, ..): &&(String, u64, u64)| !client_id.is_empty() && *known == client_id;
        if let Some((_, former, _)) = fan.sent_once.iter().find(same) {
            return Ok((*former, None));
        }
        fan.sent_once.push((client_id.clone(), number, now));
        if fan.refuses(&template.template_id) {
            return Ok((number, Some("failed:user block")));
        }
        receive(fan, Via::Template, sent, now);
        Ok((number, Some("success")))
    };
    let (number, status) = known(&platform, &openid, deliver)?;
    if let Some(status) = status {
        let fields = Document::default()
            .with("MsgID", number)
            .with("Status", status);
        platform.announce(Some(&openid), "TEMPLATESENDJOBFINISH", fields);
    }
    Ok(answer(
        &json!({ "errcode": 0, "errmsg": "ok", "msgid": number }),
    ))
}

fn known<T>(
    platform: &Platform,
    openid: &OpenId,
    act: impl FnOnce(&mut Fan) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    platform
        .with_known_fan(openid, act)
        .ok_or_else(|| INVALID_OPENID.because("no fan of this account"))?
}

fn follows(fan: &Fan) -> Result<(), Refusal> {
    match fan.following {
        Following::Yes => Ok(()),
        Following::Left | Following::Unseen => Err(NOT_FOLLOWING.into()),
    }
}

fn receive(fan: &mut Fan, via: Via, reply: Reply, now: u64) {
    fan.journal.add(Happening::Message { via, reply }, now);
}

/// One consent, one message.
async fn bizsend(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let openid = fields::openid(&body, "touser")?;
    let id = fields::optional(&body, "template_id")?.to_owned();
    let template = platform.templates().notice(&id).cloned();
    let template = template.ok_or_else(|| Refusal::from(INVALID_TEMPLATE))?;
    target(&body, "page")?;
    let data = data(&body, &template)?;
    let (now, number) = (platform.now(), platform.next_msg_id());
    let sent = reply("subscribe", &template, &data, body);
    known(&platform, &openid, |fan| {
        if !fan.spend_consent(&id) {
            return Err(CONSENT_MISSING.into());
        }
        receive(fan, Via::Notice, sent, now);
        Ok(())
    })?;
    let one = Document::default()
        .with("TemplateId", id.as_str())
        .with("MsgID", number)
        .with("ErrorCode", 0)
        .with("ErrorStatus", "success");
    let list = Document::default().with("List", one);
    platform.announce(
        Some(&openid),
        "subscribe_msg_sent_event",
        Document::default().with("SubscribeMsgSentEvent", list),
    );
    Ok(done())
}

async fn industries(State(platform): Shared) -> Response<Body> {
    answer(&json!(platform.templates().industries))
}

async fn list(State(platform): Shared) -> Response<Body> {
    let industry = platform.templates().industries.primary_industry.clone();
    let one = |template: &Template| {
        json!({
            "template_id": template.template_id, "title": template.title, "primary_industry": industry.first_class,
            "deputy_industry": industry.second_class, "content": template.content, "example": "",
        })
    };
    let list = platform
        .templates()
        .template
        .iter()
        .map(one)
        .collect::<Vec<_>>();
    answer(&json!({ "template_list": list }))
}

async fn delete(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let id = fields::optional(&body, "template_id")?;
    let mut templates = platform.templates();
    if templates.message(id).is_none() {
        return Err(INVALID_TEMPLATE.into());
    }
    templates
        .template
        .retain(|template| template.template_id != id);
    Ok(done())
}

async fn list_notices(State(platform): Shared) -> Response<Body> {
    let one = |template: &Template| {
        json!({
            "priTmplId": template.template_id, "title": template.title, "content": template.content, "example": "", "type": 2,
        })
    };
    let list = platform
        .templates()
        .subscribe
        .iter()
        .map(one)
        .collect::<Vec<_>>();
    answer(&json!({ "errcode": 0, "errmsg": "ok", "data": list }))
}

/// An id that the account does not have is a wrong parameter (20002 (u): the documentation lists no other code).
async fn delete_notice(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let id = fields::optional(&body, "priTmplId")?;
    let mut templates = platform.templates();
    if templates.notice(id).is_none() {
        return Err(NOTICE_TEMPLATE.because("priTmplId"));
    }
    templates
        .subscribe
        .retain(|template| template.template_id != id);
    Ok(done())
}
