//! Customer-service messages: what is said later, while the fan's window is open.
//!
//! There is no idempotency key: a call whose answer was lost may have been delivered. When a fan may be
//! written to, and how often, is for the caller to keep; WeChat answers 45015 (window over) and 45047 (count
//! over).

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::call::written;
use super::invalid::{self, InvalidCall};
use super::{Call, Done, Request};
use crate::reply::{Article, InvalidReply, MAX_TEXT_BYTES, Reply, check_text, cut_text, filled};

/// A message to one fan. [`ServiceMessage::to_body`] gives WeChat's form, which is also what to keep of one
/// that is sent later ([`send_body`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceMessage {
    /// A text.
    Text {
        /// At most [`MAX_TEXT_BYTES`].
        content: String,
    },
    /// A picture.
    Image {
        /// Uploaded before.
        media_id: String,
    },
    /// A spoken message.
    Voice {
        /// Uploaded before.
        media_id: String,
    },
    /// A video.
    Video {
        /// Uploaded before.
        media_id: String,
        /// The picture shown before it plays, uploaded before.
        thumb_media_id: Option<String>,
        /// Shown with it.
        title: Option<String>,
        /// Shown with it.
        description: Option<String>,
    },
    /// A piece of music.
    Music {
        /// Shown with it.
        title: String,
        /// Shown with it.
        description: String,
        /// Where it plays from; `hq_music_url` when empty, since here WeChat needs both.
        music_url: String,
        /// Where it plays from over Wi-Fi; `music_url` when empty.
        hq_music_url: String,
        /// The cover, uploaded before.
        thumb_media_id: String,
    },
    /// One article that opens a page.
    News {
        /// The only one; the platform allows no more here.
        article: Article,
    },
    /// An article of the account's material.
    Mpnews {
        /// Its id.
        media_id: String,
    },
    /// A published article.
    Mpnewsarticle {
        /// Its id.
        article_id: String,
    },
    /// Choices that the fan taps; the tap comes back as a text with `bizmsgmenuid`.
    Msgmenu {
        /// Above the choices.
        head_content: String,
        /// The choices.
        list: Vec<MenuChoice>,
        /// Below the choices.
        tail_content: String,
    },
    /// A coupon.
    Wxcard {
        /// Its id.
        card_id: String,
    },
    /// A card that opens a mini program of the same owner.
    Miniprogrampage {
        /// Title.
        title: String,
        /// AppID of the mini program.
        appid: String,
        /// Its page.
        pagepath: String,
        /// The picture, uploaded before.
        thumb_media_id: String,
    },
}

/// A choice of [`ServiceMessage::Msgmenu`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuChoice {
    /// Comes back as `bizmsgmenuid`.
    pub id: String,
    /// What the fan sees, and what comes back as the text.
    pub content: String,
}

impl ServiceMessage {
    /// A text, cut at [`MAX_TEXT_BYTES`] if it is longer.
    pub fn text(content: impl AsRef<str>) -> ServiceMessage {
        ServiceMessage::Text {
            content: cut_text(content.as_ref(), MAX_TEXT_BYTES).into_owned(),
        }
    }

