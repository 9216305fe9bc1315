//! What WeChat says that it has.

use serde_json::Value;

use super::{ConditionalMenu, MatchRule, Menu, wire};
use crate::api::json::answers;

answers! {
    /// The menus that were made by the API. WeChat answers 46003 when there is none.
    pub struct PublishedMenus {
        /// The default menu's buttons, as WeChat has them.
        pub buttons: Option<Value> = "menu.button",
        /// Menus that only some fans see.
        pub conditional: Vec<PublishedConditional> = "conditionalmenu",
    }

    /// A menu that only some fans see, as WeChat has it.
    pub struct PublishedConditional {
        /// Its name; later ones are larger.
        pub menuid: String,
        /// Its buttons.
        pub buttons: Value = "button",
        /// Who sees it.
        pub matchrule: Option<Value>,
    }

    /// The menu that one fan sees.
    pub struct MatchedMenu {
        /// Its buttons, as WeChat has them.
        pub button: Option<Value>,
        /// The same in the form in which some accounts get it.
        pub menu: Option<Value> = "menu.button",
    }
}

impl PublishedMenus {
    /// No menu at all: what 46003 means.
    pub const NONE: PublishedMenus = PublishedMenus {
        buttons: None,
        conditional: Vec::new(),
    };

    /// The default menu, unless there is none or it has what a [`Menu`] cannot have.
    pub fn default_menu(&self) -> Option<Menu> {
        let Some(Value::Array(items)) = &self.buttons else {
            return None;
        };
        Menu::new(wire::buttons(items, "button").ok()?).ok()
    }

    /// Conditional menus in the order in which WeChat matches them.
    pub fn newest_first(&self) -> Vec<&PublishedConditional> {
        let mut menus: Vec<_> = self.conditional.iter().collect();
        // Numbers without leading zeros: the longer, the larger.
        menus.sort_by(|one, other| {
            let key = |menu: &PublishedConditional| (menu.menuid.len(), menu.menuid.clone());
            key(other).cmp(&key(one))
        });
        menus
    }
}

impl PublishedConditional {
    /// The menu, unless it has what a [`ConditionalMenu`] cannot have.
    pub fn menu(&self) -> Option<ConditionalMenu> {
        let Value::Array(items) = &self.buttons else {
            return None;
        };
        let menu = Menu::new(wire::buttons(items, "").ok()?).ok()?;
        let rule = MatchRule::from_value(self.matchrule.as_ref()?, "").ok()?;
        Some(ConditionalMenu::new(menu, rule))
    }
}

impl MatchedMenu {
    /// Its buttons, in whichever form they came.
    pub fn buttons(self) -> Option<Value> {
        self.button.or(self.menu)
    }
}
