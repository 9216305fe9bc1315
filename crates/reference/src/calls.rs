//! The calls: each public function of `crates/wechat/src/api` that gives a `Request`, with its path, its limits and who uses it.

use std::collections::BTreeMap;
use std::path::Path;

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{
    Attribute, Expr, ExprCall, File, Ident, Item, ItemFn, LitInt, LitStr, ReturnType, Token, Type,
    Visibility,
};

use crate::page::{head, row};
use crate::source::{self, Problem};

/// The rooms in the order of the page.
const ROOMS: [&str; 16] = [
    "token",
    "custom",
    "media",
    "kf",
    "user",
    "tags",
    "qrcode",
    "menu",
    "current",
    "mass",
    "template",
    "subscribe",
    "oauth",
    "jsapi",
    "datacube",
    "account",
];

/// One call.
struct Call {
    name: String,
    /// `GET` or `POST`, and the path.
    address: String,
    about: String,
    limits: String,
}

/// All tables, one for each room.
pub(crate) fn tables(root: &Path) -> Result<String, Problem> {
    let users = users(root)?;
    let mut page = String::new();
    for room in ROOMS {
        let path = root.join(format!("crates/wechat/src/api/{room}.rs"));
        let file = source::rust(&path)?;
        let about = source::paragraphs(&source::docs(&file.attrs));
        let about = about.first().map(String::as_str).unwrap_or_default();
        page.push_str(&format!("### `{room}`\n\n{about}\n\n"));
        page.push_str(&head(&[
            "call",
            "path",
            "what it does",
            "limits",
            "used in",
        ]));
        for call in calls(room, &file)? {
            let name = format!("{room}::{}", call.name);
            let used: Vec<String> = users
                .iter()
                .filter(|(_, text)| text.contains(&format!("{name}(")))
                .map(|(file, _)| format!("`{file}`"))
                .collect();
            page.push_str(&row(&[
                &format!("`{name}`"),
                &format!("`{}`", call.address),
                &call.about,
                &call.limits,
                &used.join(", "),
            ]));
        }
        page.push('\n');
    }
    Ok(page.trim_end().to_owned() + "\n")
}

/// The files of the Worker that make calls, by their paths.
fn users(root: &Path) -> Result<BTreeMap<String, String>, Problem> {
    let mut users = BTreeMap::new();
    for path in source::files(&root.join("src"))? {
        let text = source::text(&path)?;
        if text.contains("wechat::api") {
            let name = path.strip_prefix(root).unwrap_or(&path);
            users.insert(name.display().to_string(), text);
        }
    }
    Ok(users)
}

fn calls(room: &str, file: &File) -> Result<Vec<Call>, Problem> {
    let functions = || {
        file.items.iter().filter_map(|item| match item {
            Item::Fn(function) => Some(function),
            _ => None,
        })
    };
    let mut known = Known::default();
    known.constants(file);
    // Helpers first: public functions may leave the path to them.
    for function in functions().chain(functions()) {
        known.look_into(function);
    }
    let mut calls = Vec::new();
    for item in &file.items {
        match item {
            Item::Fn(function) if gives_request(function) => {
                let name = function.sig.ident.to_string();
                let address = known.addresses.get(&name).cloned().ok_or_else(|| {
                    Problem::form(format!("{room}::{name}"), "its path is not found")
                })?;
                calls.push(call(name, address, &function.attrs));
            }
            Item::Macro(item) if item.mac.path.is_ident("tables") => {
                let tables: Tables = item
                    .mac
                    .parse_body()
                    .map_err(|_| Problem::form(room, "its tables are not understood"))?;
                calls.extend(tables.0.into_iter().map(|table| {
                    let mut call = call(
                        table.name,
                        format!("POST {}", table.path),
                        &table.attributes,
                    );
                    let days = table.days;
                    call.limits =
                        format!("{days} {} a call", if days == 1 { "day" } else { "days" });
                    call
                }));
            }
            _ => {}
        }
    }
    Ok(calls)
}

fn call(name: String, address: String, attributes: &[Attribute]) -> Call {
    let paragraphs = source::paragraphs(&source::docs(attributes));
    let limits = paragraphs
        .iter()
        .find_map(|paragraph| paragraph.strip_prefix("Limits: "));
    Call {
        name,
        address,
        about: paragraphs.first().cloned().unwrap_or_default(),
        limits: limits.unwrap_or_default().trim_end_matches('.').to_owned(),
    }
}

fn gives_request(function: &ItemFn) -> bool {
    let ReturnType::Type(_, given) = &function.sig.output else {
        return false;
    };
    matches!(function.vis, Visibility::Public(_)) && names_request(given)
}

