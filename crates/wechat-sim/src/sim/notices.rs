//! Templates, and what a fan says to them: consent to one notice, or a refusal.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{Response, StatusCode},
    response::IntoResponse,
};
use serde::Deserialize;
use serde_json::json;

use super::fans::Who;
use crate::{
    callback::document::Document,
    http::{Input, Mistake, document},
    platform::{
        Platform,
        fan::Following,
        templates::{Industries, Template},
    },
};

/// The templates that the account has.
pub(super) async fn templates(State(platform): State<Arc<Platform>>) -> Response<Body> {
    let shown = {
        let templates = platform.templates();
        json!({ "template": templates.template, "subscribe": templates.subscribe, "industries": templates.industries })
    };
    document(StatusCode::OK, &shown)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    template: Option<Vec<Template>>,
    subscribe: Option<Vec<Template>>,
    industries: Option<Industries>,
}

/// Replaces them; what is left out stays.
pub(super) async fn set_templates(
    State(platform): State<Arc<Platform>>,
    Input(given): Input<Given>,
) -> Response<Body> {
    {
        let mut all = platform.templates();
        if let Some(template) = given.template {
            all.template = template;
        }
        if let Some(subscribe) = given.subscribe {
            all.subscribe = subscribe;
        }
        if let Some(industries) = given.industries {
            all.industries = industries;
        }
    }
    templates(State(platform)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Consent {
    template_id: String,
    accept: bool,
}

/// The fan answers the question whether a notice may be sent (the server hears `subscribe_msg_popup_event`), or
/// refuses a kind of template message, of which the server hears only when it sends one.
pub(super) async fn consent(
    State(platform): State<Arc<Platform>>,
    who: Who,
    Input(consent): Input<Consent>,
) -> Result<Response<Body>, Mistake> {
    let Consent {
        template_id,
        accept,
    } = consent;
    let (is_notice, is_message) = {
        let templates = platform.templates();
        (
            templates.notice(&template_id).is_some(),
            templates.message(&template_id).is_some(),
        )
    };
    if !is_notice && !is_message {
        return Err(Mistake::absent("no such template: see GET /sim/templates"));
    }
    let followed = platform.with_fan(who.openid(), |fan| {
        fan.consent(&template_id, accept, is_notice);
        fan.following == Following::Yes
    });
    if is_notice && followed {
        let one = Document::default()
            .with("TemplateId", template_id.as_str())
            .with(
                "SubscribeStatusString",
                if accept { "accept" } else { "reject" },
            )
            .with("PopupScene", 2);
        let list = Document::default().with("List", one);
        platform.announce(
            Some(who.openid()),
            "subscribe_msg_popup_event",
            Document::default().with("SubscribeMsgPopupEvent", list),
        );
    }
    Ok(StatusCode::ACCEPTED.into_response())
}
