//! `customservice/*`: customer-service accounts and their sessions.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::{Value, json};

use super::{
    answer, body, done, fields,
    fields::Fields,
    refusal::{
        ILLEGAL_KF_ACCOUNT, ILLEGAL_NICKNAME, INVALID_KF_ACCOUNT, INVALID_OPENID,
        INVALID_WECHAT_ID, KF_ACCOUNT_EXISTS, KF_ALREADY_BOUND, KF_ALREADY_WORKER,
        KF_INVITATION_PENDING, KF_INVITED, KF_NO_SESSION, KF_NOT_BOUND, KF_OFFLINE,
        KF_SERVED_BY_ANOTHER, Refusal, TOO_MANY_KF_ACCOUNTS,
    },
};
use crate::{
    callback::document::Document,
    platform::{Platform, fan::OpenId, kf::Unable},
};

/// Characters before and after the `@` of an account, and of a nickname.
const LONGEST_NAME: usize = 10;
const LONGEST_SUFFIX: usize = 30;
const LONGEST_NICKNAME: usize = 16;
/// Waiting fans shown.
const WAITING_SHOWN: usize = 100;

type Shared = State<Arc<Platform>>;
type Answer = Result<Response<Body>, Refusal>;
type InQuery = Query<HashMap<String, String>>;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/customservice/getkflist", any(list))
        .route("/cgi-bin/customservice/getonlinekflist", any(online))
        .route("/customservice/kfaccount/add", any(add))
        .route("/customservice/kfaccount/update", any(update))
        .route("/customservice/kfaccount/del", any(delete))
        .route("/customservice/kfaccount/inviteworker", any(invite))
        .route("/customservice/kfsession/create", any(begin))
        .route("/customservice/kfsession/close", any(end))
        .route("/customservice/kfsession/getsession", any(session))
        .route("/customservice/kfsession/getsessionlist", any(sessions))
        .route("/customservice/kfsession/getwaitcase", any(waiting))
}

impl From<Unable> for Refusal {
    fn from(unable: Unable) -> Self {
        match unable {
            Unable::Unknown => INVALID_KF_ACCOUNT,
            Unable::Unbound => KF_NOT_BOUND,
            Unable::TooMany => TOO_MANY_KF_ACCOUNTS,
            Unable::Taken => KF_ACCOUNT_EXISTS,
            Unable::Bound => KF_ALREADY_WORKER,
            Unable::Invited => KF_INVITED,
            Unable::Waiting => KF_INVITATION_PENDING,
            Unable::HasOne => KF_ALREADY_BOUND,
            Unable::NoSession => KF_NO_SESSION,
            Unable::Another => KF_SERVED_BY_ANOTHER,
            Unable::Offline => KF_OFFLINE,
        }
        .into()
    }
}

async fn list(State(platform): Shared) -> Response<Body> {
    let one = |(worker, _): (crate::platform::kf::Worker, usize)| {
        json!({
            "kf_account": worker.kf_account, "kf_headimgurl": worker.kf_headimgurl, "kf_id": worker.kf_id, "kf_nick": worker.kf_nick,
            "kf_wx": worker.kf_wx.unwrap_or_default(), "invite_wx": worker.invite_wx.unwrap_or_default(),
        })
    };
    let list = platform.workers().all().into_iter().map(one);
    answer(&json!({ "kf_list": list.collect::<Vec<Value>>() }))
}

async fn online(State(platform): Shared) -> Response<Body> {
    let all = platform.workers().all();
    let online = all.into_iter().filter(|(worker, _)| worker.online);
    let one = |(worker, serving): (crate::platform::kf::Worker, usize)| json!({ "kf_account": worker.kf_account, "status": 1, "kf_id": worker.kf_id, "accepted_case": serving });
    answer(&json!({ "kf_online_list": online.map(one).collect::<Vec<Value>>() }))
}

fn account(body: &Fields) -> Result<&str, Refusal> {
    body.get("kf_account")
        .and_then(Value::as_str)
        .filter(|account| !account.is_empty())
        .ok_or_else(|| INVALID_KF_ACCOUNT.because("kf_account"))
}

fn nickname(body: &Fields) -> Result<&str, Refusal> {
    let nickname = body
        .get("nickname")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if (1..=LONGEST_NICKNAME).contains(&nickname.chars().count()) {
        Ok(nickname)
    } else {
        Err(ILLEGAL_NICKNAME.because(format!("nickname has 1 to {LONGEST_NICKNAME} characters")))
    }
}

