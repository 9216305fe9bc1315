//! Events that no fan causes by a tap: the result of what the account sent, sessions of customer-service accounts.
//!
//! They are delivered like any callback, after the call that caused them was answered.

use std::sync::Arc;

use super::{Stamp, document::Document};
use crate::{
    answer::Asked,
    clock,
    platform::{
        Platform,
        exchange::{Exchange, Played},
        fan::OpenId,
        journal::Happening,
    },
};

/// Who an event is from that belongs to the account and not to a fan. The platform's documentation calls it an openid
/// of a system account.
pub const SYSTEM: &str = "oSystem000000000000000000000";

impl Platform {
    /// Delivers an event about a fan, or about the account, in the background.
    pub fn announce(self: &Arc<Self>, about: Option<&OpenId>, event: &str, fields: Document) {
        let from = about.map_or(SYSTEM, OpenId::as_str).to_owned();
        let (event, about, platform) = (event.to_owned(), about.cloned(), Arc::clone(self));
        let deliver = async move { platform.carry(about, &from, &event, fields).await };
        tokio::spawn(deliver);
    }

    async fn carry(&self, about: Option<OpenId>, from: &str, event: &str, fields: Document) {
        let at = self.now();
        let seal = self.seal();
        let document = Document::default()
            .with("ToUserName", self.account())
            .with("FromUserName", from)
            .with("CreateTime", at / 1000)
            .with("MsgType", "event")
            .with("Event", event)
            .followed_by(fields)
            .write(seal.format);
        let envelope = seal.wrap(&document, from, &Stamp::fresh(clock::now()));
        let asked = Asked {
            openid: from,
            account: self.account(),
            is_message: false,
        };
        self.figures().sent += 1;
        let outcome = self.courier().deliver(&envelope, seal, asked).await;
        self.figures().count(&outcome);
        let kind = format!("event.{}", event.to_lowercase());
        self.exchanges().add(Exchange::from(Played {
            openid: about.as_ref().map_or("", OpenId::as_str),
            path: &self.settings().callback_path,
            kind: &kind,
            told: "",
            document: &document,
            envelope: &envelope,
            outcome: &outcome,
            at,
        }));
        if let Some(openid) = about {
            let happening = Happening::Callback {
                kind,
                text: String::new(),
                document,
                outcome,
            };
            self.with_known_fan(&openid, |fan| fan.journal.add(happening, at));
        }
        self.stir();
    }
}
