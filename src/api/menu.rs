//! `/menu`: the custom menu at the foot of the chat, its versions, and what WeChat has of it.

use fandesk_api::{
    MenuChecked, MenuLive, MenuMatched, MenuPublished, MenuState, MenuVersion, Warning,
};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use wechat::account::Capability;
use wechat::api::menu::{self, Button, MenuSet};
use wechat::api::{Advice, ErrCode};
use worker::Response;

use super::error::ApiError;
use super::principal::{Action, Resource};
use super::revision::{etag, expect};
use super::{Api, Result, page, params, trail};
use crate::menus::{self, NotPublished, Wanted};
use crate::random::now;
use crate::store::menus as store;
use crate::store::versions;
use crate::wechat_client::{self, Failure};
use crate::{answer, publishing};

/// Bytes of a request: a default menu and a good twenty conditional ones, each of 3 × 5 buttons with an address.
const MAX_BODY: usize = 512 * 1024;

/// The newest version.
pub(super) async fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Menu)?;
    let newest = newest(api).await?;
    let newest = newest.ok_or_else(|| not_found("no menu was published yet"))?;
    with_etag(newest.version, &shown(newest)?)
}

/// Checks a menu and publishes it.
///
/// Awaits D1 twice (newest version, playbook), then what [`menus::publish`] awaits.
pub(super) async fn publish(api: Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Menu)?;
    let menus = read(&api).await?;
    let newest = newest(&api).await?;
    expect(&api, newest.as_ref().map_or(0, |newest| newest.version))?;
    let warnings = warnings(&api, &menus).await;
    make_public(&api, newest.as_ref(), Wanted::Menus(&menus), None, warnings).await
}

/// Takes the menu away, conditional ones too.
pub(super) async fn take_away(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Write, Resource::Menu)?;
    let newest = newest(api).await?;
    expect(api, newest.as_ref().map_or(0, |newest| newest.version))?;
    make_public(api, newest.as_ref(), Wanted::Nothing, None, Vec::new()).await
}

/// Publishes an older version again, as a new one.
pub(super) async fn restore(api: &Api<'_>, number: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Menu)?;
    let version = version(api, number).await?;
    if version.document == store::NOTHING {
        let message = "that version has no menu: it took the one before it away";
        return Err(ApiError::Conflict(message.to_owned()));
    }
    let menus = MenuSet::from_json(version.document.as_bytes()).map_err(invalid)?;
    let newest = newest(api).await?;
    expect(api, newest.as_ref().map_or(0, |newest| newest.version))?;
    let warnings = warnings(api, &menus).await;
    let from = Some(version.version);
    make_public(api, newest.as_ref(), Wanted::Menus(&menus), from, warnings).await
}

/// Checks a menu without publishing it.
pub(super) async fn check(api: Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Menu)?;
    let menus = read(&api).await?;
    let checked = MenuChecked {
        menu: raw(&menus.to_value())?,
        warnings: warnings(&api, &menus).await,
    };
    Ok(answer::json(200, &checked)?)
}

/// All versions, newest first.
pub(super) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Menu)?;
    let query = params::Query::of(&api.request, &["after", "limit"])?;
    let limit = query.limit()?;
    let before = match query.get("after") {
        Some(after) => Some(after.parse().map_err(|_| super::cursor::wrong())?),
        None => None,
    };
    let mut versions = store::versions(api.env, api.account(), before, page::one_more(limit))
        .await
        .map_err(ApiError::d1)?;
    let next = page::cut(&mut versions, limit, |last| last.version.to_string());
    let items = versions
        .into_iter()
        .map(|version| Ok(serde_json::to_string(&shown(version)?).map_err(worker::Error::from)?))
        .collect::<Result<Vec<_>>>()?;
    page::of(items.into_iter(), next)
}

/// One version.
pub(super) async fn show_version(api: &Api<'_>, number: &str) -> Result<Response> {
    api.may(Action::Read, Resource::Menu)?;
    Ok(answer::json(200, &shown(version(api, number).await?)?)?)
}

