//! Fields from XML.
//!
//! The open elements are a list, not a recursion, so depth costs no stack. No entity is ever expanded but the
//! five predefined ones and characters by number, so a body cannot grow and cannot name a file.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

use super::{Defect, Fields, MAX_DEPTH, MAX_FIELDS, MalformedBody, STRAY_TEXT, without_mark};

/// An element whose end has not come yet.
struct Open {
    name: String,
    text: String,
    children: Fields,
}

/// Where reading stands.
#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    elements: usize,
    root: Option<Fields>,
}

pub(super) fn read(body: &[u8]) -> Result<Fields, MalformedBody> {
    let document = without_mark(body);
    let mark = body.len().saturating_sub(document.len());
    let text = std::str::from_utf8(document)
        .map_err(|error| Defect::NotUtf8.at(mark.saturating_add(error.valid_up_to())))?;

    let mut reader = Reader::from_str(text);
    let mut tree = Tree::default();
    loop {
        let at = mark.saturating_add(position(reader.buffer_position()));
        let event = reader.read_event().map_err(|_| {
            Defect::NotXml.at(mark.saturating_add(position(reader.error_position())))
        })?;
        let step = match event {
            Event::Start(start) => tree.open(start.name().as_ref()),
            Event::Empty(start) => tree.open(start.name().as_ref()).and_then(|()| tree.close()),
            Event::End(_) => tree.close(),
            Event::Text(text) => tree.text(&text, is_space(&text)),
            Event::CData(text) => tree.text(&text, false),
            Event::GeneralRef(reference) => {
                resolve(&reference).and_then(|resolved| tree.text(&resolved, false))
            }
            Event::DocType(_) => Err(Defect::Doctype),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => Ok(()),
            Event::Eof => return tree.finish().map_err(|defect| defect.at(at)),
        };
        step.map_err(|defect| defect.at(at))?;
    }
}

impl Tree {
    fn open(&mut self, name: &str) -> Result<(), Defect> {
        if self.root.is_some() {
            return Err(Defect::Trailing);
        }
        if self.open.is_empty() && name != "xml" {
            return Err(Defect::Root);
        }
        if name.is_empty() {
            return Err(Defect::NotXml);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Defect::TooDeep);
        }
        self.elements = self.elements.saturating_add(1);
        if self.elements > MAX_FIELDS {
            return Err(Defect::TooMany);
        }
        self.open.push(Open {
            name: name.to_owned(),
            text: String::new(),
            children: Fields::new(),
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Defect> {
        let Open {
            name,
            text,
            mut children,
        } = self.open.pop().ok_or(Defect::NotXml)?;
        let root = self.open.is_empty();
        if (root || !children.is_empty()) && !is_space(&text) {
            children.push(STRAY_TEXT, text.as_str());
        }
        match self.open.last_mut() {
            None => self.root = Some(children),
            Some(parent) if children.is_empty() => parent.children.push(name, text),
            Some(parent) => parent.children.push(name, children),
        }
        Ok(())
    }

    fn text(&mut self, text: &str, space: bool) -> Result<(), Defect> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if space => {}
            None if self.root.is_some() => return Err(Defect::Trailing),
            None => return Err(Defect::Root),
        }
        Ok(())
    }

    fn finish(self) -> Result<Fields, Defect> {
        match self.root {
            Some(root) => Ok(root),
            None if self.open.is_empty() => Err(Defect::Root),
            None => Err(Defect::NotXml),
        }
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, Defect> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string()),
        Ok(None) => resolve_xml_entity(reference)
            .map(str::to_owned)
            .ok_or(Defect::Entity),
        Err(_) => Err(Defect::Entity),
    }
}

fn is_space(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

fn position(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
