//! `/alerts`: what is wrong now.

use worker::Response;

use super::principal::{Action, Resource};
use super::{Api, Result, page};
use crate::clock;

pub(super) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Alerts)?;
    let items = clock::alerts(api.env, api.account()).await?;
    // There are fewer conditions than the least page has items.
    page::of(
        Some(items).into_iter().filter(|items| !items.is_empty()),
        None,
    )
}