/// What WeChat has.
pub(super) async fn live(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Menu)?;
    let newest = newest(api).await?;
    let theirs = menus::published(api.env, &api.settings)
        .await
        .map_err(|failure| refused(&failure))?;
    let same = match newest.as_ref().map(|newest| newest.document.as_str()) {
        None | Some(store::NOTHING) => theirs.buttons.is_none(),
        Some(document) => {
            MenuSet::from_json(document.as_bytes()).is_ok_and(|menus| menus.is_published(&theirs))
        }
    };
    let mut wechat = Map::new();
    if let Some(buttons) = theirs.buttons {
        wechat.insert("menu".to_owned(), json!({ "button": buttons }));
    }
    if !theirs.conditional.is_empty() {
        let conditional = theirs.conditional.into_iter().map(|menu| {
            json!({ "button": menu.buttons, "matchrule": menu.matchrule, "menuid": menu.menuid })
        });
        wechat.insert("conditionalmenu".to_owned(), conditional.collect());
    }
    let live = MenuLive {
        wechat: (!wechat.is_empty())
            .then(|| raw(&Value::Object(wechat)))
            .transpose()?,
        version: newest.map(|newest| newest.version),
        same,
    };
    Ok(answer::json(200, &live)?)
}

/// What one fan sees.
pub(super) async fn matched(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Menu)?;
    let query = params::Query::of(&api.request, &["openid"])?;
    let request = menu::try_match(query.get("openid").unwrap_or_default())
        .map_err(|_| ApiError::parameter("openid", "whose menu? openid is missing"))?;
    let matched = wechat_client::call(api.env, &api.settings, &request).await;
    let button = match matched {
        Ok(matched) => matched.buttons(),
        Err(failure) => match menus::code(&failure) {
            Some(ErrCode::NoMenu) => None,
            Some(ErrCode::NoSuchUser | ErrCode::InvalidOpenId) => {
                return Err(not_found("WeChat knows no such fan of this account"));
            }
            _ => return Err(refused(&failure)),
        },
    };
    let button = button.map(|button| raw(&button)).transpose()?;
    Ok(answer::json(200, &MenuMatched { button })?)
}

async fn read(api: &Api<'_>) -> Result<MenuSet> {
    let members: Map<String, Value> = params::json(&api.request, MAX_BODY).await?;
    MenuSet::from_members(&members).map_err(invalid)
}

async fn newest(api: &Api<'_>) -> Result<Option<store::MenuVersion>> {
    store::newest(api.env, api.account())
        .await
        .map_err(ApiError::d1)
}

async fn version(api: &Api<'_>, number: &str) -> Result<store::MenuVersion> {
    let found = match number.parse() {
        Ok(number) => store::version(api.env, api.account(), number)
            .await
            .map_err(ApiError::d1)?,
        Err(_) => None,
    };
    found.ok_or_else(|| not_found("there is no such version of the menu"))
}

async fn make_public(
    api: &Api<'_>,
    newest: Option<&store::MenuVersion>,
    wanted: Wanted<'_>,
    restored_from: Option<i64>,
    warnings: Vec<Warning>,
) -> Result<Response> {
    if let Some(reason) = api.settings.rights.lacks(Capability::Menu) {
        return Err(ApiError::Invalid {
            field: None,
            line: None,
            message: format!(
                "the account lacks the custom menu: {} (自定义菜单不可用：{})",
                reason.en, reason.zh
            ),
        });
    }
    let next = newest.map_or(0, |newest| newest.version).saturating_add(1);
    let deed = match wanted {
        Wanted::Menus(_) => "menu.publish",
        Wanted::Nothing => "menu.delete",
    };
    let detail = json!({ "restored_from": restored_from });
    trail::audit(api, deed, &next.to_string(), detail).await?;
    let version = menus::publish(api.env, &api.settings, newest, wanted, restored_from)
        .await
        .map_err(|error| match error {
            NotPublished::Busy => ApiError::Conflict(error.to_string()),
            NotPublished::Refused(failure) => refused(&failure),
            NotPublished::Unsure(_) => ApiError::WeChat(error.to_string()),
            NotPublished::Database(error) => ApiError::d1(error),
        })?;
    with_etag(version, &MenuPublished { version, warnings })
}

/// What WeChat says against a menu, in plain words and with the field that it means.
fn refused(failure: &Failure) -> ApiError {
    let Some(code) = menus::code(failure) else {
        return ApiError::WeChat(format!("WeChat did not take the menu: {failure}"));
    };
    let words = match code.advice() {
        Advice::GiveUp(words) => format!("WeChat did not take the menu: {words} ({failure})"),
        Advice::RetryTomorrow => {
            format!("WeChat did not take the menu: today's calls are used up ({failure})")
        }
        _ => format!("WeChat did not take the menu, try again: {failure}"),
    };
    match menu::field_of(code) {
        Some(field) => ApiError::parameter(field, words),
        None => ApiError::WeChat(words),
    }
}

