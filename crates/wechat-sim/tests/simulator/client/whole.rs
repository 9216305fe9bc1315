//! Nothing is left out: each call in the table of `docs/wechat.md`, which the build holds to the client's code, is made in one of
//! the files beside this one, or stands on the list of those that the simulator does not serve.

use std::{collections::BTreeSet, fs, path::Path};

use wechat::api::{CallFailure, Failure, kf, media, template};

use super::Account;

/// Calls that the simulator does not serve, and why.
const NOT_SERVED: [(&str, &str); 3] = [
    (
        "kf::get_msg_list",
        "who sits at a customer-service account says nothing here",
    ),
    ("media::get_jssdk", "pages cannot record here"),
    (
        "template::add_template",
        "there is no library to add from: `PUT /sim/templates` gives the account its templates",
    ),
];

fn checkout() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The calls of the table, as `user::info`.
fn table() -> BTreeSet<String> {
    let page = fs::read_to_string(checkout().join("docs/wechat.md")).unwrap();
    let (_, calls) = page.split_once("<!-- make docs: calls -->").unwrap();
    let (calls, _) = calls.split_once("<!-- end -->").unwrap();
    let names = calls.lines().filter_map(|line| line.strip_prefix("| `"));
    names
        .filter_map(|row| row.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// What the files beside this one say, without their comments.
fn tests() -> String {
    let here = checkout().join("crates/wechat-sim/tests/simulator/client");
    let mut code = String::new();
    for file in fs::read_dir(here).unwrap() {
        let path = file.unwrap().path();
        if path.file_name().is_some_and(|name| name != "whole.rs") {
            let text = fs::read_to_string(path).unwrap();
            let lines = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            lines.for_each(|line| code.push_str(line));
        }
    }
    code
}

#[test]
fn every_call_of_the_client_is_made_or_on_the_list() {
    let (calls, code) = (table(), tests());
    assert!(
        calls.len() >= 75,
        "the table has {} calls only",
        calls.len()
    );
    for name in &calls {
        let made = code.contains(&format!("{name}("));
        let listed = NOT_SERVED.iter().any(|(known, _)| known == name);
        assert!(
            made != listed,
            "{name}: made {made}, listed as not served {listed}"
        );
    }
    for (name, _) in NOT_SERVED {
        assert!(calls.contains(name), "{name} is no call");
    }
}

#[tokio::test]
async fn what_is_on_the_list_is_not_pretended() {
    let account = Account::new().await;
    let mut asked = 0;
    macro_rules! not_served {
        ($($request:expr;)*) => {$(
            let outcome = account.outcome($request).await.map(drop);
            assert_eq!(outcome, Err(Failure::Answer(CallFailure::Status(404))), stringify!($request));
            asked += 1;
        )*};
    }
    not_served! {
        kf::get_msg_list(1, 2, 1, 1);
        media::get_jssdk("M");
        template::add_template("TM1", &["时间"]);
    }
    assert_eq!(asked, NOT_SERVED.len());
}
