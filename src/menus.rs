//! Publishing custom menus: written down first, then WeChat asked, then what became of it written down.
//!
//! WeChat has no version and no transaction: the default menu and each conditional one are calls of their own. What a publication
//! takes is decided by [`MenuSet::steps`]; here they are made, in order, until one fails.

use std::time::Duration;

use fandesk_shard::UnixMillis;
use wechat::api::menu::{self, Added, MenuSet, PublishedMenus, Step};
use wechat::api::{CallFailure, Done, ErrCode, NoAnswer};
use worker::Env;

use crate::settings::Settings;
use crate::store::menus::{self as store, MenuVersion, NOTHING};
use crate::wechat_client::{self, Failure};
use crate::{log, random};

/// After this, who began to publish and never ended is taken to have crashed. A step takes at most two calls and two tokens.
pub(crate) const ABANDONED_AFTER: Duration = Duration::from_secs(120);

/// Why nothing was published, or maybe something.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPublished {
    /// Somebody else is at it.
    #[error("somebody else is publishing a menu at this moment; look at theirs first")]
    Busy,
    /// WeChat was not asked, or took nothing.
    #[error("WeChat has not taken the menu: {0}")]
    Refused(Failure),
    /// WeChat may have all, part or nothing.
    #[error("WeChat may have only part of the menu, publish again: {0}")]
    Unsure(Failure),
    /// D1 failed before WeChat was asked.
    #[error("{0}")]
    Database(worker::Error),
}

/// What fans shall see.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// These menus.
    Menus(&'a MenuSet),
    /// None.
    Nothing,
}

/// Publishes as the version after `newest`, and returns its number.
///
/// Awaits, in order: D1 (the version is written down), WeChat (several calls, see [`publish_to_wechat`]), D1 (what became of it). A
/// crash after the first leaves a version `publishing`, which after [`ABANDONED_AFTER`] is shown as unsure and in nobody's way.
pub(crate) async fn publish(
    env: &Env,
    settings: &Settings,
    newest: Option<&MenuVersion>,
    wanted: Wanted<'_>,
    restored_from: Option<i64>,
) -> Result<i64, NotPublished> {
    let account = &settings.account;
    let document = match wanted {
        Wanted::Menus(menus) => wechat::api::written(&menus.to_value()),
        Wanted::Nothing => NOTHING.to_owned(),
    };
    let now = random::now();
    let version = store::begin(
        env,
        account,
        newest.map_or(0, |newest| newest.version),
        &document,
        restored_from,
        now,
        now.minus(ABANDONED_AFTER),
    )
    .await
    .map_err(NotPublished::Database)?
    .ok_or(NotPublished::Busy)?;

    let may_have_conditional = newest.is_some_and(has_conditional);
    let published = publish_to_wechat(env, settings, wanted, may_have_conditional).await;
    let kept = match &published {
        Ok(()) => store::settle(env, account, version, None).await,
        Err(NotPublished::Unsure(why)) => {
            store::settle(env, account, version, Some(&why.to_string())).await
        }
        Err(_) => store::forget(env, account, version).await,
    };
    if let Err(error) = kept {
        // The answer is about WeChat; the version is shown as unsure until something is published again.
        let message = format!("what became of menu version {version} was not written down");
        log::warn("menus", &message, &[("reason", &error)]);
    }
    published.map(|()| version)
}

/// Whether a version has conditional menus, or may have left some with WeChat.
fn has_conditional(version: &MenuVersion) -> bool {
    version.state != "published" || version.document.contains("\"conditionalmenu\"")
}

/// Awaits WeChat once for each step. A repeat does no harm: it finds what the last one left.
async fn publish_to_wechat(
    env: &Env,
    settings: &Settings,
    wanted: Wanted<'_>,
    may_have_conditional: bool,
) -> Result<(), NotPublished> {
    let menus = match wanted {
        Wanted::Menus(menus) => menus,
        Wanted::Nothing => {
            let taken = wechat_client::call(env, settings, &menu::delete()).await;
            return match taken {
                Err(failure) if code(&failure) != Some(ErrCode::NoMenu) => Err(first(failure)),
                _ => Ok(()),
            };
        }
    };
    // Conditional menus cost a look at what WeChat has; most accounts have none and never will.
    let theirs = if may_have_conditional || !menus.conditional().is_empty() {
        published(env, settings)
            .await
            .map_err(NotPublished::Refused)?
    } else {
        PublishedMenus::NONE
    };
    for (number, step) in menus.steps(&theirs).into_iter().enumerate() {
        let done = take(env, settings, step).await;
        done.map_err(|failure| match number {
            0 => first(failure),
            _ => NotPublished::Unsure(failure),
        })?;
    }
    Ok(())
}

