//! Whether a custom menu is one that the platform takes: three entries with five below each, names, keys, addresses.

use serde_json::{Map, Value};

use super::refusal::{
    Code, INVALID_APPID, INVALID_ARGUMENT, INVALID_BUTTON_COUNT, INVALID_BUTTON_DOMAIN,
    INVALID_BUTTON_KEY, INVALID_BUTTON_NAME, INVALID_BUTTON_TYPE, INVALID_BUTTON_URL,
    INVALID_MEDIA_ID, INVALID_MENU_DEPTH, INVALID_SUB_BUTTON_COUNT, INVALID_SUB_BUTTON_DOMAIN,
    INVALID_SUB_BUTTON_KEY, INVALID_SUB_BUTTON_NAME, INVALID_SUB_BUTTON_TYPE,
    INVALID_SUB_BUTTON_URL, Refusal, SUB_MENU_MISSING,
};

const MOST_BUTTONS: usize = 3;
const MOST_SUB_BUTTONS: usize = 5;
const LONGEST_KEY: usize = 128;
const LONGEST_URL: usize = 1024;

/// The limits and codes that differ between the two levels.
struct Level {
    longest_name: usize,
    name: Code,
    kind: Code,
    key: Code,
    url: Code,
    domain: Code,
}

const TOP: Level = Level {
    longest_name: 16,
    name: INVALID_BUTTON_NAME,
    kind: INVALID_BUTTON_TYPE,
    key: INVALID_BUTTON_KEY,
    url: INVALID_BUTTON_URL,
    domain: INVALID_BUTTON_DOMAIN,
};

const SUB: Level = Level {
    longest_name: 60,
    name: INVALID_SUB_BUTTON_NAME,
    kind: INVALID_SUB_BUTTON_TYPE,
    key: INVALID_SUB_BUTTON_KEY,
    url: INVALID_SUB_BUTTON_URL,
    domain: INVALID_SUB_BUTTON_DOMAIN,
};

/// Checks the body of `menu/create` and answers its buttons as `menu/get` shows them: with `sub_button` everywhere.
pub fn check(mut body: Map<String, Value>) -> Result<Value, Refusal> {
    let Some(Value::Array(mut buttons)) = body.remove("button") else {
        return Err(INVALID_BUTTON_COUNT.because("button is missing"));
    };
    if buttons.is_empty() || buttons.len() > MOST_BUTTONS {
        return Err(INVALID_BUTTON_COUNT.because(format!(
            "{} entries, allowed are 1 to {MOST_BUTTONS}",
            buttons.len()
        )));
    }
    for (place, button) in buttons.iter_mut().enumerate() {
        let at = format!("button[{place}]");
        let Value::Object(fields) = button else {
            return Err(INVALID_ARGUMENT.because(at));
        };
        check_name(fields, &TOP, &at)?;
        match fields.get("sub_button") {
            None => check_leaf(fields, &TOP, &at)?,
            Some(Value::Array(below)) if below.is_empty() && fields.contains_key("type") => {
                check_leaf(fields, &TOP, &at)?;
            }
            Some(Value::Array(below)) => check_below(below, &at)?,
            Some(_) => {
                return Err(INVALID_ARGUMENT.because(format!("{at}.sub_button is not a list")));
            }
        }
        fields
            .entry("sub_button")
            .or_insert_with(|| Value::Array(Vec::new()));
    }
    Ok(Value::Array(buttons))
}

fn check_below(below: &[Value], at: &str) -> Result<(), Refusal> {
    if below.is_empty() {
        return Err(SUB_MENU_MISSING.because(format!("{at}.sub_button")));
    }
    if below.len() > MOST_SUB_BUTTONS {
        let found = below.len();
        return Err(INVALID_SUB_BUTTON_COUNT
            .because(format!("{at} has {found}, allowed are {MOST_SUB_BUTTONS}")));
    }
    for (place, button) in below.iter().enumerate() {
        let at = format!("{at}.sub_button[{place}]");
        let Value::Object(fields) = button else {
            return Err(INVALID_ARGUMENT.because(at));
        };
        if fields
            .get("sub_button")
            .and_then(Value::as_array)
            .is_some_and(|deeper| !deeper.is_empty())
        {
            return Err(INVALID_MENU_DEPTH.because(at));
        }
        check_name(fields, &SUB, &at)?;
        check_leaf(fields, &SUB, &at)?;
    }
    Ok(())
}

fn check_name(fields: &Map<String, Value>, level: &Level, at: &str) -> Result<(), Refusal> {
    let bytes = text(fields, "name").len();
    if (1..=level.longest_name).contains(&bytes) {
        Ok(())
    } else {
        Err(level.name.because(format!(
            "{at}.name has {bytes} bytes, allowed are 1 to {}",
            level.longest_name
        )))
    }
}