fn names_request(given: &Type) -> bool {
    struct Finds(bool);
    impl<'a> Visit<'a> for Finds {
        fn visit_ident(&mut self, ident: &'a Ident) {
            self.0 |= ident == "Request";
        }
    }
    let mut finds = Finds(false);
    finds.visit_type(given);
    finds.0
}

/// Constants by name, and the addresses of functions.
#[derive(Default)]
struct Known {
    constants: BTreeMap<String, String>,
    addresses: BTreeMap<String, String>,
}

impl Known {
    fn constants(&mut self, file: &File) {
        for item in &file.items {
            if let Item::Const(constant) = item {
                let texts = source::literals(|found| found.visit_expr(&constant.expr));
                if let Some(text) = texts.first() {
                    self.constants
                        .insert(constant.ident.to_string(), text.clone());
                }
            }
        }
    }

    fn look_into(&mut self, function: &ItemFn) {
        let mut finds = Finds {
            known: self,
            address: None,
        };
        finds.visit_block(&function.block);
        if let Some(address) = finds.address {
            let name = function.sig.ident.to_string();
            self.addresses.entry(name).or_insert(address);
        }
    }
}

/// Looks for `Call::post("/path", …)`, or for a function of the file that has such.
struct Finds<'k> {
    known: &'k Known,
    address: Option<String>,
}

impl<'a> Visit<'a> for Finds<'_> {
    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let mut names = path
                .path
                .segments
                .iter()
                .rev()
                .map(|part| part.ident.to_string());
            let (last, before) = (names.next().unwrap_or_default(), names.next());
            let found = match before.as_deref() {
                Some("Call") => {
                    let method = if last == "get" { "GET" } else { "POST" };
                    let path = call.args.first().and_then(|argument| self.text(argument));
                    path.map(|path| format!("{method} {path}"))
                }
                None => self.known.addresses.get(&last).cloned(),
                _ => None,
            };
            self.address = self.address.take().or(found);
        }
        syn::visit::visit_expr_call(self, call);
    }
}

impl Finds<'_> {
    fn text(&self, argument: &Expr) -> Option<String> {
        match argument {
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                self.known.constants.get(&name).cloned()
            }
            other => source::literals(|found| found.visit_expr(other))
                .into_iter()
                .next(),
        }
    }
}

/// The rows of `tables!` in `datacube`: documentation, name, path, days, answer.
struct Tables(Vec<Table>);

struct Table {
    attributes: Vec<Attribute>,
    name: String,
    path: String,
    days: u32,
}

impl Parse for Tables {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let rows = Punctuated::<Table, Token![;]>::parse_terminated(input)?;
        Ok(Self(rows.into_iter().collect()))
    }
}

impl Parse for Table {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let path: LitStr = input.parse()?;
        input.parse::<Token![,]>()?;
        let days: LitInt = input.parse()?;
        input.parse::<Token![,]>()?;
        input.parse::<Ident>()?;
        Ok(Self {
            attributes,
            name: name.to_string(),
            path: path.value(),
            days: days.base10_parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    #[test]
    fn every_room_of_the_api_is_on_the_page() {
        let api = source::rust(&root().join("crates/wechat/src/api.rs")).unwrap();
        for item in &api.items {
            if let Item::Mod(module) = item
                && matches!(module.vis, Visibility::Public(_))
                && module.ident != "errcode"
            {
                let name = module.ident.to_string();
                assert!(ROOMS.contains(&name.as_str()), "{name} is missing");
            }
        }
    }

    #[test]
    fn every_path_in_the_code_is_on_the_page() {
        let page = tables(&root()).unwrap();
        for path in source::files(&root().join("crates/wechat/src/api")).unwrap() {
            let file = source::rust(&path).unwrap();
            for text in source::literals(|found| found.visit_file(&file)) {
                let begins = [
                    "/cgi-bin/",
                    "/sns/",
                    "/customservice/",
                    "/wxaapi/",
                    "/datacube/",
                ];
                let is_call = begins.iter().any(|begin| text.starts_with(begin));
                // An address that is opened by a browser.
                if is_call && text != "/cgi-bin/showqrcode" {
                    assert!(page.contains(&format!(" {text}`")), "{text} is missing");
                }
            }
        }
    }

    #[test]
    fn a_call_is_named_with_those_who_use_it() {
        let page = tables(&root()).unwrap();
        let row = page
            .lines()
            .find(|line| line.starts_with("| `menu::create` |"))
            .unwrap();
        assert!(row.contains("`POST /cgi-bin/menu/create`"), "{row}");
        assert!(row.contains("1000 a day"), "{row}");
        assert!(row.ends_with("| `src/menus.rs` |"), "{row}");
    }
}
