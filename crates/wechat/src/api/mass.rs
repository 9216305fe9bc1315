//! Mass sends: one message to many fans.
//!
//! A service account reaches each fan 4 times a month, a subscription account once a day. `clientmsgid` makes a send happen once: a
//! second one with the same id is answered with 45065 and the first one's `msg_id`. What became of a send comes as
//! MASSSENDJOBFINISH.

use serde_json::{Map, Value, json};

use super::invalid::{CallDefect, InvalidCall, filled, list, range, text, texts};
use super::json::answers;
use super::{Call, Done, Request};

/// Fewest openids of [`send`].
pub const MIN_OPENIDS: usize = 2;

/// Most openids of [`send`].
pub const MAX_OPENIDS: usize = 10_000;

/// Bytes of a `clientmsgid` (45067 above). Older documentation says 64, but ids of 34 and 36 bytes are reported to be refused.
pub const MAX_CLIENTMSGID_BYTES: usize = 32;

/// Pictures of one [`MassMessage::Images`].
pub const MAX_IMAGES: usize = 20;

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MassMessage {
    /// A text.
    Text {
        /// The text.
        content: String,
    },
    /// An article of the account's material or drafts.
    Mpnews {
        /// Its id.
        media_id: String,
        /// Whether to send it although it is somebody else's original work.
        send_ignore_reprint: bool,
    },
    /// A spoken message.
    Voice {
        /// Uploaded before.
        media_id: String,
    },
    /// Pictures.
    Images {
        /// Uploaded before, at most [`MAX_IMAGES`].
        media_ids: Vec<String>,
        /// A sentence with them.
        recommend: String,
    },
    /// A video.
    Mpvideo {
        /// Made by `media/uploadvideo` before.
        media_id: String,
    },
    /// A coupon.
    Wxcard {
        /// Its id.
        card_id: String,
    },
}

/// To whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All followers.
    All,
    /// Those with a tag.
    Tag(u64),
}

