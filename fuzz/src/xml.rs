//! Bodies in XML.

use wechat::fields::STRAY_TEXT;
use wechat::{Field, Fields};

use crate::{cost, shape};

pub(crate) fn target(data: &[u8]) {
    read(data);
    if let Some(body) = cost::grown(data, cost::LARGEST) {
        read(&body);
        read(&[b"<xml>", body.as_slice(), b"</xml>"].concat());
    }
}

/// What is read, and written again, is read as the same.
fn read(body: &[u8]) {
    match cost::bounded(body.len(), || Fields::from_xml(body)) {
        Err(error) => assert!(error.at <= body.len(), "{error}"),
        Ok(fields) => {
            shape::check(&fields, body.len());
            // What a parser takes for a name may be one that cannot be written.
            if names_are_plain(&fields) {
                let mut written = String::from("<xml>");
                write(&fields, &mut written);
                written.push_str("</xml>");
                assert_eq!(
                    Fields::from_xml(written.as_bytes()).as_ref(),
                    Ok(&fields),
                    "{written}"
                );
            }
        }
    }
}

fn names_are_plain(fields: &Fields) -> bool {
    fields.iter().all(|(name, field)| {
        let plain = name == STRAY_TEXT
            || name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        plain && field_is_plain(field)
    })
}

fn field_is_plain(field: &Field) -> bool {
    match field {
        Field::Text(_) => true,
        Field::Element(fields) => names_are_plain(fields),
        Field::Repeated(fields) => fields.iter().all(field_is_plain),
    }
}

fn write(fields: &Fields, into: &mut String) {
    for (name, field) in fields.iter() {
        match field {
            Field::Text(text) if name == STRAY_TEXT => cdata(text, into),
            Field::Repeated(values) => {
                for value in values {
                    element(name, value, into);
                }
            }
            value => element(name, value, into),
        }
    }
}

fn element(name: &str, value: &Field, into: &mut String) {
    into.extend(["<", name, ">"]);
    match value {
        Field::Text(text) => cdata(text, into),
        Field::Element(fields) => write(fields, into),
        Field::Repeated(_) => panic!("XML has no lists in lists, and {name} is one"),
    }
    into.extend(["</", name, ">"]);
}

fn cdata(text: &str, into: &mut String) {
    into.extend(["<![CDATA[", &text.replace("]]>", "]]]]><![CDATA[>"), "]]>"]);
}
