//! The menu as WeChat writes it: one kind of button with fields that depend on `type`, and no `type` where
//! there is a list.
//!
//! A missing field is read as an empty one, which the check then reports with its path.

use serde::{Deserialize, Serialize};

use super::{Action, Button, InvalidMenu, MenuDefect};

#[derive(Serialize, Deserialize)]
pub(super) struct Menu {
    button: Vec<Entry>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    name: String,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    key: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    appid: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pagepath: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    media_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    article_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sub_button: Vec<Entry>,
}

pub(super) fn read(json: &[u8]) -> Result<super::Menu, InvalidMenu> {
    let menu: Menu = serde_json::from_str(&String::from_utf8_lossy(json)).map_err(|error| {
        MenuDefect::NotJson.at(format_args!(
            "line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    super::Menu::try_from(menu)
}

impl TryFrom<Menu> for super::Menu {
    type Error = InvalidMenu;

    fn try_from(menu: Menu) -> Result<Self, InvalidMenu> {
        super::Menu::new(buttons(menu.button, "button")?)
    }
}

fn buttons(entries: Vec<Entry>, path: &str) -> Result<Vec<Button>, InvalidMenu> {
    let read = |(index, entry)| button(entry, &format!("{path}[{index}]"));
    entries.into_iter().enumerate().map(read).collect()
}

fn button(entry: Entry, path: &str) -> Result<Button, InvalidMenu> {
    let Entry {
        name,
        kind,
        key,
        url,
        appid,
        pagepath,
        media_id,
        article_id,
        sub_button,
    } = entry;
    // WeChat's own answers have an empty list on every button that is none.
    let action = match kind.as_str() {
        "" if sub_button.is_empty() => {
            return Err(MenuDefect::Missing.at(format_args!("{path}.type")));
        }
        _ if !sub_button.is_empty() => Action::SubButton {
            buttons: buttons(sub_button, &format!("{path}.sub_button"))?,
        },
        "click" => Action::Click { key },
        "view" => Action::View { url },
        "scancode_push" => Action::ScancodePush { key },
        "scancode_waitmsg" => Action::ScancodeWaitmsg { key },
        "pic_sysphoto" => Action::PicSysphoto { key },
        "pic_photo_or_album" => Action::PicPhotoOrAlbum { key },
        "pic_weixin" => Action::PicWeixin { key },
        "location_select" => Action::LocationSelect { key },
        "miniprogram" => Action::Miniprogram {
            url,
            appid,
            pagepath,
        },
        "media_id" => Action::MediaId { media_id },
        "view_limited" => Action::ViewLimited { media_id },
        "article_id" => Action::ArticleId { article_id },
        "article_view_limited" => Action::ArticleViewLimited { article_id },
        _ => return Err(MenuDefect::UnknownType(kind).at(format_args!("{path}.type"))),
    };
    Ok(Button { name, action })
}

impl From<super::Menu> for Menu {
    fn from(menu: super::Menu) -> Self {
        Menu {
            button: menu.buttons.into_iter().map(Entry::from).collect(),
        }
    }
}

impl From<Button> for Entry {
    fn from(Button { name, action }: Button) -> Self {
        let of = |kind: &str| Entry {
            name,
            kind: kind.to_owned(),
            ..Entry::default()
        };
        match action {
            Action::Click { key } => Entry { key, ..of("click") },
            Action::View { url } => Entry { url, ..of("view") },
            Action::ScancodePush { key } => Entry {
                key,
                ..of("scancode_push")
            },
            Action::ScancodeWaitmsg { key } => Entry {
                key,
                ..of("scancode_waitmsg")
            },
            Action::PicSysphoto { key } => Entry {
                key,
                ..of("pic_sysphoto")
            },
            Action::PicPhotoOrAlbum { key } => Entry {
                key,
                ..of("pic_photo_or_album")
            },
            Action::PicWeixin { key } => Entry {
                key,
                ..of("pic_weixin")
            },
            Action::LocationSelect { key } => Entry {
                key,
                ..of("location_select")
            },
            Action::Miniprogram {
                url,
                appid,
                pagepath,
            } => Entry {
                url,
                appid,
                pagepath,
                ..of("miniprogram")
            },
            Action::MediaId { media_id } => Entry {
                media_id,
                ..of("media_id")
            },
            Action::ViewLimited { media_id } => Entry {
                media_id,
                ..of("view_limited")
            },
            Action::ArticleId { article_id } => Entry {
                article_id,
                ..of("article_id")
            },
            Action::ArticleViewLimited { article_id } => Entry {
                article_id,
                ..of("article_view_limited")
            },
            Action::SubButton { buttons } => Entry {
                sub_button: buttons.into_iter().map(Entry::from).collect(),
                ..of("")
            },
        }
    }
}
