//! Replies as JSON, for accounts whose callbacks are JSON. The names are those of the XML; articles are an
//! array.

use serde_json::{Map, Value, json};

use super::{Article, Envelope, Reply};

pub(super) fn render(reply: &Reply, envelope: &Envelope<'_>) -> String {
    let mut document = Map::new();
    document.insert("ToUserName".to_owned(), envelope.to.into());
    document.insert("FromUserName".to_owned(), envelope.from.into());
    document.insert("CreateTime".to_owned(), envelope.create_time.into());
    document.insert("MsgType".to_owned(), reply.msg_type().into());
    for (name, value) in body(reply) {
        document.insert(name.to_owned(), value);
    }
    Value::Object(document).to_string()
}

fn body(reply: &Reply) -> Vec<(&'static str, Value)> {
    match reply {
        Reply::Text { content } => vec![("Content", content.as_str().into())],
        Reply::Image { media_id } => vec![("Image", json!({ "MediaId": media_id }))],
        Reply::Voice { media_id } => vec![("Voice", json!({ "MediaId": media_id }))],
        Reply::Video {
            media_id,
            title,
            description,
        } => {
            let texts = [
                ("MediaId", media_id.as_str()),
                ("Title", title.as_deref().unwrap_or_default()),
                ("Description", description.as_deref().unwrap_or_default()),
            ];
            vec![("Video", filled(&texts))]
        }
        Reply::Music {
            title,
            description,
            music_url,
            hq_music_url,
            thumb_media_id,
        } => {
            let texts = [
                ("Title", title.as_str()),
                ("Description", description),
                ("MusicUrl", music_url),
                ("HQMusicUrl", hq_music_url),
                ("ThumbMediaId", thumb_media_id),
            ];
            vec![("Music", filled(&texts))]
        }
        Reply::News { articles } => {
            let list = articles.iter().map(article).collect();
            vec![
                ("ArticleCount", articles.len().into()),
                ("Articles", Value::Array(list)),
            ]
        }
        Reply::TransferCustomerService {
            kf_account: Some(kf_account),
        } => {
            vec![("TransInfo", json!({ "KfAccount": kf_account }))]
        }
        Reply::TransferCustomerService { kf_account: None } => Vec::new(),
    }
}

fn article(article: &Article) -> Value {
    json!({
        "Title": article.title,
        "Description": article.description,
        "PicUrl": article.pic_url,
        "Url": article.url,
    })
}

fn filled(texts: &[(&str, &str)]) -> Value {
    // Inserted one by one: collecting would bring a sort along.
    let mut members = Map::new();
    for (name, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        members.insert((*name).to_owned(), (*text).into());
    }
    Value::Object(members)
}
