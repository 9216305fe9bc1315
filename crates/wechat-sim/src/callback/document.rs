//! The documents that the platform sends: named fields in order, written as XML or JSON.
//!
//! Written by hand rather than with the `wechat` crate: that one is what is being tested.

use serde_json::{Map, Number, Value};

use crate::settings::Format;

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// Text, in XML within CDATA.
    Text(String),
    /// A number, bare in both formats.
    Number(Number),
    /// Named fields.
    Tree(Document),
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u64> for Field {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<Document> for Field {
    fn from(tree: Document) -> Self {
        Self::Tree(tree)
    }
}

/// Fields in the order in which they are sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document(Vec<(String, Field)>);

impl Document {
    /// Adds a field at the end.
    #[must_use]
    pub fn with(mut self, name: &str, field: impl Into<Field>) -> Self {
        self.0.push((name.to_owned(), field.into()));
        self
    }

    /// With the fields of another one at the end.
    #[must_use]
    pub fn followed_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// From a JSON object: strings become text, objects trees.
    pub fn from_json(fields: &Map<String, Value>) -> Self {
        let field = |value: &Value| match value {
            Value::Number(number) => Field::Number(number.clone()),
            Value::Object(tree) => Field::Tree(Self::from_json(tree)),
            Value::String(text) => Field::Text(text.clone()),
            other => Field::Text(other.to_string()),
        };
        let flat = fields.iter().flat_map(|(name, value)| match value {
            Value::Array(items) => items
                .iter()
                .map(|item| (name.clone(), field(item)))
                .collect(),
            single => vec![(name.clone(), field(single))],
        });
        Self(flat.collect())
    }

    /// Writes the document.
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Xml => {
                let mut out = String::from("<xml>");
                self.write_xml(&mut out);
                out.push_str("</xml>");
                out
            }
            Format::Json => self.to_json().to_string(),
        }
    }

    fn write_xml(&self, out: &mut String) {
        for (name, field) in &self.0 {
            out.push_str(&format!("<{name}>"));
            match field {
                Field::Text(text) => out.push_str(&cdata(text)),
                Field::Number(number) => out.push_str(&number.to_string()),
                Field::Tree(tree) => tree.write_xml(out),
            }
            out.push_str(&format!("</{name}>\n"));
        }
    }

    fn to_json(&self) -> Value {
        let mut object = Map::new();
        for (name, field) in &self.0 {
            let value = match field {
                Field::Text(text) => Value::String(text.clone()),
                Field::Number(number) => Value::Number(number.clone()),
                Field::Tree(tree) => tree.to_json(),
            };
            match object.get_mut(name) {
                None => drop(object.insert(name.clone(), value)),
                Some(Value::Array(items)) => items.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Value::Object(object)
    }
}

/// `]]>` inside is split over two sections; characters that XML 1.0 cannot carry are left out.
pub fn cdata(text: &str) -> String {
    let legal = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    let text: String = text.chars().filter(legal).collect();
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn text_is_wrapped_and_numbers_are_bare() {
        let document = Document::default()
            .with("Content", "a<b")
            .with("MsgId", u64::MAX);
        assert_eq!(
            document.write(Format::Xml),
            "<xml><Content><![CDATA[a<b]]></Content>\n<MsgId>18446744073709551615</MsgId>\n</xml>"
        );
    }

    #[test]
    fn repeated_fields_become_an_array_in_json() {
        let fields = json!({ "List": [{ "A": 1 }, { "A": 2 }], "Event": "x" });
        let document = Document::from_json(fields.as_object().unwrap());
        assert_eq!(
            serde_json::from_str::<Value>(&document.write(Format::Json)).unwrap(),
            fields
        );
    }

    proptest! {
        #[test]
        fn any_text_survives_xml(text in "[^\\p{Cc}\u{FFFE}\u{FFFF}]{0,40}|\\]{0,4}>|a\\]\\]>b") {
            let written = Document::default().with("Content", text.as_str()).write(Format::Xml);
            let read = roxmltree::Document::parse(&written).unwrap();
            let content = read.root_element().first_element_child().unwrap();
            let back: String = content.children().filter_map(|node| node.text()).collect();
            prop_assert_eq!(back, text);
        }
    }
}
