//! Checking a reply at publishing, so that WeChat has nothing to refuse later.

use super::{Article, Choice, Kind, MAX_LINK_BYTES, Reply};
use crate::captures::Scope;
use crate::mistake::Refusal;
use crate::source::{Node, Table};
use crate::template::Template;
use wechat::reply::{Answering, MAX_ARTICLES_TO_EVENT, MAX_ARTICLES_TO_MESSAGE, MAX_TEXT_BYTES};

/// The fields of a reply, one for each kind of message.
pub(crate) const KINDS: [&str; 11] = [
    "text",
    "image",
    "voice",
    "video",
    "music",
    "news",
    "miniprogrampage",
    "msgmenu",
    "mpnews",
    "mpnewsarticle",
    "wxcard",
];

/// Those of [`KINDS`] that go out as customer-service messages only.
pub(crate) const WITHOUT_PASSIVE_FORM: [&str; 5] = [
    "miniprogrampage",
    "msgmenu",
    "mpnews",
    "mpnewsarticle",
    "wxcard",
];

/// Where a reply stands, as far as it matters to what it may say.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) scope: Scope,
    pub(crate) answering: Answering,
}

impl Setting {
    /// An answer to a message of which nothing is captured.
    pub(crate) fn message() -> Self {
        Self {
            scope: Scope::default(),
            answering: Answering::Message,
        }
    }

    /// An answer to an event, which has no text.
    pub(crate) fn event() -> Self {
        Self {
            scope: Scope::default(),
            answering: Answering::Event,
        }
    }

    /// An answer to a message with these placeholders.
    pub(crate) fn with(scope: Scope) -> Self {
        Self {
            scope,
            answering: Answering::Message,
        }
    }
}

pub(crate) fn compile(node: &Node, setting: &Setting) -> Result<Reply, Refusal> {
    compile_kind(&node.table(&KINDS)?, setting)
}

/// Compiles the one field of a table that is a kind of message; others are not looked at.
pub(crate) fn compile_kind(table: &Table<'_>, setting: &Setting) -> Result<Reply, Refusal> {
    let mut given = KINDS
        .iter()
        .filter_map(|kind| table.get(kind).map(|node| (*kind, node)));
    let (Some((kind, node)), None) = (given.next(), given.next()) else {
        return Err(table
            .node
            .refuse(&format!("a reply is exactly one of {}", KINDS.join(", "))));
    };
    Ok(Reply(match kind {
        "text" => Kind::Text(required_text(node, setting)?),
        "image" => Kind::Image {
            media_id: id(node)?,
        },
        "voice" => Kind::Voice {
            media_id: id(node)?,
        },
        "video" => video(node, setting)?,
        "music" => music(node, setting)?,
        "news" => news(node, setting)?,
        "msgmenu" => msgmenu(node, setting)?,
        "mpnews" => Kind::Mpnews {
            media_id: id(node)?,
        },
        "mpnewsarticle" => Kind::Mpnewsarticle {
            article_id: id(node)?,
        },
        "wxcard" => Kind::Wxcard { card_id: id(node)? },
        _ => miniprogram(node, setting)?,
    }))
}

fn video(node: &Node, setting: &Setting) -> Result<Kind, Refusal> {
    let table = node.table(&["media_id", "thumb_media_id", "title", "description"])?;
    Ok(Kind::Video {
        media_id: id(table.required("media_id")?)?,
        thumb_media_id: table.get("thumb_media_id").map(id).transpose()?,
        title: table
            .get("title")
            .map(|node| text(node, setting))
            .transpose()?,
        description: table
            .get("description")
            .map(|node| text(node, setting))
            .transpose()?,
    })
}

fn music(node: &Node, setting: &Setting) -> Result<Kind, Refusal> {
    let table = node.table(&[
        "title",
        "description",
        "music_url",
        "hq_music_url",
        "thumb_media_id",
    ])?;
    Ok(Kind::Music {
        title: optional_text(table.get("title"), setting)?,
        description: optional_text(table.get("description"), setting)?,
        music_url: optional_link(table.get("music_url"), setting)?,
        hq_music_url: optional_link(table.get("hq_music_url"), setting)?,
        thumb_media_id: id(table.required("thumb_media_id")?)?,
    })
}

