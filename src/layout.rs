//! Which shard keeps a fan, for callers.
//!
//! Shard 0 of an account keeps its layout, so that no database is needed to find a fan. An isolate asks for it once, and learns of slots that moved
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
    /// By AppID. Accounts are few, so comparing is quicker than hashing.
    static KNOWN: RefCell<Vec<(String, Layout)>> = const { RefCell::new(Vec::new()) };
}

/// Whether this isolate has asked for the layout of `account`.
pub(crate) fn is_known(account: &str) -> bool {
    KNOWN.with_borrow(|known| known.iter().any(|(of, _)| of == account))
}

/// The shard that keeps `slot`, as far as this isolate knows; nothing before the account's first request.
pub(crate) fn known(account: &str, slot: Slot) -> Option<u16> {
    KNOWN.with_borrow(|known| {
        let (_, layout) = known.iter().find(|(of, _)| of == account)?;
        Some(layout.shard(slot))
    })
}

fn know(account: &str, layout: Layout) {
    KNOWN.with_borrow_mut(|known| {
        known.retain(|(of, _)| of != account);
        known.push((account.to_owned(), layout));
    });
}

/// The layout in force, as shard 0 has it now.
pub(crate) async fn in_force(env: &Env, settings: &Settings) -> Result<Layout, CallError> {
    let call = ProposeLayout(settings.layout.clone());
    let layout = ask(env, &settings.account, 0, &call).boxed_local().await?;
    know(&settings.account, layout.clone());
    Ok(layout)
}

/// The shard that keeps `slot`, as far as this isolate knows.
pub(crate) async fn shard_of(env: &Env, settings: &Settings, slot: Slot) -> Result<u16, CallError> {
    if let Some(shard) = known(&settings.account, slot) {
        return Ok(shard);
    }
    let layout = in_force(env, settings).boxed_local().await?;
    begin_to_move(env, settings, &layout).boxed_local().await;
    Ok(layout.shard(slot))
}

/// Notes that `slot` of `account` is with `shard`, as another shard said.
pub(crate) fn learn(account: &str, slot: Slot, shard: u16) {
    KNOWN.with_borrow_mut(|known| {
        for (_, layout) in known.iter_mut().filter(|(of, _)| of == account) {
            layout.learn(slot, shard);
        }
    });
}

/// The first request after a change of the setting need not wait a minute for the Clock.
async fn begin_to_move(env: &Env, settings: &Settings, layout: &Layout) {
    let wanted = settings.layout.shards();
    let left = plan(layout, wanted).left;
    if left > 0 {
        let message = format!("FANDESK_SHARDS is {wanted}: {left} slots have to move");
        log::warn("layout", &message, &[("account", &settings.account)]);
        clock::wake_now(env, &settings.account).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_in_one_account_did_not_move_in_the_other() {
        let slot = Slot::of("oSameInBoth");
        for account in ["wx1", "wx2"] {
            assert!(!is_known(account));
            know(account, Layout::even(1).unwrap());
        }
        learn("wx1", slot, 7);
        assert_eq!(known("wx1", slot), Some(7));
        assert_eq!(known("wx2", slot), Some(0));
        assert_eq!(known("wx3", slot), None);
    }
}
