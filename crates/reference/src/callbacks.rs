//! What WeChat sends: the variants of `Message` and `Event`, with the words on the wire that they are read from.

use std::collections::BTreeMap;
use std::path::Path;

use syn::visit::Visit;
use syn::{Arm, Fields, File, Item, ItemEnum, Pat};

use crate::deeds;
use crate::page::{head, row};
use crate::source::{self, Problem};

/// The table of messages; `inbound` is the folder of the code.
pub(crate) fn messages(inbound: &Path) -> Result<String, Problem> {
    let file = source::rust(&inbound.join("message.rs"))?;
    table("Message", "MsgType", &file, &words(&file, "Message")?)
}

/// The table of events.
pub(crate) fn events(inbound: &Path) -> Result<String, Problem> {
    let file = source::rust(&inbound.join("event.rs"))?;
    let read = source::rust(&inbound.join("event/read.rs"))?;
    table("Event", "Event", &file, &words(&read, "Event")?)
}

fn table(
    name: &'static str,
    field: &str,
    file: &File,
    words: &BTreeMap<String, Vec<String>>,
) -> Result<String, Problem> {
    let found = file.items.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == name => Some(item),
        _ => None,
    });
    let found: &ItemEnum = found.ok_or_else(|| Problem::form(name, "there is no such enum"))?;
    let mut page = head(&[field, "what happened", "fields", "what fandesk does"]);
    for variant in &found.variants {
        let variant_name = variant.ident.to_string();
        let known = words.get(&variant_name);
        let word = known.map_or("any other".to_owned(), |words| {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        });
        let deed = deeds::of(name, &variant_name).ok_or_else(|| {
            let place = format!("crates/reference/src/deeds.rs, {name}::{variant_name}");
            Problem::form(place, "what fandesk does about it is not said")
        })?;
        let about = source::paragraphs(&source::docs(&variant.attrs));
        let about = about.first().map(String::as_str).unwrap_or_default();
        page.push_str(&row(&[&word, about, &fields(&variant.fields), deed]));
    }
    Ok(page)
}

/// The fields by WeChat's names, which their documentation begins with.
fn fields(fields: &Fields) -> String {
    let names = fields.iter().filter_map(|field| {
        let docs = source::docs(&field.attrs);
        let name: String = docs
            .chars()
            .take_while(|character| character.is_ascii_alphanumeric() || *character == '_')
            .collect();
        (!name.is_empty()).then(|| format!("`{name}`"))
    });
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all.join(" ")
}

/// The words of each variant, from the arms of a `match` such as `"scan" => Event::Scan { … }`, where the variant may also be made
/// by a function of the file.
fn words(file: &File, name: &str) -> Result<BTreeMap<String, Vec<String>>, Problem> {
    let mut makers = BTreeMap::new();
    for item in &file.items {
        if let Item::Fn(function) = item {
            let mut finds = Variants::of(name);
            finds.visit_block(&function.block);
            if let Some(variant) = finds.found {
                makers.insert(function.sig.ident.to_string(), variant);
            }
        }
    }
    let mut arms = Arms {
        name,
        makers,
        words: BTreeMap::new(),
    };
    arms.visit_file(file);
    if arms.words.is_empty() {
        return Err(Problem::form(name, "no words on the wire are found"));
    }
    Ok(arms.words)
}

/// Finds `Event::Variant`, or the function that makes one.
struct Variants<'n> {
    name: &'n str,
    found: Option<String>,
    functions: Vec<String>,
}

impl<'n> Variants<'n> {
    fn of(name: &'n str) -> Self {
        Self {
            name,
            found: None,
            functions: Vec::new(),
        }
    }
}

impl<'a> Visit<'a> for Variants<'_> {
    fn visit_path(&mut self, path: &'a syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        match names.as_slice() {
            [first, second] if first == self.name => {
                self.found.get_or_insert(second.clone());
            }
            [only] => self.functions.push(only.clone()),
            _ => {}
        }
        syn::visit::visit_path(self, path);
    }
}

struct Arms<'n> {
    name: &'n str,
    makers: BTreeMap<String, String>,
    words: BTreeMap<String, Vec<String>>,
}

impl<'a> Visit<'a> for Arms<'_> {
    fn visit_arm(&mut self, arm: &'a Arm) {
        if let Pat::Lit(_) | Pat::Or(_) = &arm.pat {
            let words = source::literals(|found| found.visit_pat(&arm.pat));
            let mut finds = Variants::of(self.name);
            finds.visit_expr(&arm.body);
            let made = finds
                .functions
                .iter()
                .find_map(|name| self.makers.get(name).cloned());
            if let Some(variant) = finds.found.or(made) {
                self.words.entry(variant).or_default().extend(words);
            }
        }
        syn::visit::visit_arm(self, arm);
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn inbound() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../wechat/src/inbound")
    }

    #[test]
    fn an_event_is_shown_with_its_word_and_fields() {
        let page = events(&inbound()).unwrap();
        let row = |word: &str| {
            let begin = format!("| `{word}` |");
            page.lines().find(|line| line.starts_with(&begin)).unwrap()
        };
        assert!(row("scan").contains("| `EventKey` `Ticket` |"));
        // Made by a function of its own.
        assert!(row("subscribe").contains("`EventKey` `Ticket`"));
        assert!(page.lines().any(|line| line.starts_with("| any other |")));
    }

    #[test]
    fn every_word_on_the_wire_is_in_its_table() {
        let page = [messages(&inbound()).unwrap(), events(&inbound()).unwrap()].concat();
        for word in [
            "text",
            "shortvideo",
            "unsubscribe",
            "templatesendjobfinish",
            "verify_expired",
        ] {
            assert!(page.contains(&format!("| `{word}` |")), "{word}");
        }
    }
}
