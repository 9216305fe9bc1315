//! Which shard keeps a fan, for callers.
//!
//! Shard 0 keeps the layout, so that no database is needed to find a fan. An isolate asks for it once, and learns of slots that moved
//! since from the shards that it asks in vain. Whoever lists what all shards have asks shard 0 each time: a new shard must
//! not be missed.

use std::cell::RefCell;

use fandesk_shard::moving::plan;
use fandesk_shard::{Layout, Slot};
use futures_util::FutureExt;
use worker::Env;

use crate::fan_shard::ask::{CallError, ask};
use crate::fan_shard::calls::ProposeLayout;
use crate::settings::Settings;
use crate::{clock, log};

thread_local! {
    static KNOWN: RefCell<Option<Layout>> = const { RefCell::new(None) };
}

/// Whether this isolate has asked for the layout.
pub(crate) fn is_known() -> bool {
    KNOWN.with_borrow(Option::is_some)
}

/// The shard that keeps `slot`, as far as this isolate knows; nothing before its first request.
pub(crate) fn known(slot: Slot) -> Option<u16> {
    KNOWN.with_borrow(|known| Some(known.as_ref()?.shard(slot)))
}

/// The layout in force, as shard 0 has it now.
pub(crate) async fn in_force(env: &Env, settings: &Settings) -> Result<Layout, CallError> {
    let call = ProposeLayout(settings.layout.clone());
    let layout = ask(env, &settings.account, 0, &call).boxed_local().await?;
    KNOWN.set(Some(layout.clone()));
    Ok(layout)
}

/// The shard that keeps `slot`, as far as this isolate knows.
pub(crate) async fn shard_of(env: &Env, settings: &Settings, slot: Slot) -> Result<u16, CallError> {
    if let Some(shard) = known(slot) {
        return Ok(shard);
    }
    let layout = in_force(env, settings).boxed_local().await?;
    begin_to_move(env, settings, &layout).boxed_local().await;
    Ok(layout.shard(slot))
}

/// Notes that `slot` is with `shard`, as another shard said.
pub(crate) fn learn(slot: Slot, shard: u16) {
    KNOWN.with_borrow_mut(|known| {
        if let Some(known) = known {
            known.learn(slot, shard);
        }
    });
}

/// The first request after a change of the setting need not wait a minute for the Clock.
async fn begin_to_move(env: &Env, settings: &Settings, layout: &Layout) {
    let wanted = settings.layout.shards();
    let left = plan(layout, wanted).left;
    if left > 0 {
        let message = format!("FANDESK_SHARDS is {wanted}: {left} slots have to move");
        log::warn("layout", &message, &[]);
        clock::wake_now(env, &settings.account).await;
    }
}
