//! `user/info`, `user/info/batchget`, `user/get`, `user/info/updateremark`.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::{Map, Value, json};

use super::{
    answer, body, done, fields,
    refusal::{
        INVALID_LIST_SIZE, INVALID_OPENID, INVALID_REMARK, NOT_FOLLOWING, OPENID_MISSING, Refusal,
    },
};
use crate::platform::{
    Platform,
    fan::{Fan, Following, OpenId},
    profile::Profile,
};

/// Openids of one page of `user/get`.
const PAGE: usize = 10_000;
/// Fans of one `batchget`.
const MOST_AT_ONCE: usize = 100;
/// A remark has fewer bytes than this.
const REMARK_BYTES: usize = 30;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/user/info", any(info))
        .route("/cgi-bin/user/info/batchget", any(batchget))
        .route("/cgi-bin/user/info/updateremark", any(update_remark))
        .route("/cgi-bin/user/get", any(get))
}

fn shown(platform: &Platform, openid: &OpenId) -> Result<Value, Refusal> {
    let show = |fan: &mut Fan| match fan.following {
        Following::Yes => fan.profile.shown(openid.as_str()),
        Following::Left | Following::Unseen => Profile::hidden(openid.as_str()),
    };
    platform
        .with_known_fan(openid, show)
        .ok_or_else(|| INVALID_OPENID.because("no fan of this account"))
}

async fn info(
    State(platform): State<Arc<Platform>>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response<Body>, Refusal> {
    let openid = query
        .get("openid")
        .ok_or_else(|| Refusal::from(OPENID_MISSING))?;
    let openid = OpenId::parse(openid).ok_or_else(|| Refusal::from(INVALID_OPENID))?;
    Ok(answer(&shown(&platform, &openid)?))
}

async fn batchget(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    let list = body
        .get("user_list")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if list.is_empty() || list.len() > MOST_AT_ONCE {
        let found = list.len();
        return Err(INVALID_LIST_SIZE.because(format!(
            "user_list has {found} entries, allowed are 1 to {MOST_AT_ONCE}"
        )));
    }
    let one = |entry: &Value| {
        let entry = entry
            .as_object()
            .ok_or_else(|| INVALID_OPENID.because("user_list"))?;
        shown(&platform, &fields::openid(entry, "openid")?)
    };
    let users = list.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(answer(&json!({ "user_info_list": users })))
}

async fn get(
    State(platform): State<Arc<Platform>>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response<Body>, Refusal> {
    let after = query.get("next_openid").map_or("", String::as_str);
    let all = platform.openids(|fan| fan.following == Following::Yes);
    let page = page(&platform, &all, after, PAGE)?;
    Ok(answer(&listed(page, Some(all.len()))))
}

/// The openids that follow `after`, which must be one that the platform knows.
pub(super) fn page<'a>(
    platform: &Platform,
    all: &'a [String],
    after: &str,
    most: usize,
) -> Result<&'a [String], Refusal> {
    if !after.is_empty() {
        OpenId::parse(after)
            .and_then(|openid| platform.with_known_fan(&openid, |_| ()))
            .ok_or_else(|| INVALID_OPENID.because("next_openid"))?;
    }
    let from = all.partition_point(|openid| openid.as_str() <= after);
    let rest = all.get(from..).unwrap_or_default();
    Ok(rest.get(..most).unwrap_or(rest))
}

/// A page as the platform shows it: without `data` when it is empty.
pub(super) fn listed(page: &[String], total: Option<usize>) -> Value {
    let mut shown = Map::new();
    if let Some(total) = total {
        shown.insert("total".to_owned(), total.into());
    }
    shown.insert("count".to_owned(), page.len().into());
    if !page.is_empty() {
        shown.insert("data".to_owned(), json!({ "openid": page }));
    }
    let last = page.last().map_or("", String::as_str);
    shown.insert("next_openid".to_owned(), last.into());
    Value::Object(shown)
}

async fn update_remark(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    let openid = fields::openid(&body, "openid")?;
    let remark = fields::text(&body, "remark")?;
    if remark.len() >= REMARK_BYTES {
        return Err(INVALID_REMARK.because(format!(
            "remark has {} bytes, allowed are fewer than {REMARK_BYTES}",
            remark.len()
        )));
    }
    let set = |fan: &mut Fan| -> Result<(), Refusal> {
        if fan.following != Following::Yes {
            return Err(NOT_FOLLOWING.into());
        }
        remark.clone_into(&mut fan.profile.remark);
        Ok(())
    };
    platform
        .with_known_fan(&openid, set)
        .ok_or_else(|| Refusal::from(INVALID_OPENID))??;
    Ok(done())
}
