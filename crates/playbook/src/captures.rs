//! What of a fan's text a match holds on to, and which of it a template may name.

use crate::template::Placeholder;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a match captured. It is stored with a job whose answer comes later, so its form is kept from release to release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Captures {
    /// The fan's whole text.
    pub text: String,
    /// What follows the prefix that matched; empty for any other match.
    pub rest: String,
    /// The groups of the pattern that matched, from the first; one that took no part is empty.
    pub groups: Vec<String>,
    /// The groups that have a name.
    pub names: BTreeMap<String, String>,
}

impl Captures {
    /// Reads what was kept as JSON; none when it is something else. A field that is not there is empty.
    #[must_use]
    pub fn read(kept: &Value) -> Option<Self> {
        let mut captures = Self::default();
        for (name, value) in kept.as_object()? {
            match name.as_str() {
                "text" => value.as_str()?.clone_into(&mut captures.text),
                "rest" => value.as_str()?.clone_into(&mut captures.rest),
                "groups" => {
                    for group in value.as_array()? {
                        captures.groups.push(group.as_str()?.to_owned());
                    }
                }
                "names" => {
                    for (name, group) in value.as_object()? {
                        let group = group.as_str()?.to_owned();
                        captures.names.insert(name.clone(), group);
                    }
                }
                // A later release's.
                _ => {}
            }
        }
        Some(captures)
    }

    /// The captures of a match that holds on to nothing but the text.
    pub(crate) fn of_text(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn group(&self, number: usize) -> &str {
        number
            .checked_sub(1)
            .and_then(|at| self.groups.get(at))
            .map_or("", String::as_str)
    }

    pub(crate) fn named(&self, name: &str) -> &str {
        self.names.get(name).map_or("", String::as_str)
    }
}

/// The placeholders that mean something in one place of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) text: bool,
    pub(crate) rest: bool,
    /// The pattern's groups from the first, with their names.
    pub(crate) groups: Vec<Option<String>>,
    pub(crate) result: bool,
}

/// Names that a group may not have, since they mean something else.
pub(crate) const RESERVED: [&str; 3] = ["text", "rest", "result"];

impl Scope {
    /// The scope of a reply to any text.
    pub(crate) fn of_text() -> Self {
        Self {
            text: true,
            ..Self::default()
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().flatten().map(String::as_str)
    }

    /// What a name between braces stands for; on failure, which ones stand for something.
    pub(crate) fn placeholder(&self, name: &str) -> Result<Placeholder, String> {
        self.known(name).ok_or_else(|| {
            let known = self.list();
            let known = if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            };
            format!(
                "unknown placeholder {{{name}}}: here there are {known}; write `{{{{` for a brace"
            )
        })
    }

    fn known(&self, name: &str) -> Option<Placeholder> {
        match name {
            "text" => return self.text.then_some(Placeholder::Text),
            "rest" => return self.rest.then_some(Placeholder::Rest),
            "result" => return self.result.then(|| Placeholder::Result(Vec::new())),
            _ => {}
        }
        if self.names().any(|known| known == name) {
            return Some(Placeholder::Name(name.to_owned()));
        }
        if let Some(way) = name.strip_prefix("result.") {
            let names: Vec<String> = way.split('.').map(str::to_owned).collect();
            let whole = names.iter().all(|name| !name.is_empty());
            return (self.result && whole).then_some(Placeholder::Result(names));
        }
        let number = name
            .parse()
            .ok()
            .filter(|_| name.bytes().all(|byte| byte.is_ascii_digit()))?;
        (1..=self.groups.len())
            .contains(&number)
            .then_some(Placeholder::Group(number))
    }

    fn list(&self) -> Vec<String> {
        let fixed = [(self.text, "{text}"), (self.rest, "{rest}")];
        let fixed = fixed
            .into_iter()
            .filter(|(there, _)| *there)
            .map(|(_, shown)| shown.to_owned());
        let groups = (1..=self.groups.len()).map(|number| format!("{{{number}}}"));
        let names = self.names().map(|name| format!("{{{name}}}"));
        let result = self.result.then(|| "{result.…}".to_owned());
        fixed.chain(groups).chain(names).chain(result).collect()
    }
}
