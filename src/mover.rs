//! Moves slots until there are as many shards as `FANDESK_SHARDS` says: the shell of [`fandesk_shard::moving::Mover`].
//!
//! Only the Clock calls it, so there is one mover at a time.

use std::fmt::Display;
use std::time::Duration;

use fandesk_shard::moving::{Call, Mover, Step, plan};
use futures_util::FutureExt;
use worker::{Delay, Env};

use crate::fan_shard::ask::{CallError, ask, ask_each};
use crate::fan_shard::moving::Moving;
use crate::random::now;
use crate::settings::Settings;
use crate::{layout, log, publishing};

/// How long slots are moved before the Clock looks after its other tasks.
const MOVE_FOR: Duration = Duration::from_secs(20);

/// Before each step that leaves nobody waiting. Without it, local workerd, where all shards are neighbours on one thread, takes no callback
/// before the whole move is over.
const BREATH: Duration = Duration::from_millis(5);

/// Moves slots for a while, and tells shards of people who were erased elsewhere. Whether there are slots left to move at once;
/// what failed is begun again with the next minute.
pub(crate) async fn advance(env: &Env, settings: &Settings) -> bool {
    match move_for_a_while(env, settings).boxed_local().await {
        Ok(more) => more,
        Err(error) => {
            let message = "slots could not be moved; it is tried again in a minute";
            let account = &settings.account;
            log::warn(
                "layout",
                message,
                &[("account", account), ("reason", &error)],
            );
            false
        }
    }
}

/// Each await is a step of a move: after it, what [`fandesk_shard::moving`] says of that step. A crash behind any of them leaves a move
/// that shard 0 knows of, and the next tick repeats its steps.
async fn move_for_a_while(env: &Env, settings: &Settings) -> Result<bool, CallError> {
    let before = layout::in_force(env, settings).await?;
    if before.has_moved() {
        pass_on_erasures(env, settings, before.shards()).await?;
    }
    let wanted = settings.layout.shards();
    let until = now().plus(MOVE_FOR);
    let mut mover = Mover::towards(wanted);
    let mut published = false;
    let mut more = false;
    while let Some((shard, call)) = mover.next() {
        if matches!(call.step, Step::Plan | Step::Prepare) {
            Delay::from(BREATH).await;
        }
        if call.step == Step::Plan {
            more = now() >= until;
            if more {
                break;
            }
        } else if !published {
            // Shard 0 has noted the new shards, so whoever publishes from now on pushes to them too. They get no fan without a playbook.
            published = publishing::repair(env, settings).await;
            if !published {
                break;
            }
        }
        let answer = ask(env, &settings.account, shard, &Moving(call)).await?;
        mover
            .heard(answer)
            .map_err(|error| CallError::Unreachable {
                shard,
                reason: error.to_string(),
            })?;
    }
    if published {
        let after = layout::in_force(env, settings).await?;
        let (moved, left) = (after.moved(), plan(&after, wanted).left);
        let message = format!("slots move towards {wanted} shards");
        let account = &settings.account;
        let fields: [(&str, &dyn Display); 3] =
            [("account", account), ("moved", &moved), ("left", &left)];
        log::info("layout", &message, &fields);
    }
    Ok(more)
}

/// Two rounds of all shards, the second only when somebody was erased. A failure leaves the people in the table that named them.
async fn pass_on_erasures(env: &Env, settings: &Settings, shards: u16) -> Result<(), CallError> {
    let account = &settings.account;
    let to_all = |step, more: &str| {
        let call = Call::about(step, more);
        (0..shards).map(move |shard| (shard, Moving(call.clone())))
    };
    for (shard, people) in ask_each(env, account, to_all(Step::Erased, "")).await {
        let people = people?;
        if people.is_empty() {
            continue;
        }
        for (_, heard) in ask_each(env, account, to_all(Step::Forget, &people)).await {
            heard?;
        }
        let told = Call::about(Step::Told, people);
        ask(env, account, shard, &Moving(told)).await?;
    }
    Ok(())
}
