//! `/layout`: how many shards there are, and how far a move to another number is.

use fandesk_api::Layout;
use fandesk_shard::moving::plan;
use worker::Response;

use super::principal::{Action, Resource};
use super::{Api, Result};
use crate::{answer, layout};

pub(super) async fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Layout)?;
    let layout = layout::in_force(api.env, &api.settings).await?;
    let wanted = api.settings.layout.shards();
    let plan = plan(&layout, wanted);
    let shown = Layout {
        wanted,
        shards: layout.shards(),
        moved: layout.moved(),
        left: plan.left,
        retired: plan.retired,
    };
    Ok(answer::json(200, &shown)?)
}
