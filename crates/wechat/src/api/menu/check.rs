//! What the platform would refuse of a menu. The numbers are those of its documentation for `menu/create`.

use std::fmt;

use super::{Action, Button};

const MAX_TOP: usize = 3;
const MAX_SUB: usize = 5;
const MAX_TOP_NAME_BYTES: usize = 16;
const MAX_SUB_NAME_BYTES: usize = 60;
const MAX_KEY_BYTES: usize = 128;
const MAX_URL_BYTES: usize = 1024;

/// A menu that the platform would refuse: where, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {defect}")]
pub struct InvalidMenu {
    /// As in `button[1].sub_button[0].name`; `line 1, column 2` where the JSON is broken.
    pub path: String,
    /// What is wrong there.
    pub defect: MenuDefect,
}

/// What is wrong with a menu.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MenuDefect {
    /// Not there, or empty.
    #[error("missing")]
    Missing,
    /// Too many bytes.
    #[error("{bytes} bytes, at most {limit} are allowed")]
    TooLong {
        /// Bytes found.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Too many entries.
    #[error("{count} entries, at most {limit} are allowed")]
    TooMany {
        /// Entries found.
        count: usize,
        /// Entries allowed.
        limit: usize,
    },
    /// A list inside a list.
    #[error("entries of a sub menu have no entries of their own")]
    TooDeep,
    /// A `type` that is not known.
    #[error("unknown type {0:?}")]
    UnknownType(String),
    /// Not JSON, or not an object.
    #[error("not the JSON of a menu")]
    NotJson,
    /// Something else where a text belongs.
    #[error("not a text")]
    NotText,
    /// Something else where a list belongs.
    #[error("not a list")]
    NotList,
    /// Something else where an object belongs.
    #[error("not an object")]
    NotObject,
    /// Something else where a number belongs.
    #[error("not a number")]
    NotNumber,
    /// A platform that is not known.
    #[error("not one of 1 (iOS), 2 (Android), 3 (others)")]
    UnknownPlatform,
    /// A condition that is not known.
    #[error("no such condition: there are tag_id and client_platform_type")]
    UnknownCondition,
    /// A condition that was taken away.
    #[error(
        "WeChat takes no personal conditions any more (65320): there are tag_id and client_platform_type"
    )]
    Personal,
    /// Conditions without any.
    #[error("at least one condition is needed")]
    NoCondition,
}

impl MenuDefect {
    pub(super) fn at(self, path: impl fmt::Display) -> InvalidMenu {
        InvalidMenu {
            path: path.to_string(),
            defect: self,
        }
    }
}

/// Checks a menu; `before` is what its paths begin with.
pub(super) fn top(buttons: &[Button], before: &str) -> Result<(), InvalidMenu> {
    count(buttons, MAX_TOP, &format!("{before}button"))?;
    for (index, button) in buttons.iter().enumerate() {
        let path = format!("{before}button[{index}]");
        length(&button.name, MAX_TOP_NAME_BYTES, &path, "name")?;
        match &button.action {
            Action::SubButton { buttons } => sub(buttons, &path)?,
            action => leaf(action, &path)?,
        }
    }
    Ok(())
}

fn sub(buttons: &[Button], parent: &str) -> Result<(), InvalidMenu> {
    count(buttons, MAX_SUB, &format!("{parent}.sub_button"))?;
    for (index, button) in buttons.iter().enumerate() {
        let path = format!("{parent}.sub_button[{index}]");
        length(&button.name, MAX_SUB_NAME_BYTES, &path, "name")?;
        match &button.action {
            Action::SubButton { .. } => return Err(MenuDefect::TooDeep.at(path)),
            action => leaf(action, &path)?,
        }
    }
    Ok(())
}

fn leaf(action: &Action, path: &str) -> Result<(), InvalidMenu> {
    match action {
        Action::Click { key }
        | Action::ScancodePush { key }
        | Action::ScancodeWaitmsg { key }
        | Action::PicSysphoto { key }
        | Action::PicPhotoOrAlbum { key }
        | Action::PicWeixin { key }
        | Action::LocationSelect { key } => length(key, MAX_KEY_BYTES, path, "key"),
        Action::View { url } => length(url, MAX_URL_BYTES, path, "url"),
        Action::Miniprogram {
            url,
            appid,
            pagepath,
        } => {
            length(url, MAX_URL_BYTES, path, "url")?;
            length(appid, usize::MAX, path, "appid")?;
            length(pagepath, usize::MAX, path, "pagepath")
        }
        Action::MediaId { media_id } | Action::ViewLimited { media_id } => {
            length(media_id, usize::MAX, path, "media_id")
        }
        Action::ArticleId { article_id } | Action::ArticleViewLimited { article_id } => {
            length(article_id, usize::MAX, path, "article_id")
        }
        Action::SubButton { .. } => Err(MenuDefect::TooDeep.at(path)),
    }
}

fn count(buttons: &[Button], limit: usize, path: &str) -> Result<(), InvalidMenu> {
    match buttons.len() {
        0 => Err(MenuDefect::Missing.at(path)),
        count if count > limit => Err(MenuDefect::TooMany { count, limit }.at(path)),
        _ => Ok(()),
    }
}

fn length(text: &str, limit: usize, path: &str, field: &str) -> Result<(), InvalidMenu> {
    match text.len() {
        0 => Err(MenuDefect::Missing.at(format_args!("{path}.{field}"))),
        bytes if bytes > limit => {
            Err(MenuDefect::TooLong { bytes, limit }.at(format_args!("{path}.{field}")))
        }
        _ => Ok(()),
    }
}