async fn take(env: &Env, settings: &Settings, step: Step<'_>) -> Result<(), Failure> {
    match step {
        Step::Create(menu) => {
            let Done {} = wechat_client::call(env, settings, &menu::create(menu)).await?;
        }
        Step::Remove(menuid) => {
            // A menu without a name cannot be taken away, and WeChat names all of them.
            if let Ok(request) = menu::delete_conditional(menuid) {
                match wechat_client::call(env, settings, &request).await {
                    Err(failure) if code(&failure) != Some(ErrCode::NoSuchConditionalMenu) => {
                        return Err(failure);
                    }
                    _ => {}
                }
            }
        }
        Step::Add(menu) => {
            let Added { .. } =
                wechat_client::call(env, settings, &menu::add_conditional(menu)).await?;
        }
    }
    Ok(())
}

/// What WeChat has of this API's menus.
pub(crate) async fn published(env: &Env, settings: &Settings) -> Result<PublishedMenus, Failure> {
    match wechat_client::call(env, settings, &menu::get()).await {
        Err(failure) if code(&failure) == Some(ErrCode::NoMenu) => Ok(PublishedMenus::NONE),
        answer => answer,
    }
}

/// WeChat's code, if it gave one.
pub(crate) fn code(failure: &Failure) -> Option<ErrCode> {
    match failure {
        Failure::Answer(CallFailure::Api(error)) => Some(error.code()),
        _ => None,
    }
}

/// What the failure of the first step means: WeChat has nothing of the new menu, unless its answer got lost.
fn first(failure: Failure) -> NotPublished {
    match &failure {
        Failure::NoToken(_)
        | Failure::Answer(CallFailure::Api(_) | CallFailure::Redirect(_))
        | Failure::NoAnswer(NoAnswer::NotAsked(_)) => NotPublished::Refused(failure),
        Failure::Answer(CallFailure::Status(status)) if *status < 500 => {
            NotPublished::Refused(failure)
        }
        _ => NotPublished::Unsure(failure),
    }
}

/// The state to show: one who crashed is no longer publishing.
pub(crate) fn shown_state(version: &MenuVersion, now: UnixMillis) -> &str {
    let abandoned = version.published_at <= now.minus(ABANDONED_AFTER).0;
    match version.state.as_str() {
        "publishing" if abandoned => "unsure",
        state => state,
    }
}

#[cfg(test)]
mod tests {
    use wechat::api::ApiError;

    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

    fn version(state: &str, document: &str, seconds_ago: u64) -> MenuVersion {
        MenuVersion {
            version: 1,
            document: document.to_owned(),
            published_at: NOW.minus(Duration::from_secs(seconds_ago)).0,
            state: state.to_owned(),
            error: None,
            restored_from: None,
        }
    }

    #[test]
    fn who_crashed_while_publishing_is_not_publishing_for_ever() {
        assert_eq!(
            shown_state(&version("publishing", "{}", 60), NOW),
            "publishing"
        );
        assert_eq!(
            shown_state(&version("publishing", "{}", 121), NOW),
            "unsure"
        );
        assert_eq!(
            shown_state(&version("published", "{}", 121), NOW),
            "published"
        );
    }

    #[test]
    fn an_unsure_version_may_have_left_conditional_menus() {
        assert!(has_conditional(&version("unsure", NOTHING, 0)));
        assert!(has_conditional(&version(
            "published",
            r#"{"conditionalmenu":[]}"#,
            0
        )));
        assert!(!has_conditional(&version("published", NOTHING, 0)));
    }

    #[test]
    fn a_lost_answer_to_the_first_step_is_no_refusal() {
        let api = ApiError {
            errcode: 40018,
            errmsg: String::new(),
        };
        for refused in [
            Failure::Answer(CallFailure::Api(api)),
            Failure::Answer(CallFailure::Status(403)),
            Failure::NoAnswer(NoAnswer::NotAsked(String::new())),
        ] {
            assert!(matches!(first(refused), NotPublished::Refused(_)));
        }
        for lost in [
            Failure::Answer(CallFailure::Status(502)),
            Failure::NoAnswer(NoAnswer::Broken),
            Failure::NoAnswer(NoAnswer::TimedOut(Duration::from_secs(10))),
        ] {
            assert!(matches!(first(lost), NotPublished::Unsure(_)));
        }
    }
}
