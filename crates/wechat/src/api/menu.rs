//! The custom menu below the chat.
//!
//! A [`Menu`] is always one that the platform takes: [`Menu::new`] and deserialising check the shape (3 × 5)
//! and every length, and an error names the button by its path (`button[1].sub_button[0].name`). The JSON is
//! WeChat's own, `{"button":[…]}`.

mod check;
mod wire;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Call, Done, Request};

pub use check::{InvalidMenu, MenuDefect};

/// A menu that the platform takes.
///
/// ```
/// use wechat::api::menu::Menu;
///
/// let menu: Menu = serde_json::from_str(r#"{"button":[{"type":"click","name":"帮助","key":"HELP"}]}"#)?;
/// assert_eq!(menu.buttons().len(), 1);
///
/// let error = Menu::from_json(br#"{"button":[{"type":"click","name":"Help"}]}"#).unwrap_err();
/// assert_eq!(error.to_string(), "button[0].key: missing");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "wire::Menu", into = "wire::Menu")]
pub struct Menu {
    buttons: Vec<Button>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What the fan sees.
    pub name: String,
    /// What a tap does.
    pub action: Action,
}

/// What a tap does. The names are WeChat's `type`s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Sends a CLICK event.
    Click {
        /// Comes back as EventKey.
        key: String,
    },
    /// Opens a page.
    View {
        /// The page.
        url: String,
    },
    /// Scans a code, which the client opens.
    ScancodePush {
        /// Comes back as EventKey.
        key: String,
    },
    /// Scans a code and waits for an answer.
    ScancodeWaitmsg {
        /// Comes back as EventKey.
        key: String,
    },
    /// Takes photos.
    PicSysphoto {
        /// Comes back as EventKey.
        key: String,
    },
    /// Takes or picks photos.
    PicPhotoOrAlbum {
        /// Comes back as EventKey.
        key: String,
    },
    /// Picks pictures.
    PicWeixin {
        /// Comes back as EventKey.
        key: String,
    },
    /// Picks a place.
    LocationSelect {
        /// Comes back as EventKey.
        key: String,
    },
    /// Opens a mini program.
    Miniprogram {
        /// For clients that cannot.
        url: String,
        /// AppID of the mini program.
        appid: String,
        /// Its page.
        pagepath: String,
    },
    /// Sends material.
    MediaId {
        /// Its id.
        media_id: String,
    },
    /// Opens an article of the material.
    ViewLimited {
        /// Its id.
        media_id: String,
    },
    /// Sends a published article.
    ArticleId {
        /// Its id.
        article_id: String,
    },
    /// Opens a published article.
    ArticleViewLimited {
        /// Its id.
        article_id: String,
    },
    /// Opens a list of entries. Only at the top.
    SubButton {
        /// One to five.
        buttons: Vec<Button>,
    },
}

impl Menu {
    /// Checks and keeps.
    ///
    /// # Errors
    /// The first button that the platform would refuse.
    pub fn new(buttons: Vec<Button>) -> Result<Menu, InvalidMenu> {
        check::top(&buttons)?;
        Ok(Menu { buttons })
    }

    /// Reads WeChat's JSON.
    ///
    /// # Errors
    /// The first button that the platform would refuse, or where the JSON is broken.
    pub fn from_json(json: &[u8]) -> Result<Menu, InvalidMenu> {
        wire::read(json)
    }

    /// The top row.
    pub fn buttons(&self) -> &[Button] {
        &self.buttons
    }
}

/// Publishes the menu; fans see it within minutes. 1000 times a day.
pub fn create(menu: &Menu) -> Request<Done> {
    Request::of(Call::post("/cgi-bin/menu/create", &json!(menu)))
}

/// Takes the menu away, conditional ones too.
pub fn delete() -> Request<Done> {
    Request::of(Call::get("/cgi-bin/menu/delete"))
}