fn news(node: &Node, setting: &Setting) -> Result<Kind, Refusal> {
    let (limit, to) = match setting.answering {
        Answering::Message => (MAX_ARTICLES_TO_MESSAGE, "a message"),
        Answering::Event => (MAX_ARTICLES_TO_EVENT, "an event"),
    };
    let nodes = node.list()?;
    if nodes.is_empty() {
        return Err(node.refuse("there is no article"));
    }
    if nodes.len() > limit {
        let message = format!(
            "{} articles, and WeChat takes {limit} in answer to {to}",
            nodes.len()
        );
        return Err(node.refuse(&message));
    }
    let mut articles = Vec::new();
    for node in nodes {
        let table = node.table(&["title", "description", "pic_url", "url"])?;
        articles.push(Article {
            title: required_text(table.required("title")?, setting)?,
            description: optional_text(table.get("description"), setting)?,
            pic_url: optional_link(table.get("pic_url"), setting)?,
            url: link(table.required("url")?, setting)?,
        });
    }
    Ok(Kind::News(articles))
}

fn miniprogram(node: &Node, setting: &Setting) -> Result<Kind, Refusal> {
    let table = node.table(&["title", "appid", "pagepath", "thumb_media_id"])?;
    Ok(Kind::Miniprogram {
        title: text(table.required("title")?, setting)?,
        appid: id(table.required("appid")?)?,
        pagepath: required_text(table.required("pagepath")?, setting)?,
        thumb_media_id: id(table.required("thumb_media_id")?)?,
    })
}

fn msgmenu(node: &Node, setting: &Setting) -> Result<Kind, Refusal> {
    let table = node.table(&["head_content", "list", "tail_content"])?;
    let list = table.required("list")?;
    let mut choices: Vec<Choice> = Vec::new();
    for (node, number) in list.list()?.iter().zip(1_u32..) {
        let table = node.table(&["id", "content"])?;
        let id = match table.get("id") {
            Some(node) => id(node)?,
            None => number.to_string(),
        };
        if choices.iter().any(|other| other.id == id) {
            let at = table.get("id").unwrap_or(node);
            return Err(at.refuse(&format!("id \"{id}\" is in this list already")));
        }
        choices.push(Choice {
            id,
            content: required_text(table.required("content")?, setting)?,
        });
    }
    if choices.is_empty() {
        return Err(list.refuse("there is no choice"));
    }
    Ok(Kind::Msgmenu {
        head_content: required_text(table.required("head_content")?, setting)?,
        choices,
        tail_content: optional_text(table.get("tail_content"), setting)?,
    })
}

fn text(node: &Node, setting: &Setting) -> Result<Template, Refusal> {
    let template =
        Template::parse(node.text()?, &setting.scope).map_err(|message| node.refuse(&message))?;
    let bytes = template.fixed_bytes();
    if bytes > MAX_TEXT_BYTES {
        return Err(node.refuse(&format!(
            "this text has {bytes} bytes, and WeChat takes {MAX_TEXT_BYTES}"
        )));
    }
    Ok(template)
}

fn required_text(node: &Node, setting: &Setting) -> Result<Template, Refusal> {
    node.filled("text")?;
    text(node, setting)
}

fn optional_text(node: Option<&Node>, setting: &Setting) -> Result<Template, Refusal> {
    node.map_or_else(|| Ok(Template::fixed("")), |node| text(node, setting))
}

fn optional_link(node: Option<&Node>, setting: &Setting) -> Result<Template, Refusal> {
    node.map_or_else(|| Ok(Template::fixed("")), |node| link(node, setting))
}

fn link(node: &Node, setting: &Setting) -> Result<Template, Refusal> {
    address(node)?;
    text(node, setting)
}

/// Checks that an address is one of the web and has a host that no placeholder could change.
pub(crate) fn address(node: &Node) -> Result<&str, Refusal> {
    let written = node.text()?;
    let wrong = if let Some(rest) = written
        .strip_prefix("https://")
        .or_else(|| written.strip_prefix("http://"))
    {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if host.is_empty() || host.contains(['{', '}', '@', '\\']) {
            "the name of the host is missing or malformed"
        } else if written.contains(|c: char| c.is_whitespace() || c.is_control()) {
            "it has white space in it"
        } else if written.len() > MAX_LINK_BYTES {
            "it is longer than the 2048 bytes that WeChat takes"
        } else {
            return Ok(written);
        }
    } else {
        "it has to begin with https:// or http://"
    };
    Err(node.refuse(&format!("this is no address: {wrong}")))
}

fn id(node: &Node) -> Result<String, Refusal> {
    node.filled("id").map(str::to_owned)
}
