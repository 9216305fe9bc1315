//! Publishing a playbook: keep the version, push it to every shard, and say which have it.

use fandesk_api::ShardPlaybook;
use fandesk_playbook::{Format, Mistake, Parsed, Playbook};
use worker::Env;

use crate::fan_shard::ask::{CallError, ask_each};
use crate::fan_shard::calls::{PlaybookVersion as AskVersion, Publish};
use crate::settings::Settings;
use crate::store::versions::{self, PlaybookVersion};
use crate::{layout, log};

/// Compiles a document of a form by the name under which it is kept.
pub(crate) fn parse(format: &str, document: &str) -> Result<Parsed, Mistake> {
    Playbook::parse(document, self::format(format))
}

/// The form of that name.
pub(crate) fn format(name: &str) -> Format {
    if name == "json" {
        Format::Json
    } else {
        Format::Toml
    }
}

/// Compiles a document that is to be published: the account has to be one that may do what it says.
pub(crate) fn check(settings: &Settings, format: &str, document: &str) -> Result<Parsed, Mistake> {
    let parsed = parse(format, document)?;
    match parsed.refused_by(settings.rights) {
        Some(mistake) => Err(mistake),
        None => Ok(parsed),
    }
}

/// Pushes a version to every shard. Returns the shards that did not take it; the Clock will bring it to them.
pub(crate) async fn push(
    env: &Env,
    settings: &Settings,
    playbook: &PlaybookVersion,
) -> Result<Vec<u16>, CallError> {
    let shards = layout::in_force(env, settings).await?.shards();
    let calls = (0..shards).map(|shard| {
        let call = Publish {
            version: playbook.version,
            format: playbook.format.clone(),
            document: playbook.document.clone(),
        };
        (shard, call)
    });
    let mut without = Vec::new();
    for (shard, answer) in ask_each(env, &settings.account, calls).await {
        if let Err(error) = answer {
            let message = format!("shard {shard} did not take version {}", playbook.version);
            let account = &settings.account;
            log::warn(
                "publishing",
                &message,
                &[("account", account), ("reason", &error)],
            );
            without.push(shard);
        }
    }
    Ok(without)
}

/// Which version each shard answers from, in their order.
pub(crate) async fn rollout(
    env: &Env,
    settings: &Settings,
) -> Result<Vec<ShardPlaybook>, CallError> {
    let shards = layout::in_force(env, settings).await?.shards();
    let answers = ask_each(
        env,
        &settings.account,
        (0..shards).map(|shard| (shard, AskVersion)),
    )
    .await;
    Ok(answers
        .into_iter()
        .map(|(shard, answer)| ShardPlaybook {
            shard,
            version: answer.ok().flatten(),
        })
        .collect())
}

/// Brings the newest version to the shards that lack it. Whether all have it then.
///
/// Awaits D1 and each shard; a repeat finds fewer shards to repair, and a shard never goes back to an older version.
pub(crate) async fn repair(env: &Env, settings: &Settings) -> bool {
    let newest = match versions::newest_playbook(env, &settings.account).await {
        Ok(Some(newest)) => newest,
        Ok(None) => return true,
        Err(error) => {
            log::warn(
                "publishing",
                "the newest playbook is unknown",
                &[("account", &settings.account), ("reason", &error)],
            );
            return false;
        }
    };
    let behind = match rollout(env, settings).await {
        Ok(rollout) => rollout
            .into_iter()
            .any(|shard| shard.version.is_none_or(|version| version < newest.version)),
        Err(_) => true,
    };
    if !behind {
        return true;
    }
    match push(env, settings, &newest).await {
        Ok(without) => without.is_empty(),
        Err(error) => {
            log::warn(
                "publishing",
                "a version was not repaired",
                &[("account", &settings.account), ("reason", &error)],
            );
            false
        }
    }
}
