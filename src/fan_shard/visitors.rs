//! What a shard does for visitors of the web page.
//!
//! They write one by one and not in groups: nobody knows of a burst of them, and each is told the id of what they wrote.

use std::rc::Rc;

use fandesk_shard::intake::Arrival;
use fandesk_shard::visitor::{self, inbox};
use fandesk_shard::{Channel, Slot};
use serde_json::json;

use super::calls::VisitorSends;
use super::{Refused, Shard};
use crate::random::now;
use crate::record::Unreadable;

/// Who writes more often than they may.
const TOO_FAST: u16 = 429;

impl Shard {
    /// Takes what a visitor sends. A repeat is answered as before, however fast they are.
    pub(super) fn visitor_sends(
        self: &Rc<Self>,
        call: &VisitorSends,
    ) -> Result<Option<String>, Refused> {
        if Channel::of(&call.openid) != Channel::Web {
            return Err(Unreadable::Field(0).into());
        }
        let known = inbox::answered(&self.db, self.number, &call.key)?;
        if let Some(answered) = known {
            return Ok(Some(answered.to_string()));
        }
        let arrival = Arrival::read(call.key.clone(), call.fields.clone());
        let arrival = arrival.map_err(|error| Refused::Because {
            status: 400,
            message: error.to_string(),
        })?;
        if let Some(answer) = self.answered_elsewhere(Slot::of(&call.openid), &arrival)? {
            // Its event stayed with the shard that had the slot.
            let reply = answer.reply.as_ref().map(visitor::seen::reply);
            return Ok(Some(json!({ "id": null, "reply": reply }).to_string()));
        }
        let wait = match arrival.inbound.kind().as_str() {
            "text" => visitor::too_fast(&self.db, &call.openid, now())?,
            _ => None,
        };
        if let Some(ms) = wait {
            return Err(Refused::Because {
                status: TOO_FAST,
                message: ms.to_string(),
            });
        }
        let receipt = self.decide_and_write(&[&arrival]).pop().flatten();
        let receipt = receipt.ok_or_else(|| Refused::Because {
            status: 500,
            message: "the message could not be kept; send it again".to_owned(),
        })?;
        let answered = inbox::answered(&self.db, self.number, &call.key)?;
        self.carry_on(receipt.rang, receipt.tells);
        Ok(answered.map(|answered| answered.to_string()))
    }

    /// A page of what there is for a visitor.
    pub(super) fn visitor_reads(
        &self,
        openid: &str,
        after: &str,
    ) -> Result<Option<String>, Refused> {
        let after = match after {
            "" => None,
            after => Some(after.parse().map_err(|_| Unreadable::Field(1))?),
        };
        let page = inbox::read(&self.db, self.number, openid, after)?;
        Ok(Some(page.to_string()))
    }
}
