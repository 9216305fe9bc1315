//! Writes the tables of `docs/wechat.md` from the code: `reference PAGE` puts them into the page, `reference` prints them.
//!
//! - [`calls`]: what `crates/wechat/src/api` can ask WeChat, and where fandesk does
//! - [`callbacks`]: what WeChat sends, from `crates/wechat/src/inbound`
//! - [`deeds`]: what fandesk does about it, in words
//! - [`source`]: Rust read as text; [`page`]: the page
//!
//! A test holds the page to the code.

mod callbacks;
mod calls;
mod deeds;
mod page;
mod source;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use source::Problem;

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            let _ = writeln!(io::stderr(), "reference: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(page: Option<&str>) -> Result<(), Problem> {
    let tables = tables(Path::new("."))?;
    match page {
        Some(path) => {
            let filled = page::fill(&source::text(Path::new(path))?, &tables)?;
            std::fs::write(path, filled).map_err(|error| Problem::file(Path::new(path), &error))
        }
        None => {
            let mut out = io::stdout().lock();
            for (name, table) in tables {
                writeln!(out, "{name}\n\n{table}")
                    .map_err(|error| Problem::file(Path::new("-"), &error))?;
            }
            Ok(())
        }
    }
}

/// The tables by their names on the page; `root` is the checkout.
fn tables(root: &Path) -> Result<Vec<(&'static str, String)>, Problem> {
    let inbound = root.join("crates/wechat/src/inbound");
    Ok(vec![
        ("calls", calls::tables(root)?),
        ("messages", callbacks::messages(&inbound)?),
        ("events", callbacks::events(&inbound)?),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_what_the_code_says() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = source::text(&root.join("docs/wechat.md")).unwrap();
        let filled = page::fill(&page, &tables(&root).unwrap()).unwrap();
        assert!(
            filled == page,
            "docs/wechat.md is not what the code says now: run `make docs` and commit it"
        );
    }
}
