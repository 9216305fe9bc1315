//! Buttons as WeChat writes them: one kind of object with fields that depend on `type`, and no `type` where there is a list.
//!
//! A missing field is read as an empty one, which the check then reports with its path.

use serde_json::{Map, Value};

use super::{Action, Button, InvalidMenu, MenuDefect};

type Members = Map<String, Value>;

/// The object that JSON holds.
pub(super) fn parse(json: &[u8]) -> Result<Members, InvalidMenu> {
    serde_json::from_str(&String::from_utf8_lossy(json)).map_err(|error| {
        MenuDefect::NotJson.at(format_args!(
            "line {}, column {}",
            error.line(),
            error.column()
        ))
    })
}

/// The list under `name`; none is an empty one.
pub(super) fn list<'a>(
    members: &'a Members,
    name: &str,
    path: &str,
) -> Result<&'a [Value], InvalidMenu> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(MenuDefect::NotList.at(path)),
    }
}

/// The text under `name`; none is an empty one.
fn text(members: &Members, name: &str, path: &str) -> Result<String, InvalidMenu> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(MenuDefect::NotText.at(format_args!("{path}.{name}"))),
    }
}

/// The members of an object in a list.
pub(super) fn members<'a>(value: &'a Value, path: &str) -> Result<&'a Members, InvalidMenu> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(MenuDefect::NotObject.at(path)),
    }
}

pub(super) fn buttons(items: &[Value], path: &str) -> Result<Vec<Button>, InvalidMenu> {
    let read = |(index, item)| button(item, &format!("{path}[{index}]"));
    items.iter().enumerate().map(read).collect()
}

fn button(item: &Value, path: &str) -> Result<Button, InvalidMenu> {
    let members = members(item, path)?;
    // WeChat's own answers have an empty list on every button that is none.
    let below_path = format!("{path}.sub_button");
    let below = list(members, "sub_button", &below_path)?;
    let text = |name| text(members, name, path);
    let name = text("name")?;
    let kind = text("type")?;
    let action = match kind.as_str() {
        _ if !below.is_empty() => Action::SubButton {
            buttons: buttons(below, &below_path)?,
        },
        "" => return Err(MenuDefect::Missing.at(format_args!("{path}.type"))),
        "click" => Action::Click { key: text("key")? },
        "view" => Action::View { url: text("url")? },
        "scancode_push" => Action::ScancodePush { key: text("key")? },
        "scancode_waitmsg" => Action::ScancodeWaitmsg { key: text("key")? },
        "pic_sysphoto" => Action::PicSysphoto { key: text("key")? },
        "pic_photo_or_album" => Action::PicPhotoOrAlbum { key: text("key")? },
        "pic_weixin" => Action::PicWeixin { key: text("key")? },
        "location_select" => Action::LocationSelect { key: text("key")? },
        "miniprogram" => Action::Miniprogram {
            url: text("url")?,
            appid: text("appid")?,
            pagepath: text("pagepath")?,
        },
        "media_id" => Action::MediaId {
            media_id: text("media_id")?,
        },
        "view_limited" => Action::ViewLimited {
            media_id: text("media_id")?,
        },
        "article_id" => Action::ArticleId {
            article_id: text("article_id")?,
        },
        "article_view_limited" => Action::ArticleViewLimited {
            article_id: text("article_id")?,
        },
        _ => return Err(MenuDefect::UnknownType(kind).at(format_args!("{path}.type"))),
    };
    Ok(Button { name, action })
}

/// WeChat's form of some buttons.
pub(super) fn values(buttons: &[Button]) -> Value {
    buttons.iter().map(value).collect()
}

fn value(button: &Button) -> Value {
    let (kind, fields) = form(&button.action);
    let mut members = Members::new();
    let mut put = |name: &str, text: &str| members.insert(name.to_owned(), text.into());
    put("name", &button.name);
    if !kind.is_empty() {
        put("type", kind);
    }
    for (name, text) in fields {
        put(name, text);
    }
    if let Action::SubButton { buttons } = &button.action {
        members.insert("sub_button".to_owned(), values(buttons));
    }
    Value::Object(members)
}

/// `type` and the fields that go with it.
fn form(action: &Action) -> (&'static str, Vec<(&'static str, &str)>) {
    match action {
        Action::Click { key } => ("click", vec![("key", key)]),
        Action::View { url } => ("view", vec![("url", url)]),
        Action::ScancodePush { key } => ("scancode_push", vec![("key", key)]),
        Action::ScancodeWaitmsg { key } => ("scancode_waitmsg", vec![("key", key)]),
        Action::PicSysphoto { key } => ("pic_sysphoto", vec![("key", key)]),
        Action::PicPhotoOrAlbum { key } => ("pic_photo_or_album", vec![("key", key)]),
        Action::PicWeixin { key } => ("pic_weixin", vec![("key", key)]),
        Action::LocationSelect { key } => ("location_select", vec![("key", key)]),
        Action::Miniprogram {
            url,
            appid,
            pagepath,
        } => (
            "miniprogram",
            vec![("url", url), ("appid", appid), ("pagepath", pagepath)],
        ),
        Action::MediaId { media_id } => ("media_id", vec![("media_id", media_id)]),
        Action::ViewLimited { media_id } => ("view_limited", vec![("media_id", media_id)]),
        Action::ArticleId { article_id } => ("article_id", vec![("article_id", article_id)]),
        Action::ArticleViewLimited { article_id } => {
            ("article_view_limited", vec![("article_id", article_id)])
        }
        Action::SubButton { .. } => ("", Vec::new()),
    }
}
