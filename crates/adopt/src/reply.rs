//! One automatic answer: what of it a playbook can say.
//!
//! WeChat keeps the content of an answer under `content` (automatic answers) or `value` (buttons): the text, a media id, or
//! for a video often an address of its file that ends after hours. Articles are in `news_info`.

use serde_json::Value;
use wechat::reply::{
    Answering, MAX_ARTICLES_TO_EVENT, MAX_ARTICLES_TO_MESSAGE, MAX_TEXT_BYTES, cut_text,
};

use crate::current::{listed, text};
use crate::page::{literal, quoted, short};

/// An answer in TOML, and what has to be said about it.
pub(crate) struct Carried {
    /// An inline table such as `{ text = "…" }`; none when nothing could be carried over.
    pub(crate) reply: Option<String>,
    /// Whether it can be published as it is; else it belongs into a comment until somebody completed it.
    pub(crate) ready: bool,
    pub(crate) notes: Vec<String>,
}

/// A picture, voice or video that is about to be lost: WeChat names it by a media id that ends after three days, or by an address that
/// ends sooner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// What to call its file, from 1, as the notes do.
    pub number: usize,
    /// A media id for `media/get`, or an address.
    pub source: String,
}

impl Carried {
    fn whole(reply: String) -> Self {
        Self {
            reply: Some(reply),
            ready: true,
            notes: Vec::new(),
        }
    }

    fn with(reply: String, note: &str) -> Self {
        Self {
            notes: vec![note.to_owned()],
            ..Self::whole(reply)
        }
    }

    fn nothing(note: &str) -> Self {
        Self {
            reply: None,
            ready: false,
            notes: vec![note.to_owned()],
        }
    }
}

/// Carries over the answer that `content` describes; `field` is where its text or media id is.
///
/// What has to be saved before it is gone is added to `media`. WeChat documents that the media ids of these answers are temporary,
/// new ones each time and good for three days.
pub(crate) fn carry(
    content: &Value,
    field: &str,
    answering: Answering,
    media: &mut Vec<Media>,
) -> Carried {
    let given = text(content, field);
    match text(content, "type") {
        "text" if given.trim().is_empty() => {
            Carried::nothing("这条文字回复是空的。This text is empty.")
        }
        "text" => carry_text(given),
        "img" | "image" => temporary("{ image = \"MEDIA_ID\" }", given, media),
        "voice" => temporary("{ voice = \"MEDIA_ID\" }", given, media),
        "video" => temporary("{ video = { media_id = \"MEDIA_ID\" } }", given, media),
        "news" => articles(listed(content, "news_info"), answering),
        "" => Carried::nothing("这条回复没有类型。This answer has no type."),
        other => Carried::nothing(&format!(
            "无法迁移“{0}”类型的回复。An answer of the type “{0}” cannot be carried over.",
            short(other)
        )),
    }
}

fn temporary(reply: &str, source: &str, media: &mut Vec<Media>) -> Carried {
    if source.trim().is_empty() {
        return Carried::nothing("微信没有给出 media_id。WeChat gave no media id.");
    }
    let number = media.len().saturating_add(1);
    media.push(Media {
        number,
        source: source.to_owned(),
    });
    Carried {
        reply: Some(reply.to_owned()),
        ready: false,
        notes: vec![format!(
            "这是三天后失效的临时素材，make adopt 存为 media.adopted/{number}.*（存不了的会另外列出）；请上传为永久素材，把 MEDIA_ID 换成它的编号，再去掉下面的 \
             #。This is temporary material that ends after three days; unless `make adopt` says that it could not save it, it is \
             media.adopted/{number}.*: upload it as permanent material, put its id in place of MEDIA_ID, and take the # below away."
        )],
    }
}

fn carry_text(given: &str) -> Carried {
    let kept = cut_text(given, MAX_TEXT_BYTES);
    let reply = format!("{{ text = {} }}", quoted(&literal(&kept)));
    if kept.len() == given.len() {
        Carried::whole(reply)
    } else {
        Carried::with(
            reply,
            "原文超过 2048 字节，已截断。The text was longer than 2048 bytes and is cut here.",
        )
    }
}

fn articles(list: &[Value], answering: Answering) -> Carried {
    let (limit, to) = match answering {
        Answering::Message => (MAX_ARTICLES_TO_MESSAGE, "回复消息时 to a message"),
        Answering::Event => (MAX_ARTICLES_TO_EVENT, "回复事件时 to an event"),
    };
    let mut carried = Vec::new();
    let mut notes = Vec::new();
    for article in list {
        match carry_article(article) {
            Ok(article) if carried.len() < limit => carried.push(article),
            Ok(_) => notes.push(format!(
                "微信{to}只允许 {limit} 篇图文，未迁移 WeChat takes {limit}, so this one is left: “{}” {}",
                short(text(article, "title")),
                short(text(article, "content_url"))
            )),
            Err(why) => notes.push(format!(
                "图文“{}”未迁移 not carried over: {why}",
                short(text(article, "title"))
            )),
        }
    }
    if list.is_empty() {
        notes.push(
            "图文没有文章列表，无法迁移。WeChat named no article of this news message.".to_owned(),
        );
    }
    Carried {
        ready: true,
        reply: (!carried.is_empty()).then(|| format!("{{ news = [{}] }}", carried.join(", "))),
        notes,
    }
}

fn carry_article(article: &Value) -> Result<String, &'static str> {
    let title = text(article, "title");
    if title.trim().is_empty() {
        return Err("没有标题 it has no title");
    }
    let url = address(article, "content_url")
        .or_else(|| address(article, "source_url"))
        .ok_or("没有可用的链接 it has no usable address")?;
    let mut fields = vec![format!("title = {}", quoted(&fitted(title)))];
    let digest = text(article, "digest");
    if !digest.is_empty() {
        fields.push(format!("description = {}", quoted(&fitted(digest))));
    }
    if let Some(cover) = address(article, "cover_url") {
        fields.push(format!("pic_url = {}", quoted(&cover)));
    }
    fields.push(format!("url = {}", quoted(&url)));
    Ok(format!("{{ {} }}", fields.join(", ")))
}

fn fitted(given: &str) -> String {
    literal(&cut_text(given, MAX_TEXT_BYTES))
}

/// An address that a playbook takes, with its braces doubled.
fn address(value: &Value, field: &str) -> Option<String> {
    let given = text(value, field).trim();
    let rest = given
        .strip_prefix("https://")
        .or_else(|| given.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let written = literal(given);
    let fits = !host.is_empty()
        && !host.contains(['{', '}', '@', '\\'])
        && !written.contains(|c: char| c.is_whitespace() || c.is_control())
        && written.len() <= MAX_TEXT_BYTES;
    fits.then_some(written)
}