    /// The service form of a reply. `None` where there is none: several articles, or a transfer.
    pub fn from_reply(reply: &Reply) -> Option<ServiceMessage> {
        Some(match reply.clone() {
            Reply::Text { content } => ServiceMessage::Text { content },
            Reply::Image { media_id } => ServiceMessage::Image { media_id },
            Reply::Voice { media_id } => ServiceMessage::Voice { media_id },
            Reply::Video {
                media_id,
                title,
                description,
            } => ServiceMessage::Video {
                media_id,
                thumb_media_id: None,
                title,
                description,
            },
            Reply::Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            } => ServiceMessage::Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            },
            Reply::News { articles } => {
                let [article] = <[Article; 1]>::try_from(articles).ok()?;
                ServiceMessage::News { article }
            }
            Reply::TransferCustomerService { .. } => return None,
        })
    }

    /// `msgtype`.
    pub fn msgtype(&self) -> &'static str {
        match self {
            ServiceMessage::Text { .. } => "text",
            ServiceMessage::Image { .. } => "image",
            ServiceMessage::Voice { .. } => "voice",
            ServiceMessage::Video { .. } => "video",
            ServiceMessage::Music { .. } => "music",
            ServiceMessage::News { .. } => "news",
            ServiceMessage::Mpnews { .. } => "mpnews",
            ServiceMessage::Mpnewsarticle { .. } => "mpnewsarticle",
            ServiceMessage::Msgmenu { .. } => "msgmenu",
            ServiceMessage::Wxcard { .. } => "wxcard",
            ServiceMessage::Miniprogrampage { .. } => "miniprogrampage",
        }
    }

    /// Whether the platform takes this message.
    ///
    /// # Errors
    /// An empty text or id, music without an address, or a text that is too long.
    pub fn check(&self) -> Result<(), InvalidReply> {
        match self {
            ServiceMessage::Text { content } => check_text(content),
            ServiceMessage::Image { media_id }
            | ServiceMessage::Voice { media_id }
            | ServiceMessage::Video { media_id, .. }
            | ServiceMessage::Mpnews { media_id } => filled("media_id", media_id),
            ServiceMessage::Music {
                music_url,
                hq_music_url,
                thumb_media_id,
                ..
            } => filled("musicurl", either(music_url, hq_music_url))
                .and_then(|()| filled("thumb_media_id", thumb_media_id)),
            ServiceMessage::News { article } => {
                filled("title", &article.title).and_then(|()| filled("url", &article.url))
            }
            ServiceMessage::Mpnewsarticle { article_id } => filled("article_id", article_id),
            ServiceMessage::Msgmenu { list, .. } if list.is_empty() => {
                Err(InvalidReply::Empty { field: "list" })
            }
            ServiceMessage::Msgmenu { list, .. } => list.iter().try_for_each(|choice| {
                filled("id", &choice.id).and_then(|()| filled("content", &choice.content))
            }),
            ServiceMessage::Wxcard { card_id } => filled("card_id", card_id),
            ServiceMessage::Miniprogrampage {
                appid,
                pagepath,
                thumb_media_id,
                ..
            } => filled("appid", appid)
                .and_then(|()| filled("pagepath", pagepath))
                .and_then(|()| filled("thumb_media_id", thumb_media_id)),
        }
    }

    /// WeChat's JSON, from the account or from one of its customer-service accounts.
    pub fn to_body(&self, openid: &str, kf_account: Option<&str>) -> String {
        written(&self.value(openid, kf_account))
    }

    fn value(&self, openid: &str, kf_account: Option<&str>) -> Value {
        let mut body = Map::new();
        body.insert("touser".to_owned(), openid.into());
        body.insert("msgtype".to_owned(), self.msgtype().into());
        body.insert(self.msgtype().to_owned(), self.inner());
        if let Some(kf_account) = kf_account {
            body.insert(
                "customservice".to_owned(),
                json!({ "kf_account": kf_account }),
            );
        }
        Value::Object(body)
    }

    fn inner(&self) -> Value {
        match self {
            ServiceMessage::Text { content } => json!({ "content": content }),
            ServiceMessage::Image { media_id }
            | ServiceMessage::Voice { media_id }
            | ServiceMessage::Mpnews { media_id } => {
                json!({ "media_id": media_id })
            }
            ServiceMessage::Video {
                media_id,
                thumb_media_id,
                title,
                description,
            } => {
                let texts = [
                    ("media_id", Some(media_id)),
                    ("thumb_media_id", thumb_media_id.as_ref()),
                    ("title", title.as_ref()),
                    ("description", description.as_ref()),
                ];
                // Inserted one by one: collecting would bring a sort along.
                let mut video = Map::new();
                for (name, text) in texts {
                    if let Some(text) = text {
                        video.insert(name.to_owned(), text.as_str().into());
                    }
                }
                Value::Object(video)
            }
            ServiceMessage::Music {
                title,
                description,
                music_url,
                hq_music_url,
                thumb_media_id,
            } => json!({
                "title": title,
                "description": description,
                "musicurl": either(music_url, hq_music_url),
                "hqmusicurl": either(hq_music_url, music_url),
                "thumb_media_id": thumb_media_id,
            }),
            ServiceMessage::News { article } => {
                let mut entry = json!({
                    "title": article.title,
                    "description": article.description,
                    "url": article.url,
                });
                // May be missing, but an empty address is none (40066).
                if let (Value::Object(members), false) = (&mut entry, article.pic_url.is_empty()) {
                    members.insert("picurl".to_owned(), article.pic_url.as_str().into());
                }
                json!({ "articles": [entry] })
            }
            ServiceMessage::Mpnewsarticle { article_id } => json!({ "article_id": article_id }),
            ServiceMessage::Msgmenu {
                head_content,
                list,
                tail_content,
            } => {
                json!({ "head_content": head_content, "list": list, "tail_content": tail_content })
            }
            ServiceMessage::Wxcard { card_id } => json!({ "card_id": card_id }),
            ServiceMessage::Miniprogrampage {
                title,
                appid,
                pagepath,
                thumb_media_id,
            } => {
                json!({ "title": title, "appid": appid, "pagepath": pagepath, "thumb_media_id": thumb_media_id })
            }
        }
    }
}

/// A text, or the one that stands in for it when it is empty.
fn either<'a>(text: &'a str, instead: &'a str) -> &'a str {
    if text.is_empty() { instead } else { text }
}

/// Sends a message in the account's name, within the fan's window.
///
/// Limits: 500,000 a day; 5 in 48 hours after a message, 3 in a minute after a tap, follow or scan; a text of 2048 bytes.
///
/// # Errors
/// No openid, or a message that [`ServiceMessage::check`] refuses.
pub fn send(openid: &str, message: &ServiceMessage) -> Result<Request<Done>, InvalidCall> {
    checked(openid, message, None)
}

/// Sends a message in the name of a customer-service account, given as `name@account`.
///
/// # Errors
/// Those of [`send`], or a name that [`kf::check_account`](super::kf::check_account) refuses.
pub fn send_as(
    openid: &str,
    message: &ServiceMessage,
    kf_account: &str,
) -> Result<Request<Done>, InvalidCall> {
    super::kf::check_account(kf_account)?;
    checked(openid, message, Some(kf_account))
}

fn checked(
    openid: &str,
    message: &ServiceMessage,
    kf_account: Option<&str>,
) -> Result<Request<Done>, InvalidCall> {
    invalid::filled("touser", openid)?;
    message.check()?;
    Ok(send_body(message.to_body(openid, kf_account)))
}

/// Sends what [`ServiceMessage::to_body`] made earlier.
pub fn send_body(body: String) -> Request<Done> {
    Request::of(Call::post_text("/cgi-bin/message/custom/send", body))
}

/// Shows "对方正在输入" for 15 s, or ends it.
///
/// Limits: within 30 s after a message of the fan (45080).
pub fn typing(openid: &str, on: bool) -> Request<Done> {
    let command = if on { "Typing" } else { "CancelTyping" };
    Request::of(Call::post(
        "/cgi-bin/message/custom/typing",
        &json!({ "touser": openid, "command": command }),
    ))
}
