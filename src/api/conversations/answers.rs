//! What an agent writes to the fan.

use serde_json::{Value, json};
use wechat::reply::MAX_TEXT_BYTES;
use worker::Response;

use super::deeds::MAX_ID;
use super::{MAX_BODY, ask_desk, shard_of, unreadable};
use crate::answer;
use crate::api::error::ApiError;
use crate::api::fields::Fields;
use crate::api::principal::{Action, Resource};
use crate::api::{Api, Result};
use crate::desk::ask::DeskError;
use crate::fan_shard::ask::{CallError, ask};
use crate::fan_shard::calls::DeskSays;
use crate::record::Record;

/// Sends a text.
///
/// Awaits: the Desk says whether the conversation is theirs, and under which epoch; the shard takes the message if that is still
/// so, nobody answered after what they have seen, and WeChat allows one. A crash between the two sends nothing. The message's
/// `client_id` is its key at the shard, so a repeat of the whole changes nothing and is answered the same, also when
/// the conversation was given back meanwhile.
pub(super) async fn send(api: &Api<'_>, id: &str) -> Result<Response> {
    api.may(Action::Write, Resource::Conversations)?;
    let body = Fields::of(&api.request, MAX_BODY, &["text", "client_id", "seen"]).await?;
    let text = body.text("text", MAX_TEXT_BYTES)?;
    if text.len() > MAX_TEXT_BYTES {
        let message = format!(
            "the text has {} bytes; WeChat takes {MAX_TEXT_BYTES}",
            text.len()
        );
        return Err(ApiError::parameter("text", message));
    }
    let client_id = body.text("client_id", MAX_ID)?;
    let seen = body.optional("seen", MAX_ID)?;
    let who = api.principal.person();
    let key = format!("{id}/{}/{client_id}", who.id);
    let may = match ask_desk(api, "/may-answer", Record::new().with(id)).await {
        // It may have been given back since the shard took this very message.
        Err(DeskError::Refused(refusal)) if refusal.code == "not_yours" => {
            return match again(api, id, key).await? {
                Some(said) => accepted(&said),
                None => Err(DeskError::Refused(refusal).into()),
            };
        }
        may => may?,
    };
    let may: Value = serde_json::from_str(&may).map_err(|_| unreadable("an answer"))?;
    let openid = may
        .get("openid")
        .and_then(Value::as_str)
        .ok_or_else(erased)?;
    let says = json!({
        "do": "message",
        "conversation": id,
        "epoch": may.get("epoch"),
        "agent": who.id,
        "name": may.get("name"),
        "kf_account": may.get("kf_account"),
        "text": text,
        "seen": seen,
        "client_id": client_id,
    });
    accepted(&say(api, openid, key, &says).await?)
}

/// A message that the shard has.
fn accepted(said: &Value) -> Result<Response> {
    let entry = said.get("entry");
    let job = entry.and_then(|entry| entry.get("job")?.get("id"));
    Ok(answer::json(202, &json!({ "id": job, "entry": entry }))?)
}

/// What the fan's shard answered to a message of this key, if it took one; nothing is sent.
///
/// Awaits the Desk, for whose fan it is, and the shard. Changes nothing.
async fn again(api: &Api<'_>, id: &str, key: String) -> Result<Option<Value>> {
    let shown = ask_desk(api, "/conversation", Record::new().with(id)).await?;
    let shown: Value = serde_json::from_str(&shown).map_err(|_| unreadable("a conversation"))?;
    let Some(openid) = shown.get("openid").and_then(Value::as_str) else {
        return Ok(None);
    };
    let says = json!({ "do": "again", "conversation": id });
    match say(api, openid, key, &says).await {
        Ok(said) => Ok(Some(said)),
        Err(error) if error.status() < 500 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Says something to the shard of a fan; gives what it answers.
pub(super) async fn say(api: &Api<'_>, openid: &str, key: String, says: &Value) -> Result<Value> {
    let call = DeskSays {
        openid: openid.to_owned(),
        key,
        body: says.to_string(),
    };
    let shard = shard_of(api, openid).await?;
    let said = ask(api.env, api.account(), shard, &call).await;
    let said = said.map_err(refused)?.unwrap_or_default();
    serde_json::from_str(&said).map_err(|_| unreadable("what was said"))
}

/// A shard refuses with a word before the sentence.
fn refused(error: CallError) -> ApiError {
    let CallError::Refused {
        status: 409,
        message,
    } = &error
    else {
        return error.into();
    };
    let (code, sentence) = match message.split_once(':') {
        Some(("answered", sentence)) => ("answered", sentence),
        Some(("window", sentence)) => ("window", sentence),
        // Somebody else got it since the Desk was asked.
        Some(("epoch", sentence)) => ("not_yours", sentence),
        _ => return error.into(),
    };
    ApiError::Refused {
        status: 409,
        code,
        field: None,
        message: sentence.trim().to_owned(),
    }
}

/// Nobody can be written to any more.
pub(super) fn erased() -> ApiError {
    ApiError::Conflict("the fan's data was erased".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_shard(message: &str) -> ApiError {
        refused(CallError::Refused {
            status: 409,
            message: message.to_owned(),
        })
    }

    #[test]
    fn the_word_of_a_shard_becomes_the_code() {
        for (message, wanted) in [
            ("window: 48 小时已过", "window"),
            ("answered: 小李 was faster", "answered"),
            ("epoch: it went to somebody else", "not_yours"),
        ] {
            let ApiError::Refused { code, message, .. } = of_shard(message) else {
                panic!("{message}");
            };
            assert_eq!(code, wanted);
            assert!(!message.starts_with(' ') && !message.contains(wanted));
        }
        assert!(matches!(of_shard("something else"), ApiError::Conflict(_)));
    }
}
