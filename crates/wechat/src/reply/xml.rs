//! Replies as XML, in the order of the platform's own samples.

use super::{Article, Envelope, Reply};
use crate::document::Document;

pub(super) fn render(reply: &Reply, envelope: &Envelope<'_>) -> String {
    let mut document = Document::default();
    document.element("xml", |xml| {
        xml.text("ToUserName", envelope.to);
        xml.text("FromUserName", envelope.from);
        xml.number("CreateTime", envelope.create_time);
        xml.text("MsgType", reply.msg_type());
        body(xml, reply);
    });
    document.finish()
}

fn body(xml: &mut Document, reply: &Reply) {
    match reply {
        Reply::Text { content } => xml.text("Content", content),
        Reply::Image { media_id } => xml.element("Image", |image| image.text("MediaId", media_id)),
        Reply::Voice { media_id } => xml.element("Voice", |voice| voice.text("MediaId", media_id)),
        Reply::Video {
            media_id,
            title,
            description,
        } => xml.element("Video", |video| {
            video.text("MediaId", media_id);
            video.text_if("Title", title.as_deref().unwrap_or_default());
            video.text_if("Description", description.as_deref().unwrap_or_default());
        }),
        Reply::Music {
            title,
            description,
            music_url,
            hq_music_url,
            thumb_media_id,
        } => xml.element("Music", |music| {
            music.text_if("Title", title);
            music.text_if("Description", description);
            music.text_if("MusicUrl", music_url);
            music.text_if("HQMusicUrl", hq_music_url);
            music.text("ThumbMediaId", thumb_media_id);
        }),
        Reply::News { articles } => {
            xml.number("ArticleCount", articles.len());
            xml.element("Articles", |list| {
                articles
                    .iter()
                    .for_each(|one| list.element("item", |item| article(item, one)))
            });
        }
        Reply::TransferCustomerService {
            kf_account: Some(kf_account),
        } => {
            xml.element("TransInfo", |info| info.text("KfAccount", kf_account));
        }
        Reply::TransferCustomerService { kf_account: None } => {}
    }
}

fn article(item: &mut Document, article: &Article) {
    item.text("Title", &article.title);
    item.text("Description", &article.description);
    item.text("PicUrl", &article.pic_url);
    item.text("Url", &article.url);
}
