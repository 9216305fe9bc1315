//! From what an account answers by itself to a playbook.
//!
//! WeChat tells the automatic answers (`get_current_autoreply_info`) and the menu (`get_current_selfmenu_info`) that are in
//! force. [`adopt`] turns both into a playbook and a menu of fandesk's. It is a function from two JSON texts to two
//! documents: it calls nobody, publishes nothing, and gives a playbook that compiles whatever WeChat answered. What has no
//! place in a playbook stands there as a comment, where it would have been, and is told in [`Adopted::left`].
//!
//! - `current`: how WeChat's two answers are read, which promise little
//! - `reply`: one answer, and what of it can be carried over
//! - `rules`: welcome, default and keywords
//! - `menu`: buttons, and the answers of those that the web editor made
//! - `page`: TOML with comments

mod current;
mod menu;
mod page;
mod reply;
mod rules;

use fandesk_playbook::{Format, Mistake, Playbook, Warning};
use serde_json::Value;

use self::page::Page;
pub use self::reply::Media;

/// What an account's own answers became.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// A playbook as TOML, which compiles.
    pub playbook: String,
    /// The custom menu as `PUT /api/v1/menu` takes it; none when there is none to publish.
    pub menu: Option<String>,
    /// Pictures, voices and videos to save before they are gone.
    pub media: Vec<Media>,
    /// What was not carried over or needs a look, one sentence each; the playbook has the same as comments.
    pub left: Vec<String>,
    /// What the compiler of playbooks says of it.
    pub warnings: Vec<Warning>,
}

/// The playbook that was made does not compile, which is a mistake of this crate's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the playbook that was made does not compile, please report this: {0}")]
pub struct Broken(#[from] Mistake);

/// Turns WeChat's answers to `get_current_autoreply_info` and `get_current_selfmenu_info` into a playbook and a menu.
///
/// # Errors
/// [`Broken`]; no answer of WeChat's is known to lead there.
pub fn adopt(autoreply: &Value, selfmenu: &Value) -> Result<Adopted, Broken> {
    let mut media = Vec::new();
    let mut page = Page::new();
    rules::write(&mut page, autoreply, &mut media);
    let menu = menu::adopt(selfmenu, &mut media);
    menu::write(&mut page, &menu);
    let (playbook, left) = page.finish();
    let warnings = Playbook::parse(&playbook, Format::Toml)?.warnings;
    Ok(Adopted {
        playbook,
        menu: menu.document,
        media,
        left,
        warnings,
    })
}