/// One fan who sees it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview<'a> {
    /// By openid.
    OpenId(&'a str),
    /// By WeChat name.
    WxName(&'a str),
}

impl MassMessage {
    fn check(&self) -> Result<(), InvalidCall> {
        match self {
            MassMessage::Text { content } => filled("text.content", content),
            MassMessage::Mpnews { media_id, .. } => filled("mpnews.media_id", media_id),
            MassMessage::Voice { media_id } => filled("voice.media_id", media_id),
            MassMessage::Images { media_ids, .. } => {
                list("images.media_ids", media_ids, 1, MAX_IMAGES)
            }
            MassMessage::Mpvideo { media_id } => filled("mpvideo.media_id", media_id),
            MassMessage::Wxcard { card_id } => filled("wxcard.card_id", card_id),
        }
    }

    /// The body but for whom it is.
    fn body(&self) -> Map<String, Value> {
        let (msgtype, field, content) = match self {
            MassMessage::Text { content } => ("text", "text", json!({ "content": content })),
            MassMessage::Mpnews { media_id, .. } => {
                ("mpnews", "mpnews", json!({ "media_id": media_id }))
            }
            MassMessage::Voice { media_id } => ("voice", "voice", json!({ "media_id": media_id })),
            MassMessage::Images {
                media_ids,
                recommend,
            } => (
                "image",
                "images",
                json!({ "media_ids": media_ids, "recommend": recommend }),
            ),
            MassMessage::Mpvideo { media_id } => {
                ("mpvideo", "mpvideo", json!({ "media_id": media_id }))
            }
            MassMessage::Wxcard { card_id } => ("wxcard", "wxcard", json!({ "card_id": card_id })),
        };
        let mut body = Map::new();
        body.insert("msgtype".to_owned(), msgtype.into());
        body.insert(field.to_owned(), content);
        if let MassMessage::Mpnews {
            send_ignore_reprint,
            ..
        } = self
        {
            let ignore = u8::from(*send_ignore_reprint);
            body.insert("send_ignore_reprint".to_owned(), ignore.into());
        }
        body
    }
}

/// Sends to all followers or to those with a tag.
///
/// Limits: 100 calls a day; each fan 4 times a month (service account) or once a day (subscription account); `clientmsgid` up to
/// 32 bytes.
///
/// ```
/// use wechat::api::mass::{self, Audience, MassMessage};
/// use wechat::api::read_answer;
///
/// let text = MassMessage::Text { content: "十点开始".to_owned() };
/// let request = mass::send_all(Audience::Tag(2), &text, Some("campaign-1"))?;
/// assert_eq!(
///     request.json(),
///     Some(concat!(
///         r#"{"clientmsgid":"campaign-1","filter":{"is_to_all":false,"tag_id":2},"#,
///         r#""msgtype":"text","text":{"content":"十点开始"}}"#,
///     )),
/// );
/// let sent: mass::Sent = read_answer(200, br#"{"errcode":0,"errmsg":"ok","msg_id":1000000001,"msg_data_id":206227730}"#)?;
/// assert_eq!(sent.msg_id.as_deref(), Some("1000000001"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A message without content, or a `clientmsgid` that is empty or too long.
pub fn send_all(
    audience: Audience,
    message: &MassMessage,
    clientmsgid: Option<&str>,
) -> Result<Request<Sent>, InvalidCall> {
    let filter = match audience {
        Audience::All => json!({ "is_to_all": true }),
        Audience::Tag(tag_id) => json!({ "is_to_all": false, "tag_id": tag_id }),
    };
    let body = addressed(message, ("filter", filter), clientmsgid)?;
    Ok(Request::of(Call::post(
        "/cgi-bin/message/mass/sendall",
        &body,
    )))
}

/// Sends to 2 to 10,000 fans by openid; service accounts only.
///
/// Limits: 100 calls a day; each fan 4 times a month; `clientmsgid` up to 32 bytes.
///
/// # Errors
/// Too few or too many fans, an empty openid, or as [`send_all`].
pub fn send<T: AsRef<str>>(
    openids: &[T],
    message: &MassMessage,
    clientmsgid: Option<&str>,
) -> Result<Request<Sent>, InvalidCall> {
    list("touser", openids, MIN_OPENIDS, MAX_OPENIDS)?;
    let body = addressed(message, ("touser", json!(texts(openids))), clientmsgid)?;
    Ok(Request::of(Call::post("/cgi-bin/message/mass/send", &body)))
}

/// Sends to one fan, to see how it looks. It counts nowhere else.
///
/// Limits: 100 a day.
///
/// # Errors
/// A message without content, or nobody to see it.
pub fn preview(to: Preview<'_>, message: &MassMessage) -> Result<Request<Sent>, InvalidCall> {
    let (field, name) = match to {
        Preview::OpenId(openid) => ("touser", openid),
        Preview::WxName(name) => ("towxname", name),
    };
    filled(field, name)?;
    let mut body = addressed(message, (field, name.into()), None)?;
    // Here a picture is one.
    if let (MassMessage::Images { media_ids, .. }, Value::Object(members)) = (message, &mut body) {
        members.remove("images");
        let [media_id] = media_ids.as_slice() else {
            return Err(CallDefect::Not("a preview shows one picture").of("image.media_id"));
        };
        members.insert("image".to_owned(), json!({ "media_id": media_id }));
    }
    Ok(Request::of(Call::post(
        "/cgi-bin/message/mass/preview",
        &body,
    )))
}

/// Takes an article back that was sent: whoever opens it sees that it was deleted. Only articles and videos.
///
/// `article_idx` is the place from 1; `None` is all.
///
/// # Errors
/// No id, or place 0.
pub fn delete(msg_id: &str, article_idx: Option<u32>) -> Result<Request<Done>, InvalidCall> {
    let mut body = json!({ "msg_id": number(msg_id)? });
    if let (Some(place), Value::Object(members)) = (article_idx, &mut body) {
        range("article_idx", place.into(), 1, 8)?;
        members.insert("article_idx".to_owned(), place.into());
    }
    Ok(Request::of(Call::post(
        "/cgi-bin/message/mass/delete",
        &body,
    )))
}

/// Asks what became of a send.
///
/// # Errors
/// No id.
pub fn get(msg_id: &str) -> Result<Request<SendStatus>, InvalidCall> {
    let body = json!({ "msg_id": number(msg_id)? });
    Ok(Request::of(Call::post("/cgi-bin/message/mass/get", &body)))
}

fn addressed(
    message: &MassMessage,
    (field, to): (&str, Value),
    clientmsgid: Option<&str>,
) -> Result<Value, InvalidCall> {
    message.check()?;
    let mut body = message.body();
    body.insert(field.to_owned(), to);
    if let Some(id) = clientmsgid {
        text("clientmsgid", id, MAX_CLIENTMSGID_BYTES)?;
        body.insert("clientmsgid".to_owned(), id.into());
    }
    Ok(Value::Object(body))
}

/// An id is a number of 64 bits, which WeChat wants as one.
fn number(msg_id: &str) -> Result<u64, InvalidCall> {
    filled("msg_id", msg_id)?;
    msg_id
        .parse()
        .map_err(|_| CallDefect::Not("not a number").of("msg_id"))
}

answers! {
    /// A send has begun.
    pub struct Sent {
        /// Its id, which MASSSENDJOBFINISH has too; of a preview there may be none.
        pub msg_id: Option<String>,
        /// The id of an article in figures (`datacube`): its beginning up to the `_`.
        pub msg_data_id: Option<String>,
    }

    /// What became of a send.
    pub struct SendStatus {
        /// Its id.
        pub msg_id: String,
        /// `SEND_SUCCESS`, `SENDING`, `SEND_FAIL`, `DELETE`.
        pub msg_status: String,
    }
}
