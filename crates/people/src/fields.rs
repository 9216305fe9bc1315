//! Fields of JSON bodies, read by hand: each refusal names its field, and a derived reader would be larger.

use serde_json::{Map, Value};

use crate::wrong::{Result, Wrong};

/// The members of a body, which has none but the `known`: a misspelt one would be ignored in silence.
pub(crate) fn object<'a>(
    value: &'a Value,
    name: &str,
    known: &[&str],
) -> Result<&'a Map<String, Value>> {
    let Some(members) = value.as_object() else {
        return Err(Wrong::new(name, format!("{name} is an object")));
    };
    match members
        .keys()
        .find(|member| !known.contains(&member.as_str()))
    {
        Some(other) => Err(Wrong::new(
            other,
            format!("there is no field `{other}` here"),
        )),
        None => Ok(members),
    }
}

/// A text of 1 to `most` characters, without white space around it and without control characters.
pub(crate) fn text(value: &Value, field: &str, most: usize) -> Result<String> {
    let text = value.as_str().map(str::trim).unwrap_or_default();
    if (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        let message = format!("{field} is a text of 1 to {most} characters");
        Err(Wrong::new(field, message))
    }
}

/// A whole number within these.
pub(crate) fn number(value: &Value, field: &str, least: i64, most: i64) -> Result<i64> {
    let number = value
        .as_i64()
        .filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| {
        Wrong::new(
            field,
            format!("{field} is a whole number from {least} to {most}"),
        )
    })
}

/// `true` or `false`.
pub(crate) fn switch(value: &Value, field: &str) -> Result<bool> {
    value
        .as_bool()
        .ok_or_else(|| Wrong::new(field, format!("{field} is true or false")))
}

/// A list of at most `most`, each read by `read`; doubles count once.
pub(crate) fn list(
    value: &Value,
    field: &str,
    most: usize,
    read: impl Fn(&Value, &str) -> Result<String>,
) -> Result<Vec<String>> {
    let items = value
        .as_array()
        .filter(|items| items.len() <= most)
        .ok_or_else(|| Wrong::new(field, format!("{field} is a list of at most {most} texts")))?;
    let mut read_items: Vec<String> = Vec::new();
    for item in items {
        let item = read(item, field)?;
        if !read_items.contains(&item) {
            read_items.push(item);
        }
    }
    Ok(read_items)
}

/// The id of a team: what stands in addresses and in playbooks.
pub(crate) fn id(value: &Value, field: &str) -> Result<String> {
    let id = value.as_str().unwrap_or_default();
    if is_id(id) {
        Ok(id.to_owned())
    } else {
        let message = format!("{field} has 1 to 32 of a to z, 0 to 9, - and _");
        Err(Wrong::new(field, message))
    }
}

/// Whether this can be an id: of a team by its form, of a person by what the Worker makes.
pub(crate) fn is_id(id: &str) -> bool {
    let of_id = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    };
    (1..=32).contains(&id.len()) && id.bytes().all(of_id)
}
