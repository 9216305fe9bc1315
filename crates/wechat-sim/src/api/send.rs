//! `POST /cgi-bin/message/custom/send` and `…/typing`.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
};
use serde_json::{Map, Value};

use super::{
    body, done, message,
    refusal::{
        BLACKLISTED, INVALID_COMMAND, INVALID_OPENID, NOT_FOLLOWING, Refusal, TYPING_ALREADY,
        TYPING_TOO_LATE, WINDOW_OVER, WINDOW_SPENT,
    },
};
use crate::platform::{
    Platform,
    fan::{Fan, Following, OpenId, TYPING_MS},
    journal::{Happening, Via},
    window::Closed,
};

/// “Typing” may be shown this long after the fan last wrote (platform documentation of 45080).
const TYPING_AFTER_MS: u64 = 30_000;

/// Sends a message: first its content is judged, then whether the fan may be written to. Only the last step, which
/// cannot fail any more, takes from the fan's window.
pub async fn send(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    let about = About::of(&body);
    let now = platform.now();
    let checked = {
        let media = platform.media();
        message::check(body, |name, kind| media.is(name, kind, now))
    };
    let sent = checked.and_then(|outgoing| {
        let deliver = |fan: &mut Fan| {
            reachable(fan)?;
            fan.windows.spend(now).map_err(|closed| match closed {
                Closed::Over => WINDOW_OVER,
                Closed::Spent => WINDOW_SPENT,
            })?;
            fan.typing_until = 0;
            fan.service_messages += 1;
            fan.journal.add(
                Happening::Message {
                    via: Via::Service,
                    reply: outgoing.reply,
                },
                now,
            );
            Ok(())
        };
        platform
            .with_known_fan(&outgoing.openid, deliver)
            .unwrap_or_else(unknown)
    });
    about.tell(&platform, "/cgi-bin/message/custom/send", &sent);
    sent.map(|()| done())
}

/// Shows or hides “typing”.
pub async fn typing(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    let about = About::of(&body);
    let now = platform.now();
    let shown = match (&about.openid, body.get("command").and_then(Value::as_str)) {
        (None, _) => Err(INVALID_OPENID.because("touser")),
        (Some(openid), Some(command @ ("Typing" | "CancelTyping"))) => {
            let show = |fan: &mut Fan| show_typing(fan, command == "Typing", now);
            platform
                .with_known_fan(openid, show)
                .unwrap_or_else(unknown)
        }
        _ => Err(INVALID_COMMAND.because("command is Typing or CancelTyping")),
    };
    about.tell(&platform, "/cgi-bin/message/custom/typing", &shown);
    shown.map(|()| done())
}

fn show_typing(fan: &mut Fan, show: bool, now: u64) -> Result<(), Refusal> {
    reachable(fan)?;
    if show {
        if fan.typing_until > now {
            return Err(TYPING_ALREADY.into());
        }
        if fan
            .last_contact
            .is_none_or(|at| now.saturating_sub(at) > TYPING_AFTER_MS)
        {
            return Err(TYPING_TOO_LATE.into());
        }
    }
    fan.typing_until = if show { now + TYPING_MS } else { 0 };
    fan.journal.add(
        Happening::Typing {
            until: fan.typing_until,
        },
        now,
    );
    Ok(())
}

fn reachable(fan: &Fan) -> Result<(), Refusal> {
    match fan.following {
        Following::Yes if fan.profile.blocked => Err(BLACKLISTED.into()),
        Following::Yes => Ok(()),
        Following::Left | Following::Unseen => Err(NOT_FOLLOWING.into()),
    }
}

fn unknown<T>() -> Result<T, Refusal> {
    Err(INVALID_OPENID.because("no fan of this account"))
}

/// What the fan's journal says of a call, taken from it before it is judged.
struct About {
    openid: Option<OpenId>,
    kind: Option<String>,
    text: Option<String>,
}

impl About {
    fn of(body: &Map<String, Value>) -> Self {
        let field = |name: &str| body.get(name).and_then(Value::as_str);
        let text = body
            .get("text")
            .and_then(|text| text.get("content"))
            .and_then(Value::as_str);
        Self {
            openid: field("touser").and_then(OpenId::parse),
            kind: field("msgtype").map(str::to_owned),
            text: text.map(str::to_owned),
        }
    }

    /// Writes the call into the journal, whatever came of it.
    fn tell(self, platform: &Platform, path: &str, result: &Result<(), Refusal>) {
        let (errcode, errmsg) = match result {
            Ok(()) => (0, "ok".to_owned()),
            Err(refusal) => (refusal.code.0, refusal.to_string()),
        };
        if let Some(openid) = self.openid {
            let (kind, text) = (self.kind, self.text);
            let now = platform.now();
            let call = Happening::Call {
                path: path.to_owned(),
                errcode,
                errmsg,
                kind,
                text,
            };
            platform.with_known_fan(&openid, |fan| fan.journal.add(call, now));
            platform.stir();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fan() -> Fan {
        Fan {
            following: Following::Yes,
            last_contact: Some(0),
            ..Fan::unseen()
        }
    }

    fn code(result: Result<(), Refusal>) -> i32 {
        result.map_or_else(|refusal| refusal.code.0, |()| 0)
    }

    #[test]
    fn typing_twice_is_refused_until_it_faded() {
        let mut fan = fan();
        assert_eq!(code(show_typing(&mut fan, true, 0)), 0);
        assert_eq!(code(show_typing(&mut fan, true, 14_999)), 45081);
        assert_eq!(code(show_typing(&mut fan, true, 15_000)), 0);
    }

    #[test]
    fn typing_needs_a_fan_who_wrote_lately() {
        assert_eq!(code(show_typing(&mut fan(), true, 30_001)), 45080);
    }

    #[test]
    fn typing_to_one_who_left_is_refused() {
        let mut fan = Fan {
            following: Following::Left,
            ..fan()
        };
        assert_eq!(code(show_typing(&mut fan, true, 0)), 43004);
    }
}