fn check_leaf(fields: &Map<String, Value>, level: &Level, at: &str) -> Result<(), Refusal> {
    match text(fields, "type") {
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album"
        | "pic_weixin" | "location_select" => {
            let bytes = text(fields, "key").len();
            if (1..=LONGEST_KEY).contains(&bytes) {
                Ok(())
            } else {
                Err(level.key.because(format!(
                    "{at}.key has {bytes} bytes, allowed are 1 to {LONGEST_KEY}"
                )))
            }
        }
        "view" => check_url(fields, level, at),
        "miniprogram" => {
            check_url(fields, level, at)?;
            if text(fields, "appid").is_empty() || text(fields, "pagepath").is_empty() {
                return Err(INVALID_APPID.because(format!("{at} needs appid and pagepath")));
            }
            Ok(())
        }
        "media_id" | "view_limited" if text(fields, "media_id").is_empty() => {
            Err(INVALID_MEDIA_ID.because(format!("{at}.media_id")))
        }
        "article_id" | "article_view_limited" if text(fields, "article_id").is_empty() => {
            Err(INVALID_ARGUMENT.because(format!("{at}.article_id")))
        }
        "media_id" | "view_limited" | "article_id" | "article_view_limited" => Ok(()),
        other => Err(level.kind.because(format!("{at}.type is {other:?}"))),
    }
}

fn check_url(fields: &Map<String, Value>, level: &Level, at: &str) -> Result<(), Refusal> {
    let url = text(fields, "url");
    if !(1..=LONGEST_URL).contains(&url.len()) {
        return Err(level.url.because(format!(
            "{at}.url has {} bytes, allowed are 1 to {LONGEST_URL}",
            url.len()
        )));
    }
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match host.and_then(|rest| rest.split(['/', '?', '#']).next()) {
        Some(host) if !host.is_empty() => Ok(()),
        _ => Err(level.domain.because(format!("{at}.url"))),
    }
}

/// A text; what is not there or not text is empty.
fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn code(buttons: Value) -> i32 {
        let Value::Object(body) = json!({ "button": buttons }) else {
            panic!("an object")
        };
        check(body).map_or_else(|refusal| refusal.code.0, |_| 0)
    }

    fn click(name: &str) -> Value {
        json!({ "type": "click", "name": name, "key": "K" })
    }

    fn below(buttons: Vec<Value>) -> Value {
        json!([{ "name": "更多", "sub_button": buttons }])
    }

    #[test]
    fn three_entries_with_five_below_each_fit() {
        let column = json!({ "name": "更多", "sub_button": vec![click("x"); 5] });
        assert_eq!(code(json!([column, column, column])), 0);
    }

    #[test]
    fn more_or_fewer_entries_do_not() {
        assert_eq!(code(json!([])), 40016);
        assert_eq!(code(json!(vec![click("x"); 4])), 40016);
        assert_eq!(code(below(vec![click("x"); 6])), 40023);
        assert_eq!(code(below(vec![])), 41007);
    }

    #[test]
    fn names_are_counted_in_bytes() {
        assert_eq!(code(json!([click(&"a".repeat(16))])), 0);
        assert_eq!(code(json!([click("自助查询服务")])), 40018);
        assert_eq!(code(json!([click("")])), 40018);
        assert_eq!(code(below(vec![click(&"你".repeat(20))])), 0);
        assert_eq!(code(below(vec![click(&"你".repeat(21))])), 40025);
    }

    #[test]
    fn a_key_has_1_to_128_bytes() {
        let with = |key: &str| json!({ "type": "click", "name": "x", "key": key });
        assert_eq!(code(json!([with(&"k".repeat(128))])), 0);
        assert_eq!(code(json!([with(&"k".repeat(129))])), 40019);
        assert_eq!(code(json!([with("")])), 40019);
        assert_eq!(code(below(vec![with("")])), 40026);
    }

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        let with = |url: &str| json!({ "type": "view", "name": "x", "url": url });
        assert_eq!(code(json!([with("https://example.com/a")])), 0);
        assert_eq!(code(json!([with("example.com")])), 40055);
        assert_eq!(code(json!([with("https:///a")])), 40055);
        assert_eq!(
            code(json!([with(&format!("https://a/{}", "x".repeat(1100)))])),
            40020
        );
        assert_eq!(code(below(vec![with("javascript:alert(1)")])), 40054);
    }

    #[test]
    fn an_entry_needs_a_known_type() {
        assert_eq!(code(json!([{ "name": "x" }])), 40017);
        assert_eq!(code(json!([{ "name": "x", "type": "teleport" }])), 40017);
        assert_eq!(
            code(below(vec![json!({ "name": "x", "type": "teleport" })])),
            40024
        );
    }

    #[test]
    fn there_is_no_third_level() {
        let deep = json!({ "name": "x", "sub_button": [click("y")] });
        assert_eq!(code(below(vec![deep])), 40022);
    }
}
