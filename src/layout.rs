//! Which shard keeps a fan, for callers.
//!
//! How many shards there are is fixed by the first start and kept by shard 0, so that no database is needed to find a fan. An
//! isolate asks once. Changing `FANDESK_SHARDS` later changes nothing: moving fans is a command of its own.

use std::cell::RefCell;

use fandesk_shard::{Layout, Slot};
use futures_util::FutureExt;
use worker::Env;

use crate::fan_shard::ask::{CallError, ask};
use crate::fan_shard::calls::ProposeLayout;
use crate::log;
use crate::settings::Settings;

/// The layout in force.
pub(crate) async fn in_force(env: &Env, settings: &Settings) -> Result<Layout, CallError> {
    thread_local! {
        static KNOWN: RefCell<Option<Layout>> = const { RefCell::new(None) };
    }
    if let Some(known) = KNOWN.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let layout = ask(
        env,
        &settings.account,
        0,
        &ProposeLayout(settings.layout.clone()),
    )
    .boxed_local()
    .await?;
    if layout != settings.layout {
        let message = format!(
            "FANDESK_SHARDS is {}, but this deployment was started with {}, which stays in force",
            settings.layout.shards(),
            layout.shards()
        );
        log::warn("layout", &message, &[]);
    }
    KNOWN.set(Some(layout.clone()));
    Ok(layout)
}

/// The shard that keeps `openid`.
pub(crate) async fn shard_of(
    env: &Env,
    settings: &Settings,
    openid: &str,
) -> Result<u16, CallError> {
    Ok(in_force(env, settings).await?.shard(Slot::of(openid)))
}
