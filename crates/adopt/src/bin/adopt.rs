//! What `make adopt` runs: `{"autoreply":…,"menu":…}` with WeChat's two answers comes in, and
//! `{"playbook":"…","menu":"…"|null,"media":[{"number","source"}],"left":[…],"warnings":[…]}` goes out. `scripts/adopt.mjs` asks WeChat and writes the files.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use fandesk_adopt::{Adopted, adopt};
use serde_json::{Value, json};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when this fails.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut given = String::new();
    io::stdin().read_to_string(&mut given)?;
    let given: Value = serde_json::from_str(&given)
        .map_err(|error| format!("WeChat's answers are not JSON: {error}"))?;
    let part = |name: &str| given.get(name).unwrap_or(&Value::Null);
    let Adopted {
        playbook,
        menu,
        media,
        left,
        warnings,
    } = adopt(part("autoreply"), part("menu"))?;
    let media: Vec<Value> = media
        .iter()
        .map(|media| json!({ "number": media.number, "source": media.source }))
        .collect();
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    let answer = json!({ "playbook": playbook, "menu": menu, "media": media, "left": left, "warnings": warnings });
    writeln!(io::stdout(), "{answer}")?;
    Ok(())
}
