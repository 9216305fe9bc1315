//! `/playbook/preview`: what a fan would see, by a document that need not be in force.

use fandesk_api::{PlaybookPlace, PlaybookPreview};
use fandesk_playbook::{Circumstances, Deed, Place, Then};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use wechat::account::Capability;
use worker::Response;

use super::{Api, Result, from_mistake};
use crate::api::error::ApiError;
use crate::api::params;
use crate::api::principal::{Action, Resource};
use crate::random::now;
use crate::store::drafts;
use crate::store::versions::{self as store, Document};
use crate::{answer, publishing};

/// Bytes of a request: a document is escaped in it, which makes it longer.
const MAX_BODY: usize = 2 * 1024 * 1024;

/// Whom the messages would be for; WeChat's form wants somebody.
const NOBODY: &str = "preview";

/// Tells what a fan would see. Awaits D1 when the request carries no document, and changes nothing.
pub(crate) async fn show(api: &Api<'_>) -> Result<Response> {
    api.may(Action::Read, Resource::Playbook)?;
    let asked: Map<String, Value> = params::json(&api.request, MAX_BODY).await?;
    let deed = deed(&asked)?;
    let place = place(&asked)?;
    let open = flag(&asked, "open")?;
    let format = format(&asked)?.to_owned();
    let document = match text(&asked, "document")? {
        Some(sent) => Document {
            format,
            text: sent.to_owned(),
        },
        None => kept(api).await?,
    };
    let playbook = publishing::check(&api.settings, &document.format, &document.text)
        .map_err(from_mistake)?
        .playbook;
    let given = Circumstances {
        place: place.as_ref(),
        open: open.unwrap_or_else(|| playbook.is_open(now().0)),
        service_messages: api
            .settings
            .rights
            .lacks(Capability::CustomMessage)
            .is_none(),
    };
    let seen = playbook.preview(deed, given);
    let messages = seen.messages.iter();
    let (then, to) = followed(seen.then);
    let told = PlaybookPreview {
        reply: seen
            .reply
            .map(|reply| to_raw_value(&reply))
            .transpose()
            .map_err(worker::Error::from)?,
        messages: messages
            .map(|message| RawValue::from_string(message.to_body(NOBODY, None)))
            .collect::<std::result::Result<_, _>>()
            .map_err(worker::Error::from)?,
        hit: seen.hit,
        place: seen.place.map(|place| PlaybookPlace {
            menu: place.menu,
            path: place.path,
        }),
        then,
        to,
        open: given.open,
    };
    Ok(answer::json(200, &told)?)
}

/// What follows, as the API says it.
fn followed(then: Option<Then<'_>>) -> (Option<&'static str>, Option<String>) {
    match then {
        None => (None, None),
        Some(Then::HandOver(routing)) => (Some("hand_over"), routing.team.clone()),
        Some(Then::Ask(intent)) => (Some("ask"), Some(intent.to_owned())),
        Some(Then::Bind) => (Some("bind"), None),
        Some(Then::Unbind) => (Some("unbind"), None),
        Some(Then::Stop) => (Some("stop"), None),
    }
}

fn deed(asked: &Map<String, Value>) -> Result<Deed<'_>> {
    let given = (
        text(asked, "text")?,
        text(asked, "click")?,
        text(asked, "follow")?,
    );
    Ok(match (given, text(asked, "choice")?) {
        ((Some(words), None, None), Some(id)) => Deed::Choice(id, words),
        ((Some(words), None, None), None) => Deed::Text(words),
        ((None, Some(key), None), None) => Deed::Click(key),
        ((None, None, Some(scene)), None) => {
            Deed::Follow(Some(scene).filter(|scene| !scene.is_empty()))
        }
        _ => {
            let message = "give exactly one of text, click and follow; choice goes with text";
            return Err(ApiError::parameter("text", message));
        }
    })
}

fn place(asked: &Map<String, Value>) -> Result<Option<Place>> {
    let wrong = || {
        ApiError::parameter(
            "place",
            "place is {\"menu\": name, \"path\": [keys]} or null",
        )
    };
    let place = match asked.get("place") {
        None | Some(Value::Null) => return Ok(None),
        Some(place) => place.as_object().ok_or_else(wrong)?,
    };
    let menu = text(place, "menu")?.ok_or_else(wrong)?.to_owned();
    let keys = place
        .get("path")
        .and_then(Value::as_array)
        .ok_or_else(wrong)?;
    let path = keys.iter().map(|key| key.as_str().map(str::to_owned));
    let path = path.collect::<Option<_>>().ok_or_else(wrong)?;
    Ok(Some(Place { menu, path }))
}

fn format(asked: &Map<String, Value>) -> Result<&str> {
    match text(asked, "format")? {
        None | Some("toml") => Ok("toml"),
        Some("json") => Ok("json"),
        Some(_) => Err(ApiError::parameter(
            "format",
            "format is \"toml\" or \"json\"",
        )),
    }
}

fn text<'v>(fields: &'v Map<String, Value>, name: &str) -> Result<Option<&'v str>> {
    let Some(value) = fields.get(name) else {
        return Ok(None);
    };
    let text = value.as_str();
    text.map(Some)
        .ok_or_else(|| ApiError::parameter(name, format!("{name} is a text")))
}

fn flag(fields: &Map<String, Value>, name: &str) -> Result<Option<bool>> {
    let Some(value) = fields.get(name) else {
        return Ok(None);
    };
    let flag = value.as_bool();
    flag.map(Some)
        .ok_or_else(|| ApiError::parameter(name, format!("{name} is true or false")))
}

/// The draft, else what is in force.
async fn kept(api: &Api<'_>) -> Result<Document> {
    let draft = drafts::draft(api.env, api.account())
        .await
        .map_err(ApiError::d1)?;
    if let Some(document) = draft.document {
        return Ok(document);
    }
    let newest = store::newest_playbook(api.env, api.account())
        .await
        .map_err(ApiError::d1)?;
    let newest = newest.ok_or_else(|| {
        ApiError::NotFound("there is no draft, and no playbook was published yet".to_owned())
    })?;
    Ok(Document {
        format: newest.format,
        text: newest.document,
    })
}
