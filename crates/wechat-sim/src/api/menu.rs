//! `menu/*`. Here a new menu is seen at once; the real one takes up to a day.

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
    menu_check,
    refusal::{
        INVALID_ARGUMENT, INVALID_TAG, MATCH_RULE_EMPTY, MATCH_RULE_PRIVATE, NO_DEFAULT_MENU,
        NO_MENU, NO_SUCH_FAN, NO_SUCH_MENU, Refusal,
    },
};
use crate::platform::{Platform, fan::OpenId, menu::Rule};

/// Fields of a rule that the platform no longer takes, as they are about the person.
const PRIVATE: [&str; 5] = ["sex", "country", "province", "city", "language"];

type Shared = State<Arc<Platform>>;
type Answer = Result<Response<Body>, Refusal>;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/menu/create", any(create))
        .route("/cgi-bin/menu/get", any(get))
        .route("/cgi-bin/menu/delete", any(delete))
        .route("/cgi-bin/menu/addconditional", any(add))
        .route("/cgi-bin/menu/delconditional", any(remove))
        .route("/cgi-bin/menu/trymatch", any(try_match))
}

/// Publishes the default menu; conditional ones stay.
async fn create(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let buttons = menu_check::check(body::read(&headers, &body)?)?;
    platform.menu().publish(buttons);
    platform.stir();
    Ok(done())
}

async fn get(State(platform): Shared) -> Answer {
    let shown = platform.menu().shown();
    Ok(answer(&shown.ok_or_else(|| Refusal::from(NO_MENU))?))
}

/// Takes the default menu away, and every conditional one with it.
async fn delete(State(platform): Shared) -> Response<Body> {
    platform.menu().clear();
    platform.stir();
    done()
}

async fn add(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let rule = match body.get("matchrule") {
        Some(Value::Object(rule)) => read_rule(&platform, rule)?,
        _ => return Err(MATCH_RULE_EMPTY.into()),
    };
    let buttons = menu_check::check(body)?;
    let added = platform.menu().add(buttons, rule);
    let menuid = added.ok_or_else(|| Refusal::from(NO_DEFAULT_MENU))?;
    platform.stir();
    Ok(answer(&json!({ "menuid": menuid.to_string() })))
}

fn read_rule(platform: &Platform, rule: &Fields) -> Result<Rule, Refusal> {
    let text = |name: &str| match rule.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(INVALID_ARGUMENT.because(format!("matchrule.{name}"))),
    };
    for name in PRIVATE {
        if text(name)?.is_some() {
            return Err(MATCH_RULE_PRIVATE.because(format!("matchrule.{name}")));
        }
    }
    let rule = Rule {
        tag_id: text("tag_id")?,
        client_platform_type: text("client_platform_type")?,
    };
    if rule == Rule::default() {
        return Err(MATCH_RULE_EMPTY.into());
    }
    if let Some(tag) = &rule.tag_id
        && !tag.parse().is_ok_and(|tag| platform.tags().has(tag))
    {
        return Err(INVALID_TAG.because("matchrule.tag_id"));
    }
    match rule.client_platform_type.as_deref() {
        None | Some("1" | "2" | "3") => Ok(rule),
        Some(_) => Err(INVALID_ARGUMENT.because("matchrule.client_platform_type is 1, 2 or 3")),
    }
}

async fn remove(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let menuid = match body.get("menuid") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64(),
        None => None,
    };
    let gone = menuid.is_some_and(|menuid| platform.menu().remove(menuid));
    if !gone {
        return Err(NO_SUCH_MENU.into());
    }
    platform.stir();
    Ok(done())
}

/// What a fan sees. `user_id` may be a WeChat id on the real platform; here it is an openid.
async fn try_match(State(platform): Shared, headers: HeaderMap, body: Bytes) -> Answer {
    let body = body::read(&headers, &body)?;
    let openid = OpenId::parse(fields::optional(&body, "user_id")?);
    let tags =
        openid.and_then(|openid| platform.with_known_fan(&openid, |fan| fan.profile.tags.clone()));
    let tags = tags.ok_or_else(|| Refusal::from(NO_SUCH_FAN))?;
    let seen = platform.menu().seen_by(&tags).cloned();
    let seen = seen.ok_or_else(|| Refusal::from(NO_MENU))?;
    Ok(answer(&json!({ "button": seen })))
}
