//! Which shard keeps a fan, for callers.
//!
//! How many shards there are is fixed by the first start and kept by shard 0, so that no database is needed to find a fan. An
//! isolate asks once. Changing `FANDESK_SHARDS` later changes nothing: moving fans is a command of its own.

use std::cell::Cell;

use fandesk_shard::{Layout, Slot};
use futures_util::FutureExt;
use worker::Env;

use crate::fan_shard::ask::{CallError, ask};
use crate::fan_shard::calls::ProposeLayout;
use crate::log;
use crate::settings::Settings;

thread_local! {
    static KNOWN: Cell<Option<Layout>> = const { Cell::new(None) };
}

/// The layout in force, if this isolate has asked for it before.
pub(crate) fn known() -> Option<Layout> {
    KNOWN.get()
}

/// The layout in force.
pub(crate) async fn in_force(env: &Env, settings: &Settings) -> Result<Layout, CallError> {
    if let Some(known) = known() {
        return Ok(known);
    }
    let layout = ask(env, &settings.account, 0, &ProposeLayout(settings.layout))
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
    KNOWN.set(Some(layout));
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
