//! `connect/oauth2/authorize` of the open host, `sns/*`, and `ticket/getticket`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, Response, StatusCode, header::COOKIE},
    response::{Html, IntoResponse},
    routing::any,
};
use reqwest::Url;
use serde_json::json;

use super::{
    answer, done,
    refusal::{
        CODE_EXPIRED, CODE_MISSING, CODE_USED, INVALID_CODE, INVALID_CREDENTIAL, INVALID_OPENID,
        INVALID_REFRESH_TOKEN, INVALID_TICKET_TYPE, REFRESH_TOKEN_EXPIRED, Refusal, TOKEN_EXPIRED,
        UNAUTHORIZED,
    },
    token::who,
};
use crate::platform::{
    Platform,
    fan::OpenId,
    pages::{Bad, Grant, Scope, TOKEN_LIFE_MS},
};

/// The cookie by which the phone page says which fan opens pages in this browser.
const COOKIE_NAME: &str = "sim_openid";
/// Bytes of `state`, all of them letters or digits.
const LONGEST_STATE: usize = 128;

type Shared = State<Arc<Platform>>;
type Asked = Query<HashMap<String, String>>;
type Answer = Result<Response<Body>, Refusal>;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/connect/oauth2/authorize", any(authorize))
        .route("/sns/oauth2/access_token", any(access_token))
        .route("/sns/oauth2/refresh_token", any(refresh_token))
        .route("/sns/userinfo", any(user_info))
        .route("/sns/auth", any(auth))
        .route("/cgi-bin/ticket/getticket", any(ticket))
}

/// Sends the fan who is the phone on to the page, with a code. `snsapi_userinfo` asks first; who refuses is sent on
/// without one. What is wrong with the address is shown as a page, with the platform's number for it (u).
async fn authorize(
    State(platform): Shared,
    Query(query): Asked,
    headers: HeaderMap,
) -> Response<Body> {
    match onward(&platform, &query, &headers) {
        Ok(Onward::Go(url)) => (StatusCode::FOUND, [("location", url.to_string())]).into_response(),
        Ok(Onward::Ask) => Html(consent_page(&platform, &query)).into_response(),
        Err((code, words)) => {
            let page = format!(
                "<!doctype html><meta charset=utf-8><title>出错了</title><p>{words} {code}</p>"
            );
            (StatusCode::BAD_REQUEST, Html(page)).into_response()
        }
    }
}

enum Onward {
    Go(Url),
    Ask,
}

fn onward(
    platform: &Platform,
    query: &HashMap<String, String>,
    headers: &HeaderMap,
) -> Result<Onward, (u32, &'static str)> {
    let get = |name: &str| query.get(name).map_or("", String::as_str);
    if get("appid") != platform.settings().app_id {
        return Err((10_012, "AppID 参数错误"));
    }
    if get("response_type") != "code" {
        return Err((10_006, "response_type 参数错误"));
    }
    let scope = Scope::parse(get("scope")).ok_or((10_005, "Scope 参数错误或没有 Scope 权限"))?;
    let state = get("state");
    if state.len() > LONGEST_STATE || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err((10_016, "state 只能是 128 个以内的字母和数字"));
    }
    let mut target = Url::parse(get("redirect_uri"))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or((10_003, "redirect_uri 参数错误"))?;
    let openid = fan(query, headers).ok_or((10_001, "请先打开模拟手机：不知道是哪一位粉丝"))?;
    let refused = match (scope, get("confirm")) {
        (Scope::UserInfo, "yes") | (Scope::Base, _) => false,
        (Scope::UserInfo, "no") => true,
        (Scope::UserInfo, _) => return Ok(Onward::Ask),
    };
    if !refused {
        let grant = Grant { openid, scope };
        let code = platform.pages().code(grant, platform.now());
        target.query_pairs_mut().append_pair("code", &code);
    }
    target.query_pairs_mut().append_pair("state", state);
    Ok(Onward::Go(target))
}

/// The fan of this browser's phone; a test may name one in the query instead.
fn fan(query: &HashMap<String, String>, headers: &HeaderMap) -> Option<OpenId> {
    let cookies = headers.get(COOKIE).and_then(|value| value.to_str().ok());
    let from_cookie = cookies.unwrap_or_default().split(';').find_map(|cookie| {
        let (name, value) = cookie.trim().split_once('=')?;
        (name == COOKIE_NAME).then_some(value)
    });
    OpenId::parse(query.get("openid").map(String::as_str).or(from_cookie)?)
}

