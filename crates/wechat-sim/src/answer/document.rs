//! Reads the account's answer into a tree, whichever format it has.
//!
//! Elements with elements inside become objects, repeated ones arrays, others strings. JSON stays as it is. A DTD is
//! refused by the XML reader.

use serde_json::{Map, Value};

use super::Malformed;
use crate::settings::Format;

/// Reads `body`, which must be a whole document.
pub fn read(body: &str, format: Format) -> Result<Value, Malformed> {
    match format {
        Format::Xml => read_xml(body),
        Format::Json => match serde_json::from_str(body) {
            Ok(object @ Value::Object(_)) => Ok(object),
            Ok(_) => Err(Malformed::NotADocument(
                "the JSON is not an object".to_owned(),
            )),
            Err(error) => Err(Malformed::NotADocument(error.to_string())),
        },
    }
}

fn read_xml(body: &str) -> Result<Value, Malformed> {
    let document = roxmltree::Document::parse(body)
        .map_err(|error| Malformed::NotADocument(error.to_string()))?;
    let root = document.root_element();
    if root.tag_name().name() != "xml" {
        return Err(Malformed::NotADocument(format!(
            "the root is <{}>, not <xml>",
            root.tag_name().name()
        )));
    }
    match element(root)? {
        object @ Value::Object(_) => Ok(object),
        _ => Err(Malformed::NotADocument("<xml> has no elements".to_owned())),
    }
}

fn element(node: roxmltree::Node<'_, '_>) -> Result<Value, Malformed> {
    let text: String = node
        .children()
        .filter(roxmltree::Node::is_text)
        .filter_map(|child| child.text())
        .collect();
    if !node.children().any(|child| child.is_element()) {
        return Ok(Value::String(text));
    }
    if !text.trim().is_empty() {
        let name = node.tag_name().name();
        return Err(Malformed::NotADocument(format!(
            "<{name}> has text beside its elements"
        )));
    }
    let mut object = Map::new();
    for child in node.children().filter(roxmltree::Node::is_element) {
        let value = element(child)?;
        match object.get_mut(child.tag_name().name()) {
            None => drop(object.insert(child.tag_name().name().to_owned(), value)),
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Ok(Value::Object(object))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_over_two_cdata_sections_is_one_text() {
        let read = read(
            "<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content></xml>",
            Format::Xml,
        );
        assert_eq!(read.unwrap(), json!({ "Content": "a]]>b" }));
    }

    #[test]
    fn repeated_elements_become_an_array() {
        let read = read(
            "<xml><L><item><T>1</T></item>\n<item><T>2</T></item></L></xml>",
            Format::Xml,
        );
        assert_eq!(
            read.unwrap(),
            json!({ "L": { "item": [{ "T": "1" }, { "T": "2" }] } })
        );
    }

    #[test]
    fn a_document_type_is_refused() {
        let body = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xml><Content>&e;</Content></xml>";
        assert!(read(body, Format::Xml).is_err());
    }

    #[test]
    fn anything_after_the_root_is_refused() {
        assert!(read("<xml><A>1</A></xml>success", Format::Xml).is_err());
    }

    #[test]
    fn text_beside_elements_is_refused() {
        assert!(read("<xml>hello<A>1</A></xml>", Format::Xml).is_err());
    }
}
