//! The custom menu, and the conditional ones that some fans see instead (个性化菜单).

use serde::Serialize;
use serde_json::{Value, json};

/// The first number that a menu gets.
const FIRST_ID: u64 = 424_000_001;
/// What the simulated phone counts as: 1 iOS, 2 Android, 3 others.
const PHONE: &str = "2";

/// Whom a conditional menu is for; of what is `None` everybody fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Those with this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_id: Option<String>,
    /// Those with such a phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_platform_type: Option<String>,
}

impl Rule {
    fn fits(&self, tags: &[u32]) -> bool {
        let tag = self
            .tag_id
            .as_deref()
            .is_none_or(|wanted| tags.iter().any(|tag| tag.to_string() == wanted));
        let phone = self
            .client_platform_type
            .as_deref()
            .is_none_or(|wanted| wanted == PHONE);
        tag && phone
    }
}

/// A menu for some.
#[derive(Debug, Clone, Serialize)]
pub struct Conditional {
    /// What it is.
    pub button: Value,
    /// For whom.
    pub matchrule: Rule,
    /// Its number.
    pub menuid: u64,
}

/// All menus of the account.
#[derive(Debug, Default)]
pub struct Menu {
    /// Grows with every change.
    pub version: u64,
    /// The value of `button` of the default menu, `None` when there is none.
    pub buttons: Option<Value>,
    conditional: Vec<Conditional>,
    made: u64,
}

impl Menu {
    /// Publishes the default menu.
    pub fn publish(&mut self, buttons: Value) {
        self.version += 1;
        self.buttons = Some(buttons);
    }

    /// Takes every menu away.
    pub fn clear(&mut self) {
        self.version += 1;
        self.buttons = None;
        self.conditional.clear();
    }

    /// Adds a menu for some; the last one added goes first. `None` while there is no default menu.
    pub fn add(&mut self, button: Value, matchrule: Rule) -> Option<u64> {
        self.buttons.as_ref()?;
        self.version += 1;
        self.made += 1;
        let menuid = FIRST_ID + self.made;
        self.conditional.push(Conditional {
            button,
            matchrule,
            menuid,
        });
        Some(menuid)
    }

    /// Takes one of them away; `false` when there is none of that number.
    pub fn remove(&mut self, menuid: u64) -> bool {
        let before = self.conditional.len();
        self.conditional.retain(|menu| menu.menuid != menuid);
        let gone = self.conditional.len() < before;
        self.version += u64::from(gone);
        gone
    }

    /// Whether a change of a fan's tags may show another menu.
    pub fn depends_on_fans(&self) -> bool {
        !self.conditional.is_empty()
    }

    /// What a fan with these tags sees.
    pub fn seen_by(&self, tags: &[u32]) -> Option<&Value> {
        let special = self.conditional.iter().rev();
        special
            .filter(|menu| menu.matchrule.fits(tags))
            .map(|menu| &menu.button)
            .next()
            .or(self.buttons.as_ref())
    }

    /// `menu/get`; numbers are shown only when there are conditional menus.
    pub fn shown(&self) -> Option<Value> {
        let buttons = self.buttons.as_ref()?;
        if self.conditional.is_empty() {
            return Some(json!({ "menu": { "button": buttons } }));
        }
        Some(json!({
            "menu": { "button": buttons, "menuid": FIRST_ID },
            "conditionalmenu": self.conditional,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn for_tag(tag: &str) -> Rule {
        Rule {
            tag_id: Some(tag.to_owned()),
            ..Rule::default()
        }
    }

    #[test]
    fn the_last_menu_that_fits_is_seen() {
        let mut menu = Menu::default();
        assert_eq!(menu.add(json!("x"), for_tag("101")), None);
        menu.publish(json!("default"));
        let first = menu.add(json!("first"), for_tag("101")).unwrap();
        menu.add(json!("second"), for_tag("102")).unwrap();
        assert_eq!(menu.seen_by(&[]), Some(&json!("default")));
        assert_eq!(menu.seen_by(&[101]), Some(&json!("first")));
        assert_eq!(menu.seen_by(&[101, 102]), Some(&json!("second")));
        assert!(menu.remove(first) && !menu.remove(first));
        assert_eq!(menu.seen_by(&[101]), Some(&json!("default")));
    }
}
