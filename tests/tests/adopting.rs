//! Moving an account to fandesk: what it answered by itself is taken over by `make adopt`, and answered by its playbook.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, process};

use fandesk_e2e::deployment::{APP_ID, APP_SECRET, checkout};
use fandesk_e2e::{Deployment, Mode, Setup};
use serde_json::{Value, json};

/// A folder for what `make adopt` writes, gone with this value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("fandesk-e2e-adopt-{}-{name}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs it as an operator does, against the simulated WeChat.
fn adopt(desk: &Deployment, secret: &str, into: &Path) -> Output {
    Command::new("make")
        .arg("adopt")
        .current_dir(checkout())
        .env("WECHAT_APP_ID", APP_ID)
        .env("WECHAT_APP_SECRET", secret)
        .env("WECHAT_API_BASE", desk.simulator_url())
        .env_remove("WECHAT_API_RELAY_TOKEN")
        .env("DEV_VARS", into.join("none"))
        .env("TO", into)
        .output()
        .unwrap()
}

fn told(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

/// What an operator had set up in the platform's own pages.
fn set_up_by_hand() -> Value {
    let keyword = |content: &str, match_mode: &str| json!({ "type": "text", "match_mode": match_mode, "content": content });
    json!({
        "autoreply": {
            "is_add_friend_reply_open": 1, "is_autoreply_open": 1,
            "add_friend_autoreply_info": { "type": "text", "content": "欢迎关注 \"拾光\"" },
            "message_default_autoreply_info": { "type": "text", "content": "稍后回复" },
            "keyword_autoreply_info": { "list": [
                {
                    "rule_name": "价格", "create_time": 1_423_028_166, "reply_mode": "reply_all",
                    "keyword_list_info": [keyword("价格", "contain"), keyword("多少钱", "contain")],
                    "reply_list_info": [{ "type": "text", "content": "每台 3999 元" }]
                },
                {
                    "rule_name": "GO", "create_time": 1_423_028_167, "reply_mode": "random_one",
                    "keyword_list_info": [keyword("GO", "equal")],
                    "reply_list_info": [{ "type": "text", "content": "出发" }, { "type": "text", "content": "走" }]
                }
            ] }
        },
        "selfmenu": { "is_menu_open": 1, "selfmenu_info": { "button": [
            { "type": "text", "name": "关于我们", "value": "我们做手机" },
            { "name": "更多", "sub_button": { "list": [
                { "type": "view", "name": "商城", "url": "https://a.example/shop" }
            ] } }
        ] } }
    })
}

#[test]
fn an_account_answers_after_the_switch_what_it_answered_before() {
    let desk = Setup::new(Mode::Safe).without_demo().start();
    desk.simulator().set_up_by_hand(&set_up_by_hand());
    let folder = Folder::new("whole");
    let adopted = adopt(&desk, APP_SECRET, &folder.0);
    assert!(adopted.status.success(), "{}", told(&adopted.stderr));

    let playbook = folder.read("playbook.adopted.toml");
    desk.api().publish(&playbook).expect(200);
    let menu: Value = serde_json::from_str(&folder.read("menu.adopted.json")).unwrap();
    desk.api().put("/menu", &menu).expect(200);

    let fan = desk.fan();
    assert_eq!(fan.follow().text(), "欢迎关注 \"拾光\"");
    assert_eq!(fan.say("请问多少钱？").text(), "每台 3999 元");
    assert_eq!(fan.say("go").text(), "出发");
    assert_eq!(fan.say("你好").text(), "稍后回复");
    let shown = desk.simulator().menu();
    assert_eq!(
        shown["button"][1]["sub_button"][0]["url"],
        "https://a.example/shop"
    );
    let key = shown["button"][0]["key"].as_str().unwrap();
    assert_eq!(fan.tap(key).text(), "我们做手机");
}

#[test]
fn a_wrong_secret_is_named_and_nothing_is_written() {
    let desk = Setup::new(Mode::Plain).without_demo().start();
    let folder = Folder::new("refused");
    let refused = adopt(&desk, "guess", &folder.0);
    assert!(!refused.status.success());
    let words = told(&refused.stderr);
    assert!(
        words.contains("40125") && words.contains("the AppSecret is wrong"),
        "{words}"
    );
    assert!(!words.contains("guess"), "{words}");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
}
