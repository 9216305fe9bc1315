//! The fields of a body, each asked for by its name, so that what is wrong is said of the field that it is.
//!
//! By hand: a derived reader is some kilobytes of machine code for each body, and knows no word for a field that is too long.

use serde_json::{Map, Value};
use worker::Request;

use super::error::ApiError;
use super::{Result, params};

/// A body that is a JSON object.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a body; `known` are the fields that it may have. Others are refused, since a misspelt one would do nothing.
    pub(super) async fn of(request: &Request, limit: usize, known: &[&str]) -> Result<Self> {
        Self::read(params::json(request, limit).await?, known)
    }

    fn read(body: Value, known: &[&str]) -> Result<Self> {
        let Value::Object(fields) = body else {
            return Err(ApiError::Malformed("it is no JSON object".to_owned()));
        };
        let unknown = fields.keys().find(|name| !known.contains(&name.as_str()));
        match unknown {
            Some(name) => Err(ApiError::parameter(
                name,
                format!("there is no field `{name}` here"),
            )),
            None => Ok(Self(fields)),
        }
    }

    /// What is there; nothing for `null`.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that may be missing, of 1 to `most` characters.
    pub(super) fn optional(&self, name: &str, most: usize) -> Result<Option<String>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .ok_or_else(|| ApiError::parameter(name, format!("{name} is a text")))?;
        if text.trim().is_empty() {
            return Err(ApiError::parameter(name, format!("{name} is empty")));
        }
        let count = text.chars().count();
        if count > most {
            let message = format!("{name} has {count} characters; it may have {most}");
            return Err(ApiError::parameter(name, message));
        }
        Ok(Some(text.to_owned()))
    }

    /// A text that has to be there, of 1 to `most` characters.
    pub(super) fn text(&self, name: &str, most: usize) -> Result<String> {
        self.optional(name, most)?
            .ok_or_else(|| ApiError::parameter(name, format!("{name} is missing")))
    }

    /// A list of `least` to `most` texts of 1 to `longest` characters, each named once and trimmed.
    pub(super) fn texts(
        &self,
        name: &str,
        least: usize,
        most: usize,
        longest: usize,
    ) -> Result<Vec<String>> {
        let wrong = |message: String| ApiError::parameter(name, message);
        let list = self.get(name).and_then(Value::as_array);
        let list = list.ok_or_else(|| wrong(format!("{name} is a list of texts")))?;
        if !(least..=most).contains(&list.len()) {
            let message = format!("{name} has {} items; it has {least} to {most}", list.len());
            return Err(wrong(message));
        }
        let mut texts: Vec<String> = Vec::new();
        for item in list {
            let text = item
                .as_str()
                .map(str::trim)
                .ok_or_else(|| wrong(format!("{name} is a list of texts")))?;
            if !(1..=longest).contains(&text.chars().count()) {
                let message = format!("an item of {name} has 1 to {longest} characters");
                return Err(wrong(message));
            }
            if !texts.iter().any(|other| other == text) {
                texts.push(text.to_owned());
            }
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn field_of(error: ApiError) -> String {
        match error {
            ApiError::Invalid { field, .. } => field.unwrap_or_default(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_wrong_is_said_of_its_field() {
        let read = |body: Value| Fields::read(body, &["text", "tags"]);
        assert_eq!(field_of(read(json!({ "txt": "" })).err().unwrap()), "txt");
        for body in [
            json!({}),
            json!({ "text": 1 }),
            json!({ "text": " " }),
            json!({ "text": "长长长" }),
        ] {
            let fields = read(body).unwrap();
            assert_eq!(field_of(fields.text("text", 2).unwrap_err()), "text");
        }
        for body in [
            json!({}),
            json!({ "tags": "vip" }),
            json!({ "tags": [1] }),
            json!({ "tags": [" "] }),
            json!({ "tags": ["长长长"] }),
            json!({ "tags": ["a", "b", "c"] }),
        ] {
            let fields = read(body).unwrap();
            assert_eq!(field_of(fields.texts("tags", 0, 2, 2).unwrap_err()), "tags");
        }
        assert!(matches!(read(json!([])), Err(ApiError::Malformed(_))));
    }

    #[test]
    fn what_is_right_is_read() {
        let body = json!({ "text": "好", "tags": [" vip ", "老", "vip"], "seen": null });
        let fields = Fields::read(body, &["text", "tags", "seen"]).unwrap();
        assert_eq!(fields.text("text", 1).unwrap(), "好");
        assert_eq!(fields.texts("tags", 0, 3, 3).unwrap(), ["vip", "老"]);
        assert_eq!(fields.optional("seen", 1).unwrap(), None);
    }
}
