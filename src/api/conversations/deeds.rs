//! Who is to have a conversation, and where it stands.

use serde_json::{Value, json};
use worker::Response;

use super::{MAX_BODY, ask_desk};
use crate::answer;
use crate::api::fields::Fields;
use crate::api::principal::{Action, Resource};
use crate::api::{Api, Result};
use crate::record::Record;

/// Tags that a conversation may have, and characters of one, as with fans.
const MAX_TAGS: usize = 20;
const MAX_TAG_CHARS: usize = 30;

/// Characters of a name of somebody or something.
pub(super) const MAX_ID: usize = 64;

/// Characters of a note.
pub(super) const MAX_NOTE: usize = 4_000;

/// Whether there is such a deed.
pub(super) fn is_one(deed: &str) -> bool {
    matches!(
        deed,
        "take" | "release" | "hold" | "resume" | "resolve" | "assign" | "transfer"
    )
}

/// Does something with one conversation. A note that goes with a transfer is written first, so that whoever gets it finds it there:
/// should the transfer then be refused, the note stays.
pub(super) async fn act(api: &Api<'_>, id: &str, deed: &str) -> Result<Response> {
    api.may(Action::Write, needed_for(deed))?;
    let with = match deed {
        "assign" => {
            let body = Fields::of(&api.request, MAX_BODY, &["agent"]).await?;
            json!({ "agent": body.text("agent", MAX_ID)? })
        }
        "transfer" => {
            let body = Fields::of(&api.request, MAX_BODY, &["team", "note"]).await?;
            let team = body.text("team", MAX_ID)?;
            if let Some(note) = body.optional("note", MAX_NOTE)? {
                super::notes::write(api, id, &note).await?;
            }
            json!({ "team": team })
        }
        _ => Value::Null,
    };
    done(api, id, deed, &with).await
}

/// Replaces the tags.
pub(super) async fn tag(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Conversations)?;
    let body = Fields::of(&api.request, MAX_BODY, &["tags"]).await?;
    let tags = body.texts("tags", 0, MAX_TAGS, MAX_TAG_CHARS)?;
    done(api, id, "tags", &json!({ "tags": tags })).await
}

async fn done(api: &Api<'_>, id: &str, deed: &str, with: &Value) -> Result<Response> {
    let call = Record::new().with(id).with(deed).with(with);
    let conversation = ask_desk(api, "/deed", call).await?;
    Ok(answer::text(200, answer::JSON, conversation, None)?)
}

/// The right that a deed wants. Whose conversation it is the Desk looks at.
pub(super) fn needed_for(deed: &str) -> Resource {
    if deed == "assign" {
        Resource::Assignments
    } else {
        Resource::Conversations
    }
}

/// The tags of a body, for many conversations at once.
pub(super) fn tags_of(body: &Fields) -> Result<Vec<String>> {
    body.texts("tags", 1, MAX_TAGS, MAX_TAG_CHARS)
}
