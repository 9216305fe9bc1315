//! What a fan sends by hand.

use super::{some_text, text};
use crate::fields::Fields;

/// A message from a fan. Texts are as sent, neither trimmed nor normalised; coordinates and sizes keep their
/// digits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// Typed, or chosen from a menu that was sent as a service message.
    Text {
        /// Content.
        content: String,
        /// bizmsgmenuid: the id of the entry that was tapped in a `msgmenu`.
        menu_choice: Option<String>,
    },
    /// A picture.
    Image {
        /// PicUrl, on WeChat's servers.
        pic_url: String,
        /// MediaId, good for three days.
        media_id: String,
    },
    /// A spoken message.
    Voice {
        /// MediaId, good for three days.
        media_id: String,
        /// Format: `amr`, `speex` and the like.
        format: String,
        /// MediaId16K: the same at 16 kHz.
        media_id_16k: Option<String>,
        /// Recognition: what was understood. Present, but mostly empty today.
        recognition: Option<String>,
    },
    /// A video.
    Video {
        /// MediaId, good for three days.
        media_id: String,
        /// ThumbMediaId.
        thumb_media_id: String,
    },
    /// A video recorded in the chat.
    ShortVideo {
        /// MediaId, good for three days.
        media_id: String,
        /// ThumbMediaId.
        thumb_media_id: String,
    },
    /// A place that the fan picked.
    Location {
        /// Location_X.
        latitude: String,
        /// Location_Y.
        longitude: String,
        /// Scale of the map.
        scale: String,
        /// Label: the address in words.
        label: String,
    },
    /// A shared page.
    Link {
        /// Title.
        title: String,
        /// Description.
        description: String,
        /// Url.
        url: String,
    },
    /// A file. The platform's documentation does not list it; it comes all the same.
    File {
        /// Title: the file's name.
        title: String,
        /// Description.
        description: String,
        /// FileKey.
        key: String,
        /// FileMd5.
        md5: String,
        /// FileTotalLen, in bytes.
        total_len: String,
    },
    /// A type without a form here; see the fields.
    Unknown {
        /// MsgType as sent.
        msg_type: String,
    },
}

impl Message {
    pub(super) fn from_fields(msg_type: &str, fields: &Fields) -> Message {
        let text = |name| text(fields, name);
        match msg_type.to_ascii_lowercase().as_str() {
            "text" => Message::Text {
                content: text("Content"),
                menu_choice: some_text(fields, "bizmsgmenuid"),
            },
            "image" => Message::Image {
                pic_url: text("PicUrl"),
                media_id: text("MediaId"),
            },
            "voice" => Message::Voice {
                media_id: text("MediaId"),
                format: text("Format"),
                media_id_16k: some_text(fields, "MediaId16K"),
                recognition: some_text(fields, "Recognition"),
            },
            "video" => Message::Video {
                media_id: text("MediaId"),
                thumb_media_id: text("ThumbMediaId"),
            },
            "shortvideo" => Message::ShortVideo {
                media_id: text("MediaId"),
                thumb_media_id: text("ThumbMediaId"),
            },
            "location" => Message::Location {
                latitude: text("Location_X"),
                longitude: text("Location_Y"),
                scale: text("Scale"),
                label: text("Label"),
            },
            "link" => Message::Link {
                title: text("Title"),
                description: text("Description"),
                url: text("Url"),
            },
            "file" => Message::File {
                title: text("Title"),
                description: text("Description"),
                key: text("FileKey"),
                md5: text("FileMd5"),
                total_len: text("FileTotalLen"),
            },
            _ => Message::Unknown {
                msg_type: msg_type.to_owned(),
            },
        }
    }
}
