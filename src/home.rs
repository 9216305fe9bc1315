//! `/`: a small page for whoever opens the address in a browser. The console takes its place later.

use worker::{Env, Request, Response, Result};

use crate::store::versions;
use crate::{answer, settings};

/// Shows how things stand: health, the playbook's version, where the API is.
pub(crate) async fn page(_request: Request, env: &Env) -> Result<Response> {
    let checked = settings::of(env);
    let (zh, en) = match &checked.settings {
        None => ("—".to_owned(), "—".to_owned()),
        Some(settings) => match versions::newest_version(env, &settings.account).await {
            Ok(0) => ("尚未发布".to_owned(), "none published yet".to_owned()),
            Ok(version) => (format!("第 {version} 版"), format!("version {version}")),
            Err(_) => (
                "数据库暂时不可用".to_owned(),
                "the database is unavailable".to_owned(),
            ),
        },
    };
    let state = if checked.problems.is_empty() {
        "<p class=ok>运行正常 · <span lang=en>All is well</span></p>".to_owned()
    } else {
        let items: String = checked
            .problems
            .iter()
            .map(|problem| format!("<li lang=en>{}</li>", escape(&problem.message)))
            .collect();
        format!("<p class=bad>需要处理 · <span lang=en>Needs attention</span></p><ul>{items}</ul>")
    };
    let simulator = simulator(env)
        .map(|url| {
            let url = escape(&url);
            format!("<dt>模拟微信 · <span lang=en>Simulated WeChat</span></dt><dd><a href=\"{url}/\">{url}</a></dd>")
        })
        .unwrap_or_default();
    let parts = [
        ("{state}", &state),
        ("{zh}", &zh),
        ("{en}", &en),
        ("{simulator}", &simulator),
    ];
    let page = parts
        .into_iter()
        .fold(PAGE.to_owned(), |page, (name, part)| {
            page.replace(name, part)
        });
    answer::text(200, "text/html; charset=utf-8", page, None)
}

/// Static files: the API document now, the console later.
pub(crate) async fn asset(request: Request, env: &Env) -> Result<Response> {
    answer::guarded(env.assets("ASSETS")?.fetch_request(request).await?)
}

/// Where the simulator is, when `WECHAT_API_BASE` points to this machine.
fn simulator(env: &Env) -> Option<String> {
    let base = env.var("WECHAT_API_BASE").ok()?.to_string();
    let local = ["http://127.0.0.1:", "http://localhost:"]
        .iter()
        .any(|local| base.starts_with(local));
    local.then(|| base.trim_end_matches('/').to_owned())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

const PAGE: &str = include_str!("home.html");
