//! `/status`: a small page of how things stand, for whoever has no login. Until a console is built, `/` shows it too.

use worker::{Env, Response, Result};

use crate::accounts::{self, Account};
use crate::answer;
use crate::store::versions;

/// Shows how things stand: health, the playbook's version, where the API is.
pub(crate) async fn page(env: &Env) -> Result<Response> {
    let accounts = accounts::of(env);
    let several = accounts.iter().nth(1).is_some();
    let (mut playbooks, mut simulators) = (String::new(), String::new());
    for account in accounts.iter() {
        // A name is made of letters, digits and dashes.
        let name = Some(&account.name).filter(|_| several);
        let name = name.map_or(String::new(), |name| format!("{name}: "));
        let (zh, en) = playbook(env, account).await;
        playbooks.push_str(&format!("<dd>{name}{zh} · <span lang=en>{en}</span></dd>"));
        if let Some(url) = simulator(account) {
            let url = escape(url);
            simulators.push_str(&format!("<dd>{name}<a href=\"{url}/\">{url}</a></dd>"));
        }
    }
    if !simulators.is_empty() {
        simulators.insert_str(
            0,
            "<dt>模拟微信 · <span lang=en>Simulated WeChat</span></dt>",
        );
    }
    let state = if accounts.problems.is_empty() {
        "<p class=ok>运行正常 · <span lang=en>All is well</span></p>".to_owned()
    } else {
        let items: String = accounts
            .problems
            .iter()
            .map(|problem| format!("<li lang=en>{}</li>", escape(&problem.message)))
            .collect();
        format!("<p class=bad>需要处理 · <span lang=en>Needs attention</span></p><ul>{items}</ul>")
    };
    let parts = [
        ("{state}", &state),
        ("{playbooks}", &playbooks),
        ("{simulators}", &simulators),
    ];
    let page = parts
        .into_iter()
        .fold(PAGE.to_owned(), |page, (name, part)| {
            page.replace(name, part)
        });
    answer::text(200, "text/html; charset=utf-8", page, None)
}

/// Which playbook an account answers from, in Chinese and English.
async fn playbook(env: &Env, account: &Account) -> (String, String) {
    let Ok(settings) = account.whole() else {
        return ("—".to_owned(), "—".to_owned());
    };
    match versions::newest_version(env, &settings.account).await {
        Ok(0) => ("尚未发布".to_owned(), "none published yet".to_owned()),
        Ok(version) => (format!("第 {version} 版"), format!("version {version}")),
        Err(_) => (
            "数据库暂时不可用".to_owned(),
            "the database is unavailable".to_owned(),
        ),
    }
}

/// Where the simulator of an account is, when its `WECHAT_API_BASE` points to this machine.
fn simulator(account: &Account) -> Option<&str> {
    let base = account.settings.as_ref()?.api_base.as_str();
    let local = ["http://127.0.0.1:", "http://localhost:"]
        .iter()
        .any(|local| base.starts_with(local));
    Some(base).filter(|_| local)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

const PAGE: &str = include_str!("status.html");
