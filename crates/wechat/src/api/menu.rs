//! The custom menu below the chat.
//!
//! A [`Menu`] is always one that the platform takes: [`Menu::new`] and deserialising check the shape (3 × 5)
//! and every length, and an error names the button by its path (`button[1].sub_button[0].name`). The JSON is
//! WeChat's own, `{"button":[…]}`.

mod check;
mod conditional;
mod published;
mod refused;
mod set;
mod wire;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::invalid::{InvalidCall, filled};
use super::json::answers;
use super::{Call, Done, Request};

pub use check::{InvalidMenu, MenuDefect};
pub use conditional::{ConditionalMenu, MatchRule, Platform};
pub use published::{MatchedMenu, PublishedConditional, PublishedMenus};
pub use refused::field_of;
pub use set::{MenuSet, Step};

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
#[derive(Clone, Debug, PartialEq, Eq)]
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
        check::top(&buttons, "")?;
        Ok(Menu { buttons })
    }

    /// Reads WeChat's JSON.
    ///
    /// # Errors
    /// The first button that the platform would refuse, or where the JSON is broken.
    pub fn from_json(json: &[u8]) -> Result<Menu, InvalidMenu> {
        Menu::from_members(&wire::parse(json)?, "")
    }

    /// Reads the members of WeChat's JSON; the paths of errors begin with `before`.
    fn from_members(members: &Map<String, Value>, before: &str) -> Result<Menu, InvalidMenu> {
        let path = format!("{before}button");
        let items = wire::list(members, "button", &path)?;
        let buttons = wire::buttons(items, &path)?;
        check::top(&buttons, before)?;
        Ok(Menu { buttons })
    }

    /// WeChat's JSON.
    pub fn to_value(&self) -> Value {
        json!({ "button": wire::values(&self.buttons) })
    }

    /// The top row.
    pub fn buttons(&self) -> &[Button] {
        &self.buttons
    }
}

impl Serialize for Menu {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Menu {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Menu, D::Error> {
        Menu::from_members(&Map::deserialize(deserializer)?, "").map_err(D::Error::custom)
    }
}

/// Publishes the default menu; fans see it within minutes. Conditional ones stay.
///
/// Limits: 1000 a day; 3 buttons with 5 below each, names of 16 bytes at the top and 60 below, keys of 128, addresses of 1024.
pub fn create(menu: &Menu) -> Request<Done> {
    Request::of(Call::post("/cgi-bin/menu/create", &menu.to_value()))
}

/// Asks for the menus that were made by the API, conditional ones too; 46003 is none.
pub fn get() -> Request<PublishedMenus> {
    Request::of(Call::get("/cgi-bin/menu/get"))
}

/// Takes the menu away, conditional ones too.
///
/// Limits: 1000 a day.
pub fn delete() -> Request<Done> {
    Request::of(Call::get("/cgi-bin/menu/delete"))
}

/// Adds a menu for some fans; there has to be a default one. The newest that matches is the one they see.
///
/// Limits: 2000 a day; addresses on 3 domains in all.
pub fn add_conditional(menu: &ConditionalMenu) -> Request<Added> {
    let body = menu.to_value();
    Request::of(Call::post("/cgi-bin/menu/addconditional", &body))
}

/// Takes a conditional menu away.
///
/// Limits: 2000 a day.
///
/// # Errors
/// No `menuid`.
pub fn delete_conditional(menuid: &str) -> Result<Request<Done>, InvalidCall> {
    filled("menuid", menuid)?;
    let body = json!({ "menuid": menuid });
    Ok(Request::of(Call::post(
        "/cgi-bin/menu/delconditional",
        &body,
    )))
}

/// Asks which menu a fan sees, given by openid or WeChat name.
///
/// Limits: 20,000 a day.
///
/// # Errors
/// No `user_id`.
pub fn try_match(user_id: &str) -> Result<Request<MatchedMenu>, InvalidCall> {
    filled("user_id", user_id)?;
    let body = json!({ "user_id": user_id });
    Ok(Request::of(Call::post("/cgi-bin/menu/trymatch", &body)))
}

answers! {
    /// A conditional menu was added.
    pub struct Added {
        /// Its name.
        pub menuid: String,
    }
}
