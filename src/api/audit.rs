//! `/audit`: who read and changed what.

use serde_json::{Value, json};
use worker::Response;

use super::principal::{Action, Resource};
use super::{Api, Result, params};
use crate::answer;
use crate::desk::ask::ask;
use crate::record::Record;

/// Filters of the list.
const FILTERS: [&str; 4] = ["person", "action", "conversation", "after"];

pub(super) async fn list(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Audit)?;
    let mut known = FILTERS.to_vec();
    known.push("limit");
    let query = params::Query::of(&api.request, &known)?;
    let mut wanted = json!({ "limit": query.limit()? });
    for name in FILTERS {
        if let (Some(value), Some(fields)) = (query.get(name), wanted.as_object_mut()) {
            fields.insert(name.to_owned(), Value::from(value));
        }
    }
    let call = Record::new()
        .with(api.principal.person().to_json())
        .with(wanted);
    let page = ask(api.env, api.account(), "/audit-rows", &call).await?;
    Ok(answer::text(200, answer::JSON, page, None)?)
}

/// Computes every hash anew, in the object.
pub(super) async fn verify(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Audit)?;
    let verified = ask(api.env, api.account(), "/audit-verified", &Record::new()).await?;
    Ok(answer::text(200, answer::JSON, verified, None)?)
}
