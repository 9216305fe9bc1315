//! `tags/*`, `user/tag/get`, `tags/members/*` and the blacklist.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::json;

use super::{
    answer, body, done, fields,
    fields::Fields,
    refusal::{
        EMPTY_BODY, INVALID_OPENID, INVALID_TAG, INVALID_TAG_NAME, OPENID_OF_ANOTHER, Refusal,
        SYSTEM_TAG, TAG_NAME_TOO_LONG, TAG_TOO_LARGE, TOO_MANY_TAGS, TOO_MANY_TAGS_OF_ONE,
        UNSUBSCRIBED,
    },
    users::{listed, page},
};
use crate::platform::{
    Platform,
    fan::{Fan, Following, OpenId},
    tags::Unable,
};

/// Bytes of a name, by the platform's words for 45158; elsewhere its documentation says characters.
const LONGEST_NAME: usize = 30;
/// Tags of one fan.
const MOST_OF_ONE: usize = 20;
/// Fans of one `batchtagging`; of one `batchblacklist`.
const MOST_TAGGED: usize = 50;
const MOST_BLOCKED: usize = 20;
/// A tag of more fans cannot be deleted.
const LARGE: usize = 100_000;
/// Openids of one page of a tag's members; of the blacklist.
const MEMBERS_PAGE: usize = 10_000;
const BLACKLIST_PAGE: usize = 1_000;

type Shared = State<Arc<Platform>>;
type Answer = Result<Response<Body>, Refusal>;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/tags/create", any(create))
        .route("/cgi-bin/tags/get", any(get))
        .route("/cgi-bin/tags/update", any(update))
        .route("/cgi-bin/tags/delete", any(delete))
        .route("/cgi-bin/tags/getidlist", any(of_fan))
        .route("/cgi-bin/user/tag/get", any(members))
        .route("/cgi-bin/tags/members/batchtagging", any(tag))
        .route("/cgi-bin/tags/members/batchuntagging", any(untag))
        .route("/cgi-bin/tags/members/getblacklist", any(blacklist))
        .route("/cgi-bin/tags/members/batchblacklist", any(block))
        .route("/cgi-bin/tags/members/batchunblacklist", any(unblock))
}

impl From<Unable> for Refusal {
    fn from(unable: Unable) -> Self {
        match unable {
            Unable::TooMany => TOO_MANY_TAGS.into(),
            Unable::Taken => INVALID_TAG_NAME.because("there is a tag of that name"),
            Unable::Unknown => INVALID_TAG.into(),
            Unable::Fixed => SYSTEM_TAG.into(),
        }
    }
}

fn name(tag: &Fields) -> Result<&str, Refusal> {
    let name = tag
        .get("name")
        .and_then(|name| name.as_str())
        .unwrap_or_default();
    if name.is_empty() {
        return Err(INVALID_TAG_NAME.because("tag.name is empty"));
    }
    if name.len() > LONGEST_NAME {
        return Err(TAG_NAME_TOO_LONG.because(format!(
            "tag.name has {} bytes, allowed are {LONGEST_NAME}",
            name.len()
        )));
    }
    Ok(name)
}

fn id(fields: &Fields, name: &str) -> Result<u32, Refusal> {
    if !fields.contains_key(name) {
        return Err(EMPTY_BODY.because(format!("{name} is missing")));
    }
    u32::try_from(fields::number(fields, name)?).map_err(|_| INVALID_TAG.into())
}

async fn create(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let name = name(fields::object(&body, "tag")?)?;
    let id = platform.tags().create(name)?;
    Ok(answer(&json!({ "tag": { "id": id, "name": name } })))
}

async fn get(State(platform): Shared) -> Response<Body> {
    let all = platform.tags().all();
    let mut counts = HashMap::<u32, usize>::new();
    platform.each_fan(|_, fan| {
        for tag in &fan.profile.tags {
            *counts.entry(*tag).or_default() += 1;
        }
    });
    let one = |(id, name): &(u32, String)| json!({ "id": id, "name": name, "count": counts.get(id).copied().unwrap_or_default() });
    let tags = all.iter().map(one).collect::<Vec<_>>();
    answer(&json!({ "tags": tags }))
}