fn consent_page(platform: &Platform, query: &HashMap<String, String>) -> String {
    let link = |confirm: &str| {
        let mut pairs = query.clone();
        pairs.insert("confirm".to_owned(), confirm.to_owned());
        let mut pairs = pairs.into_iter().collect::<Vec<_>>();
        pairs.sort();
        let mut url = "http://sim/".parse::<Url>().ok();
        if let Some(url) = &mut url {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        let query = url.as_ref().and_then(Url::query).unwrap_or_default();
        escaped(&format!("/connect/oauth2/authorize?{query}"))
    };
    include_str!("consent.html")
        .replace("{name}", &escaped(&platform.settings().account_name))
        .replace("{yes}", &link("yes"))
        .replace("{no}", &link("no"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

async fn access_token(State(platform): Shared, Query(mut query): Asked) -> Answer {
    let code = query.remove("code").unwrap_or_default();
    who(
        platform.settings(),
        "authorization_code",
        query.remove("grant_type"),
        query.remove("appid"),
        query.remove("secret"),
    )?;
    if code.is_empty() {
        return Err(CODE_MISSING.into());
    }
    let now = platform.now();
    let mut pages = platform.pages();
    let grant = pages.trade(&code, now).map_err(|bad| match bad {
        Bad::Unknown => INVALID_CODE,
        Bad::Over => CODE_EXPIRED,
        Bad::Used => CODE_USED,
    })?;
    let (token, refresh) = pages.issue(&grant, now);
    Ok(issued(&grant, &token, &refresh))
}

fn issued(grant: &Grant, token: &str, refresh: &str) -> Response<Body> {
    answer(&json!({
        "access_token": token, "expires_in": TOKEN_LIFE_MS / 1000, "refresh_token": refresh,
        "openid": grant.openid, "scope": grant.scope.name(),
    }))
}

async fn refresh_token(State(platform): Shared, Query(query): Asked) -> Answer {
    let get = |name: &str| query.get(name).cloned();
    super::token::is_own(platform.settings(), get("appid"))?;
    if get("grant_type").as_deref() != Some("refresh_token") {
        return Err(super::refusal::INVALID_GRANT_TYPE.into());
    }
    let refresh = get("refresh_token").unwrap_or_default();
    let renewed = platform.pages().renew(&refresh, platform.now());
    let (grant, token) = renewed.map_err(|bad| match bad {
        Bad::Over => REFRESH_TOKEN_EXPIRED,
        Bad::Unknown | Bad::Used => INVALID_REFRESH_TOKEN,
    })?;
    Ok(issued(&grant, &token, &refresh))
}

/// The grant of a page's token, which must be that of the openid in the query.
fn held(platform: &Platform, query: &HashMap<String, String>) -> Result<Grant, Refusal> {
    let get = |name: &str| query.get(name).map_or("", String::as_str);
    let held = platform.pages().token(get("access_token"), platform.now());
    let grant = held.map_err(|bad| match bad {
        Bad::Over => TOKEN_EXPIRED,
        Bad::Unknown | Bad::Used => INVALID_CREDENTIAL,
    })?;
    if grant.openid.as_str() != get("openid") {
        return Err(INVALID_OPENID.into());
    }
    Ok(grant)
}

/// Nickname and picture are the same for everybody, as on the real platform today.
async fn user_info(State(platform): Shared, Query(query): Asked) -> Answer {
    let grant = held(&platform, &query)?;
    if grant.scope == Scope::Base {
        return Err(UNAUTHORIZED.because("needs scope snsapi_userinfo"));
    }
    Ok(answer(&json!({
        "openid": grant.openid, "nickname": "微信用户", "sex": 0, "province": "", "city": "", "country": "",
        "headimgurl": "https://thirdwx.qlogo.cn/mmopen/vi_32/simulated/132", "privilege": [],
    })))
}

async fn auth(State(platform): Shared, Query(query): Asked) -> Answer {
    held(&platform, &query)?;
    Ok(done())
}

async fn ticket(State(platform): Shared, Query(query): Asked) -> Answer {
    let kind = match query.get("type").map_or("", String::as_str) {
        "jsapi" => "jsapi",
        "wx_card" => "wx_card",
        _ => return Err(INVALID_TICKET_TYPE.because("type is jsapi or wx_card")),
    };
    let (ticket, seconds) = platform.pages().ticket(kind, platform.now());
    Ok(answer(
        &json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": seconds }),
    ))
}
