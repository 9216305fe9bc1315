//! XML that is written: replies, and the envelope around encrypted ones.

use std::fmt::Display;

use crate::reply::without_forbidden;

/// A document that is being written. Names are the platform's and need no escaping; texts are CDATA.
#[derive(Default)]
pub(crate) struct Document(String);

impl Document {
    pub(crate) fn element(&mut self, name: &str, write: impl FnOnce(&mut Document)) {
        self.0.extend(["<", name, ">"]);
        write(self);
        self.0.extend(["</", name, ">"]);
    }

    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.element(name, |document| document.stray(text));
    }

    /// Text in no element of its own.
    pub(crate) fn stray(&mut self, text: &str) {
        // A section ends at the first `]]>`, so one inside the text is shared between two sections.
        let text = without_forbidden(text).replace("]]>", "]]]]><![CDATA[>");
        self.0.extend(["<![CDATA[", &text, "]]>"]);
    }

    pub(crate) fn number(&mut self, name: &str, number: impl Display) {
        self.element(name, |document| document.0.push_str(&number.to_string()));
    }

    /// Writes nothing for an empty text.
    pub(crate) fn text_if(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.text(name, text);
        }
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}
