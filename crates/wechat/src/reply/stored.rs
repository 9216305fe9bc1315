//! Reading a reply that was kept as JSON. Written by hand: a derived reader is ten times the machine code, and this crate
//! runs where every kilobyte is downloaded.

use serde_json::{Map, Value};

use super::{Article, Reply};

pub(super) fn read(json: &str) -> Option<Reply> {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(json) else {
        return None;
    };
    let reply = match text(&mut fields, "type")?.as_str() {
        "text" => Reply::Text {
            content: text(&mut fields, "content")?,
        },
        "image" => Reply::Image {
            media_id: text(&mut fields, "media_id")?,
        },
        "voice" => Reply::Voice {
            media_id: text(&mut fields, "media_id")?,
        },
        "video" => Reply::Video {
            media_id: text(&mut fields, "media_id")?,
            title: text(&mut fields, "title"),
            description: text(&mut fields, "description"),
        },
        "music" => Reply::Music {
            title: text(&mut fields, "title").unwrap_or_default(),
            description: text(&mut fields, "description").unwrap_or_default(),
            music_url: text(&mut fields, "music_url").unwrap_or_default(),
            hq_music_url: text(&mut fields, "hq_music_url").unwrap_or_default(),
            thumb_media_id: text(&mut fields, "thumb_media_id")?,
        },
        "news" => {
            let Some(Value::Array(articles)) = fields.remove("articles") else {
                return None;
            };
            Reply::News {
                articles: articles.into_iter().map(article).collect::<Option<_>>()?,
            }
        }
        "transfer_customer_service" => Reply::TransferCustomerService {
            kf_account: text(&mut fields, "kf_account"),
        },
        _ => return None,
    };
    Some(reply)
}

fn article(value: Value) -> Option<Article> {
    let Value::Object(mut fields) = value else {
        return None;
    };
    Some(Article {
        title: text(&mut fields, "title")?,
        description: text(&mut fields, "description").unwrap_or_default(),
        pic_url: text(&mut fields, "pic_url").unwrap_or_default(),
        url: text(&mut fields, "url")?,
    })
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
