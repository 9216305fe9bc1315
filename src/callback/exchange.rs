//! One callback: opened, handed to a shard, and answered in its own form.

use std::rc::Rc;

use fandesk_shard::Slot;
use wechat::{Envelope, Opened, Query, reply};

use super::words::{Words, say};
use crate::fan_shard::ask::CallError;
use crate::fan_shard::calls::{Receive, Received};
use crate::log;
use crate::random::{PlatformRandom, now};
use crate::settings::Settings;

/// A callback that was verified, and what its answer needs.
pub(super) struct Exchange {
    pub(super) settings: Rc<Settings>,
    opened: Opened,
    nonce: String,
}

impl Exchange {
    pub(super) fn open(settings: Rc<Settings>, query: &Query, body: &[u8]) -> Result<Self, Words> {
        let opened = settings
            .keyring
            .open(query, body, now().seconds())
            .map_err(|refusal| say(refusal.status(), refusal.to_string()))?;
        Ok(Self {
            settings,
            opened,
            nonce: query.nonce.clone().unwrap_or_default(),
        })
    }

    pub(super) fn slot(&self) -> Slot {
        Slot::of_message(&self.opened.inbound)
    }

    pub(super) fn call(&self) -> Receive {
        let inbound = &self.opened.inbound;
        Receive {
            key: inbound.message_key().to_string(),
            fields: serde_json::to_string(&inbound.fields).unwrap_or_default(),
        }
    }

    pub(super) fn answer(&self, kept: Result<Received, CallError>) -> Words {
        let inbound = &self.opened.inbound;
        let kept = match kept {
            Ok(kept) => kept,
            Err(error) => {
                log::error(
                    "callback",
                    "a callback was not kept; WeChat will try again",
                    &[
                        ("account", &self.settings.account),
                        ("kind", &inbound.kind()),
                        ("reason", &error),
                    ],
                );
                return say(500, "not kept".to_owned());
            }
        };
        let Some(reply) = kept.reply else {
            return say(200, reply::SUCCESS.to_owned());
        };
        let envelope = Envelope {
            to: &inbound.from,
            from: &inbound.to,
            create_time: kept.created_at,
        };
        let Opened {
            format, sealing, ..
        } = &self.opened;
        let document = reply.render(*format, &envelope);
        let mut random = [0; 16];
        fandesk_shard::Random::fill(&mut PlatformRandom, &mut random);
        let keyring = &self.settings.keyring;
        Words {
            status: 200,
            format: Some(*format),
            text: keyring.seal(sealing, &document, kept.created_at, &self.nonce, random),
        }
    }
}
