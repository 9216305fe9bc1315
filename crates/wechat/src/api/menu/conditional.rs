//! Menus that only some fans see (个性化菜单).
//!
//! Sex, region and language were conditions once; since they are personal, the platform refuses them now (65320).

use serde_json::{Map, Value, json};

use super::{Button, InvalidMenu, Menu, MenuDefect, wire};

/// What a fan writes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// An iPhone.
    Ios,
    /// An Android phone.
    Android,
    /// Anything else.
    Others,
}

impl Platform {
    const ALL: [(Platform, &'static str); 3] = [
        (Platform::Ios, "1"),
        (Platform::Android, "2"),
        (Platform::Others, "3"),
    ];

    /// WeChat's `client_platform_type`.
    pub fn as_str(self) -> &'static str {
        let known = Platform::ALL.iter().find(|(known, _)| *known == self);
        known.map_or("3", |(_, word)| word)
    }
}

/// Who sees a menu: fans to whom all conditions apply, of which there is at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchRule {
    tag_id: Option<u64>,
    client_platform_type: Option<Platform>,
}

/// A menu that only some fans see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionalMenu {
    menu: Menu,
    rule: MatchRule,
}

impl MatchRule {
    /// Fans with a tag; the one given last counts, when they have several.
    pub fn tag(tag_id: u64) -> MatchRule {
        MatchRule {
            tag_id: Some(tag_id),
            client_platform_type: None,
        }
    }

    /// Fans who write with this.
    pub fn platform(platform: Platform) -> MatchRule {
        MatchRule {
            tag_id: None,
            client_platform_type: Some(platform),
        }
    }

    /// The same, only for those who write with this.
    #[must_use]
    pub fn and_platform(self, platform: Platform) -> MatchRule {
        MatchRule {
            client_platform_type: Some(platform),
            ..self
        }
    }

    /// The tag.
    pub fn tag_id(self) -> Option<u64> {
        self.tag_id
    }

    /// What they write with.
    pub fn client_platform_type(self) -> Option<Platform> {
        self.client_platform_type
    }

    pub(super) fn from_value(value: &Value, path: &str) -> Result<MatchRule, InvalidMenu> {
        let mut rule = MatchRule {
            tag_id: None,
            client_platform_type: None,
        };
        for (name, value) in wire::members(value, path)? {
            let text = match value {
                Value::Null => continue,
                Value::String(text) if text.is_empty() => continue,
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return Err(MenuDefect::NotText.at(format_args!("{path}.{name}"))),
            };
            let at = |defect: MenuDefect| defect.at(format_args!("{path}.{name}"));
            match name.as_str() {
                // WeChat's own answers call the tag by its older name.
                "tag_id" | "group_id" => {
                    let tag_id = text.parse().map_err(|_| at(MenuDefect::NotNumber))?;
                    rule.tag_id = Some(tag_id);
                }
                "client_platform_type" => {
                    let mut all = Platform::ALL.iter();
                    let known = all.find(|(_, word)| *word == text);
                    let (platform, _) = known.ok_or_else(|| at(MenuDefect::UnknownPlatform))?;
                    rule.client_platform_type = Some(*platform);
                }
                "sex" | "country" | "province" | "city" | "language" => {
                    return Err(at(MenuDefect::Personal));
                }
                _ => return Err(at(MenuDefect::UnknownCondition)),
            }
        }
        if rule.tag_id.is_none() && rule.client_platform_type.is_none() {
            return Err(MenuDefect::NoCondition.at(path));
        }
        Ok(rule)
    }

    fn to_value(self) -> Value {
        let mut members = Map::new();
        if let Some(tag_id) = self.tag_id {
            members.insert("tag_id".to_owned(), tag_id.to_string().into());
        }
        if let Some(platform) = self.client_platform_type {
            members.insert("client_platform_type".to_owned(), platform.as_str().into());
        }
        Value::Object(members)
    }
}

impl ConditionalMenu {
    /// A menu for those to whom a rule applies.
    pub fn new(menu: Menu, rule: MatchRule) -> ConditionalMenu {
        ConditionalMenu { menu, rule }
    }

    /// What they see.
    pub fn buttons(&self) -> &[Button] {
        self.menu.buttons()
    }

    /// Who they are.
    pub fn rule(&self) -> MatchRule {
        self.rule
    }

    /// Reads `{"button":[…],"matchrule":{…}}`; errors begin with `path`.
    pub(super) fn from_value(value: &Value, path: &str) -> Result<ConditionalMenu, InvalidMenu> {
        let members = wire::members(value, path)?;
        let rule_path = format!("{path}.matchrule");
        let rule = match members.get("matchrule") {
            None | Some(Value::Null) => return Err(MenuDefect::Missing.at(rule_path)),
            Some(rule) => MatchRule::from_value(rule, &rule_path)?,
        };
        let menu = Menu::from_members(members, &format!("{path}."))?;
        Ok(ConditionalMenu { menu, rule })
    }

    pub(super) fn to_value(&self) -> Value {
        let buttons = wire::values(self.menu.buttons());
        json!({ "button": buttons, "matchrule": self.rule.to_value() })
    }
}