async fn add(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let account = account(&body)?;
    let sound = account.split_once('@').is_some_and(|(name, suffix)| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        (1..=LONGEST_NAME).contains(&name.len())
            && name.bytes().all(known)
            && (1..=LONGEST_SUFFIX).contains(&suffix.len())
    });
    if !sound {
        return Err(ILLEGAL_KF_ACCOUNT
            .because("1 to 10 letters, digits or _, then @ and the account's WeChat id"));
    }
    platform.workers().add(account, nickname(&body)?)?;
    Ok(done())
}

async fn update(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let (account, nickname) = (account(&body)?, nickname(&body)?);
    nickname.clone_into(&mut platform.workers().get(account)?.kf_nick);
    Ok(done())
}

async fn delete(State(platform): Shared, Query(query): InQuery) -> Answer {
    let account = query
        .get("kf_account")
        .ok_or_else(|| INVALID_KF_ACCOUNT.because("kf_account"))?;
    platform.workers().delete(account)?;
    Ok(done())
}

async fn invite(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let account = account(&body)?;
    let wx = fields::optional(&body, "invite_wx")?;
    let sound = (6..=20).contains(&wx.len())
        && wx
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if !sound {
        return Err(INVALID_WECHAT_ID.because("invite_wx has 6 to 20 letters, digits, _ or -"));
    }
    platform.workers().invite(account, wx)?;
    Ok(done())
}

fn fan(platform: &Platform, fields: &Fields) -> Result<OpenId, Refusal> {
    let openid = fields::openid(fields, "openid")?;
    is_known(platform, &openid)?;
    Ok(openid)
}

fn is_known(platform: &Platform, openid: &OpenId) -> Result<(), Refusal> {
    platform
        .with_known_fan(openid, |_| ())
        .ok_or_else(|| INVALID_OPENID.because("no fan of this account"))
}

async fn begin(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let (account, openid) = (account(&body)?, fan(&platform, &body)?);
    let now = platform.now();
    let begun = platform.workers().begin(account, &openid, now)?;
    if begun {
        platform.announce(
            Some(&openid),
            "kf_create_session",
            Document::default().with("KfAccount", account),
        );
    }
    Ok(done())
}

async fn end(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let (account, openid) = (account(&body)?, fan(&platform, &body)?);
    platform.workers().end(account, &openid)?;
    platform.announce(
        Some(&openid),
        "kf_close_session",
        Document::default().with("KfAccount", account),
    );
    Ok(done())
}

/// With whom a fan is connected; with nobody, `kf_account` is empty.
async fn session(State(platform): Shared, Query(query): InQuery) -> Answer {
    let openid = query.get("openid").and_then(|openid| OpenId::parse(openid));
    let openid = openid.ok_or_else(|| Refusal::from(INVALID_OPENID))?;
    is_known(&platform, &openid)?;
    let (since, kf_account) = match platform.workers().session(&openid) {
        Some(session) => (session.since, session.kf_account.clone()),
        None => (0, String::new()),
    };
    Ok(answer(
        &json!({ "createtime": since / 1000, "kf_account": kf_account }),
    ))
}

async fn sessions(State(platform): Shared, Query(query): InQuery) -> Answer {
    let account = query.get("kf_account").map_or("", String::as_str);
    let list = {
        let mut workers = platform.workers();
        if workers.get(account)?.kf_wx.is_none() {
            return Err(KF_NOT_BOUND.into());
        }
        workers.of(account)
    };
    let one =
        |(openid, since): &(String, u64)| json!({ "createtime": since / 1000, "openid": openid });
    Ok(answer(
        &json!({ "sessionlist": list.iter().map(one).collect::<Vec<_>>() }),
    ))
}

async fn waiting(State(platform): Shared) -> Response<Body> {
    let waiting = platform.workers().waiting().to_vec();
    let one = |(openid, at): &(OpenId, u64)| json!({ "latest_time": at / 1000, "openid": openid });
    let shown = waiting.iter().take(WAITING_SHOWN).map(one);
    answer(&json!({ "count": waiting.len(), "waitcaselist": shown.collect::<Vec<_>>() }))
}
