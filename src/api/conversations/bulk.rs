//! One deed for many conversations.

use serde_json::json;
use worker::Response;

use super::deeds::{MAX_ID, needed_for, tags_of};
use super::{MAX_BODY, ask_desk};
use crate::answer;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::principal::Action;
use crate::api::{Api, Result};
use crate::record::Record;

/// Conversations at once.
const MOST: usize = 100;

/// The Desk does it with each by itself, in one call: those that it cannot be done with do not hold up the others.
pub(super) async fn act(api: &Api<'_>) -> Result<Response> {
    let known = ["ids", "action", "agent", "team", "tags"];
    let body = Fields::of(&api.request, MAX_BODY, &known).await?;
    let action = body.text("action", MAX_ID)?;
    api.may(Action::Write, needed_for(&action))?;
    let ids = body.texts("ids", 1, MOST, MAX_ID)?;
    let with = match action.as_str() {
        "assign" => json!({ "agent": body.text("agent", MAX_ID)? }),
        "transfer" => json!({ "team": body.text("team", MAX_ID)? }),
        "tag" => json!({ "tags": tags_of(&body)? }),
        "take" | "release" | "resolve" | "hold" => json!({}),
        _ => {
            let message = "action is take, release, resolve, assign, transfer, hold or tag";
            return Err(ApiError::parameter("action", message));
        }
    };
    let call = Record::new().with(json!(ids)).with(action).with(with);
    let done = ask_desk(api, "/bulk", call).await?;
    Ok(answer::text(200, answer::JSON, done, None)?)
}