fn invalid(error: menu::InvalidMenu) -> ApiError {
    ApiError::Invalid {
        message: error.to_string(),
        field: Some(error.path),
        line: None,
    }
}

fn not_found(message: &str) -> ApiError {
    ApiError::NotFound(message.to_owned())
}

/// Keys that the playbook in force does not answer. Without one, or when it cannot be read, there is nothing to say.
async fn warnings(api: &Api<'_>, menus: &MenuSet) -> Vec<Warning> {
    let Ok(Some(playbook)) = versions::newest_playbook(api.env, api.account()).await else {
        return Vec::new();
    };
    let Ok(parsed) = publishing::parse(&playbook.format, &playbook.document) else {
        return Vec::new();
    };
    let answers = |key: &str| parsed.playbook.click(key).is_some();
    let mut warnings = Vec::new();
    unanswered(
        menus.default_menu().buttons(),
        "button",
        &answers,
        &mut warnings,
    );
    for (number, menu) in menus.conditional().iter().enumerate() {
        let path = format!("conditionalmenu[{number}].button");
        unanswered(menu.buttons(), &path, &answers, &mut warnings);
    }
    warnings
}

fn unanswered(
    buttons: &[Button],
    path: &str,
    answers: &dyn Fn(&str) -> bool,
    warnings: &mut Vec<Warning>,
) {
    for (number, button) in buttons.iter().enumerate() {
        let path = format!("{path}[{number}]");
        match &button.action {
            menu::Action::Click { key } if !answers(key) => warnings.push(Warning {
                message: format!("no [[click]] of the playbook answers the key \"{key}\""),
                field: Some(format!("{path}.key")),
                line: None,
            }),
            menu::Action::SubButton { buttons } => {
                unanswered(buttons, &format!("{path}.sub_button"), answers, warnings);
            }
            _ => {}
        }
    }
}

fn shown(version: store::MenuVersion) -> Result<MenuVersion> {
    let state = match menus::shown_state(&version, now()) {
        "publishing" => MenuState::Publishing,
        "published" => MenuState::Published,
        _ => MenuState::Unsure,
    };
    let menu = Some(version.document).filter(|document| document != store::NOTHING);
    Ok(MenuVersion {
        version: version.version,
        state,
        published_at: version.published_at,
        error: version.error,
        restored_from: version.restored_from,
        menu: menu
            .map(RawValue::from_string)
            .transpose()
            .map_err(worker::Error::from)?,
    })
}

fn raw(value: &Value) -> Result<Box<RawValue>> {
    Ok(serde_json::value::to_raw_value(value).map_err(worker::Error::from)?)
}

fn with_etag(version: i64, body: &impl Serialize) -> Result<Response> {
    let body = serde_json::to_string(body).map_err(worker::Error::from)?;
    Ok(answer::text(200, answer::JSON, body, Some(&etag(version)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_nobody_answers_are_named_by_their_path() {
        let menus = MenuSet::from_json(
            br#"{"button":[{"type":"click","name":"a","key":"KNOWN"},{"name":"b","sub_button":[
                {"type":"view","name":"c","url":"http://u"},{"type":"click","name":"d","key":"LOST"}]}]}"#,
        )
        .unwrap();
        let mut warnings = Vec::new();
        let buttons = menus.default_menu().buttons();
        unanswered(buttons, "button", &|key| key == "KNOWN", &mut warnings);
        let [warning] = warnings.as_slice() else {
            panic!("one warning")
        };
        assert_eq!(
            warning.field.as_deref(),
            Some("button[1].sub_button[1].key")
        );
    }

    #[test]
    fn what_wechat_says_against_a_menu_names_the_field() {
        let api = wechat::api::ApiError {
            errcode: 40025,
            errmsg: "invalid sub button name size".to_owned(),
        };
        let told = refused(&Failure::Answer(api.into()));
        let ApiError::Invalid { field, message, .. } = told else {
            panic!("a field is wrong")
        };
        assert_eq!(field.as_deref(), Some("button.sub_button.name"));
        assert!(message.contains("longer than 60 bytes"), "{message}");
    }

    #[test]
    fn what_is_not_about_the_menu_is_not_blamed_on_it() {
        for errcode in [-1, 45009, 48001] {
            let errmsg = String::new();
            let api = wechat::api::ApiError { errcode, errmsg };
            let told = refused(&Failure::Answer(api.into()));
            assert!(matches!(told, ApiError::WeChat(_)), "{errcode}");
        }
    }
}