async fn update(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let tag = fields::object(&body, "tag")?;
    platform.tags().rename(id(tag, "id")?, name(tag)?)?;
    Ok(done())
}

async fn delete(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let id = id(fields::object(&body, "tag")?, "id")?;
    if having(&platform, id).len() > LARGE {
        return Err(TAG_TOO_LARGE.into());
    }
    platform.tags().delete(id)?;
    platform.each_fan(|_, fan| fan.profile.tags.retain(|tag| *tag != id));
    Ok(done())
}

fn having(platform: &Platform, id: u32) -> Vec<String> {
    platform.openids(|fan| fan.profile.tags.contains(&id))
}

async fn of_fan(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let openid = fields::openid(&body, "openid")?;
    let tags = platform
        .with_known_fan(&openid, |fan| fan.profile.tags.clone())
        .ok_or_else(|| Refusal::from(OPENID_OF_ANOTHER))?;
    Ok(answer(&json!({ "tagid_list": tags })))
}

async fn members(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let id = existing(&platform, &body)?;
    let after = fields::optional(&body, "next_openid")?;
    let all = having(&platform, id);
    Ok(answer(&listed(
        page(&platform, &all, after, MEMBERS_PAGE)?,
        None,
    )))
}

fn existing(platform: &Platform, body: &Fields) -> Result<u32, Refusal> {
    let id = id(body, "tagid")?;
    if platform.tags().has(id) {
        Ok(id)
    } else {
        Err(INVALID_TAG.into())
    }
}

/// All of them or none: who is looked at first, changed only when nobody stands against it.
fn for_all(
    platform: &Platform,
    openids: &[OpenId],
    may: impl Fn(&Fan) -> Result<(), Refusal>,
    change: impl Fn(&mut Fan),
) -> Answer {
    for openid in openids {
        platform
            .with_known_fan(openid, |fan| may(fan))
            .ok_or_else(|| Refusal::from(INVALID_OPENID))??;
    }
    for openid in openids {
        platform.with_known_fan(openid, |fan| change(fan));
    }
    {
        // Who has other tags may see another menu: phones look again.
        let mut menu = platform.menu();
        menu.version += u64::from(menu.depends_on_fans());
    }
    platform.stir();
    Ok(done())
}

fn follows(fan: &Fan) -> Result<(), Refusal> {
    match fan.following {
        Following::Yes => Ok(()),
        Following::Left | Following::Unseen => Err(UNSUBSCRIBED.into()),
    }
}

async fn tag(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let id = existing(&platform, &body)?;
    let openids = fields::known_openids(&platform, &body, "openid_list", MOST_TAGGED)?;
    let may = |fan: &Fan| {
        follows(fan)?;
        if fan.profile.tags.len() >= MOST_OF_ONE && !fan.profile.tags.contains(&id) {
            return Err(TOO_MANY_TAGS_OF_ONE.because(format!("at most {MOST_OF_ONE}")));
        }
        Ok(())
    };
    for_all(&platform, &openids, may, |fan| {
        if !fan.profile.tags.contains(&id) {
            fan.profile.tags.push(id);
        }
    })
}

async fn untag(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let id = existing(&platform, &body)?;
    let openids = fields::known_openids(&platform, &body, "openid_list", MOST_TAGGED)?;
    for_all(&platform, &openids, follows, |fan| {
        fan.profile.tags.retain(|tag| *tag != id);
    })
}

async fn blacklist(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let after = fields::optional(&body, "begin_openid")?;
    let all = platform.openids(|fan| fan.profile.blocked);
    let page = page(&platform, &all, after, BLACKLIST_PAGE)?;
    Ok(answer(&listed(page, Some(all.len()))))
}

async fn block(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    set_blocked(&platform, &headers, &body, true)
}

async fn unblock(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    set_blocked(&platform, &headers, &body, false)
}

fn set_blocked(platform: &Platform, headers: &HeaderMap, body: &[u8], blocked: bool) -> Answer {
    let body = body::read(headers, body)?;
    let openids = fields::known_openids(platform, &body, "openid_list", MOST_BLOCKED)?;
    for_all(
        platform,
        &openids,
        |_| Ok(()),
        |fan| {
            fan.profile.blocked = blocked;
        },
    )
}
