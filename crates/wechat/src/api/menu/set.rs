//! All menus of an account as one document: the default one, and those that only some fans see.
//!
//! WeChat knows no such document. It has a default menu, and conditional ones that are added one by one, matched from the newest to
//! the oldest, and never changed. [`MenuSet::steps`] says what to call to get from what WeChat has to what the document says.

use serde_json::{Map, Value};

use super::{ConditionalMenu, InvalidMenu, Menu, PublishedMenus, wire};

/// All menus of an account. As JSON it is WeChat's own `{"button":[…]}` with, for conditional menus, `"conditionalmenu":
/// [{"button":[…],"matchrule":{…}}]` beside it, as in WeChat's answer to `menu/get`.
///
/// ```
/// use wechat::api::menu::MenuSet;
///
/// let menus = MenuSet::from_json(
///     r#"{"button":[{"type":"click","name":"帮助","key":"HELP"}],
///         "conditionalmenu":[{"button":[{"type":"click","name":"VIP","key":"VIP"}],"matchrule":{"tag_id":"2"}}]}"#
///         .as_bytes(),
/// )?;
/// assert_eq!(menus.conditional()[0].rule().tag_id(), Some(2));
///
/// let error = MenuSet::from_json(
///     br#"{"button":[{"type":"click","name":"a","key":"k"}],
///         "conditionalmenu":[{"button":[{"type":"click","name":"b","key":"k"}],"matchrule":{"sex":"1"}}]}"#,
/// )
/// .unwrap_err();
/// assert_eq!(error.path, "conditionalmenu[0].matchrule.sex");
/// # Ok::<(), wechat::api::menu::InvalidMenu>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuSet {
    default: Menu,
    conditional: Vec<ConditionalMenu>,
}

/// One call on the way to a [`MenuSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// [`create`](super::create): the default menu, which has to be there first.
    Create(&'a Menu),
    /// [`delete_conditional`](super::delete_conditional) with this `menuid`.
    Remove(&'a str),
    /// [`add_conditional`](super::add_conditional).
    Add(&'a ConditionalMenu),
}

impl MenuSet {
    /// A default menu, and conditional ones; the first whose rule matches a fan is the one they see.
    pub fn new(default: Menu, conditional: Vec<ConditionalMenu>) -> MenuSet {
        MenuSet {
            default,
            conditional,
        }
    }

    /// Reads the document.
    ///
    /// # Errors
    /// The first thing that the platform would refuse, or where the JSON is broken.
    pub fn from_json(json: &[u8]) -> Result<MenuSet, InvalidMenu> {
        MenuSet::from_members(&wire::parse(json)?)
    }

    /// Reads the members of the document.
    ///
    /// # Errors
    /// The first thing that the platform would refuse.
    pub fn from_members(members: &Map<String, Value>) -> Result<MenuSet, InvalidMenu> {
        const LIST: &str = "conditionalmenu";
        let items = wire::list(members, LIST, LIST)?;
        let default = Menu::from_members(members, "")?;
        let read = |(index, item)| ConditionalMenu::from_value(item, &format!("{LIST}[{index}]"));
        let conditional = items.iter().enumerate().map(read);
        Ok(MenuSet {
            default,
            conditional: conditional.collect::<Result<_, _>>()?,
        })
    }

    /// What fans see to whom no rule applies.
    pub fn default_menu(&self) -> &Menu {
        &self.default
    }

    /// What some fans see, the first that matches.
    pub fn conditional(&self) -> &[ConditionalMenu] {
        &self.conditional
    }

    /// The document.
    pub fn to_value(&self) -> Value {
        let mut document = self.default.to_value();
        if let (Value::Object(members), false) = (&mut document, self.conditional.is_empty()) {
            let conditional = self.conditional.iter().map(ConditionalMenu::to_value);
            members.insert("conditionalmenu".to_owned(), conditional.collect());
        }
        document
    }

    /// What to call, in this order, when WeChat has `published` now. Repeating it after a failure does no harm.
    ///
    /// Conditional menus that are right stay. Otherwise all are made anew, since their order is that of their making: meanwhile
    /// fans see the default menu.
    pub fn steps<'a>(&'a self, published: &'a PublishedMenus) -> Vec<Step<'a>> {
        let mut steps = vec![Step::Create(&self.default)];
        let theirs = published.newest_first();
        let same = theirs.len() == self.conditional.len()
            && theirs
                .iter()
                .zip(&self.conditional)
                .all(|(theirs, ours)| theirs.menu().as_ref() == Some(ours));
        if !same {
            steps.extend(theirs.iter().map(|menu| Step::Remove(&menu.menuid)));
            // The newest is matched first.
            steps.extend(self.conditional.iter().rev().map(Step::Add));
        }
        steps
    }

    /// Whether these are the menus that WeChat has.
    pub fn is_published(&self, published: &PublishedMenus) -> bool {
        published.default_menu().as_ref() == Some(&self.default)
            && matches!(self.steps(published).as_slice(), [Step::Create(_)])
    }
}
