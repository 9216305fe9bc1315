//! What an operator set up by hand in the platform's own console before the server's address was switched on: automatic
//! replies and a menu. The platform shows both to the account's server, so that it can take them over.

use serde_json::{Map, Value, json};

/// Set by `PUT /sim/current`; each part is answered as it was given.
#[derive(Debug, Default)]
pub struct Current {
    /// What `get_current_autoreply_info` answers.
    pub autoreply: Option<Map<String, Value>>,
    /// What `get_current_selfmenu_info` answers.
    pub selfmenu: Option<Map<String, Value>>,
}

impl Current {
    /// The automatic replies; without any, both switches are off.
    pub fn autoreply(&self) -> Value {
        match &self.autoreply {
            Some(given) => Value::Object(given.clone()),
            None => json!({ "is_add_friend_reply_open": 0, "is_autoreply_open": 0 }),
        }
    }

    /// The menu set up by hand; else the one published through the interface, where entries below a button stand in
    /// `sub_button.list`; else none.
    pub fn selfmenu(&self, published: Option<&Value>) -> Value {
        match (&self.selfmenu, published) {
            (Some(given), _) => Value::Object(given.clone()),
            (None, None) => json!({ "is_menu_open": 0 }),
            (None, Some(buttons)) => {
                json!({ "is_menu_open": 1, "selfmenu_info": { "button": listed(buttons) } })
            }
        }
    }
}

fn listed(buttons: &Value) -> Value {
    let one = |button: &Value| {
        let mut button = button.clone();
        if let Value::Object(fields) = &mut button
            && let Some(below) = fields.remove("sub_button")
            && below.as_array().is_some_and(|below| !below.is_empty())
        {
            fields.insert("sub_button".to_owned(), json!({ "list": below }));
        }
        button
    };
    buttons
        .as_array()
        .map_or(Value::Null, |buttons| buttons.iter().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_menu_shows_its_lower_entries_in_a_list() {
        let published = json!([
            { "name": "服务", "sub_button": [{ "type": "click", "name": "帮助", "key": "HELP" }] },
            { "name": "商城", "type": "view", "url": "https://a.example", "sub_button": [] }
        ]);
        assert_eq!(
            Current::default().selfmenu(Some(&published))["selfmenu_info"]["button"],
            json!([
                { "name": "服务", "sub_button": { "list": [{ "type": "click", "name": "帮助", "key": "HELP" }] } },
                { "name": "商城", "type": "view", "url": "https://a.example" }
            ])
        );
    }

    #[test]
    fn nothing_set_up_is_shown_as_switched_off() {
        assert_eq!(Current::default().autoreply()["is_autoreply_open"], 0);
        assert_eq!(
            Current::default().selfmenu(None),
            json!({ "is_menu_open": 0 })
        );
    }
}
