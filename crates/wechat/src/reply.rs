//! The answer given at once, in the response to the callback.
//!
//! A reply is kept as a value (it serialises, tag `type`, and [`Reply::from_json`] reads that) and rendered only when it leaves, as XML or JSON.
//! What is rendered is the plain document; [`Keyring::seal`](crate::Keyring::seal) encrypts it where the mode
//! asks for it.
//!
//! | room | what |
//! |---|---|
//! | `check` | what the platform would refuse |
//! | `text` | cutting at a character, and characters that XML cannot carry |
//! | `xml`, `json` | the two forms |

mod check;
mod json;
mod stored;
mod text;
mod xml;

use serde::Serialize;

pub use check::{
    Answering, InvalidReply, MAX_ARTICLES_TO_EVENT, MAX_ARTICLES_TO_MESSAGE, MAX_TEXT_BYTES,
};
pub use text::{cut_text, without_forbidden};

pub(crate) use check::{filled, text as check_text};

use crate::fields::Format;

/// The whole response when there is nothing to say. Never encrypted; an empty body does as well.
pub const SUCCESS: &str = "success";

/// An answer to a fan.
///
/// ```
/// use wechat::{Envelope, Reply};
///
/// let reply = Reply::text("你好");
/// let xml = reply.to_xml(&Envelope { to: "oFan", from: "gh_1", create_time: 1_700_000_000 });
/// assert!(xml.ends_with("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// A text; `\n` breaks lines, and `<a href>` links work.
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
        /// Shown with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// Shown with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// A piece of music. Empty texts are left out.
    Music {
        /// Shown with it.
        title: String,
        /// Shown with it.
        description: String,
        /// Where it plays from.
        music_url: String,
        /// Where it plays from over Wi-Fi.
        hq_music_url: String,
        /// The cover, uploaded before. The platform requires it.
        thumb_media_id: String,
    },
    /// Articles: one to a message, up to eight to an event.
    News {
        /// In order of display.
        articles: Vec<Article>,
    },
    /// Hands the fan to WeChat's own customer-service client.
    TransferCustomerService {
        /// To whom; whoever is free if not said.
        #[serde(skip_serializing_if = "Option::is_none")]
        kf_account: Option<String>,
    },
}

/// An article that opens a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Article {
    /// Title.
    pub title: String,
    /// Shown below the title when there is one article only.
    pub description: String,
    /// The picture: 360×200 for the first, 200×200 for others.
    pub pic_url: String,
    /// The page.
    pub url: String,
}

/// From whom a reply goes to whom, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The fan's openid.
    pub to: &'a str,
    /// The account: ToUserName of what is answered.
    pub from: &'a str,
    /// Seconds since 1970.
    pub create_time: i64,
}

impl Reply {
    /// Reads a reply that was kept as its JSON; `None` when the text is something else.
    #[must_use]
    pub fn from_json(json: &str) -> Option<Reply> {
        stored::read(json)
    }

    /// A text, cut at [`MAX_TEXT_BYTES`] if it is longer.
    pub fn text(content: impl Into<String>) -> Reply {
        let content: String = content.into();
        Reply::Text {
            content: cut_text(&content, MAX_TEXT_BYTES).into_owned(),
        }
    }

    /// MsgType.
    pub fn msg_type(&self) -> &'static str {
        match self {
            Reply::Text { .. } => "text",
            Reply::Image { .. } => "image",
            Reply::Voice { .. } => "voice",
            Reply::Video { .. } => "video",
            Reply::Music { .. } => "music",
            Reply::News { .. } => "news",
            Reply::TransferCustomerService { .. } => "transfer_customer_service",
        }
    }

    /// Whether the platform takes this reply.
    ///
    /// # Errors
    /// An empty text or id, a text that is too long, a wrong number of articles, or a transfer in answer to
    /// an event.
    pub fn check(&self, answering: Answering) -> Result<(), InvalidReply> {
        check::check(self, answering)
    }

    /// The document as XML.
    ///
    /// `]]>` inside a text is split over two CDATA sections. Characters that XML 1.0 forbids (most control
    /// characters) have no form in it and are left out.
    pub fn to_xml(&self, envelope: &Envelope<'_>) -> String {
        xml::render(self, envelope)
    }

    /// The document as JSON. Characters outside ASCII stay as they are.
    pub fn to_json(&self, envelope: &Envelope<'_>) -> String {
        json::render(self, envelope)
    }

    /// The document in the format of what is answered.
    pub fn render(&self, format: Format, envelope: &Envelope<'_>) -> String {
        match format {
            Format::Xml => self.to_xml(envelope),
            Format::Json => self.to_json(envelope),
        }
    }
}
