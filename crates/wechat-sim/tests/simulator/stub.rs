//! An account's server that does as it is told, and a hand to move the simulator with.

use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::IntoResponse,
    routing::any,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use wechat_sim::{Simulator, platform::ACCOUNT, settings::Settings};

/// A fan.
pub(crate) const FAN: &str = "oFan00000000000000000000001";

/// A callback as it arrived.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) query: HashMap<String, String>,
    pub(crate) body: String,
}

/// What the server does with one.
#[derive(Debug, Clone)]
pub(crate) enum Do {
    Answer(u16, String),
    AnswerLate(Duration, String),
}

type Script = Arc<dyn Fn(usize, &Seen) -> Do + Send + Sync>;

#[derive(Clone)]
struct Server {
    script: Script,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// Stub and simulator, wired together.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    seen: Arc<Mutex<Vec<Seen>>>,
    client: reqwest::Client,
}

/// A server that answers every callback with 200 and this body.
pub(crate) async fn answering(body: &str) -> Stage {
    let body = body.to_owned();
    scripted(move |_, _| Do::Answer(200, body.clone())).await
}

/// A server that follows a script, which is told how many callbacks came before.
pub(crate) async fn scripted(script: impl Fn(usize, &Seen) -> Do + Send + Sync + 'static) -> Stage {
    with_settings(|_| {}, script).await
}

/// The same with other settings.
pub(crate) async fn with_settings(
    change: impl FnOnce(&mut Settings),
    script: impl Fn(usize, &Seen) -> Do + Send + Sync + 'static,
) -> Stage {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let server = Server {
        script: Arc::new(script),
        seen: Arc::clone(&seen),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/wechat", any(callback))
        .with_state(server);
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut settings = Settings::for_tests(url);
    change(&mut settings);
    let simulator = Simulator::start(settings).await.unwrap();
    Stage {
        simulator,
        seen,
        client: reqwest::Client::new(),
    }
}

async fn callback(
    State(server): State<Server>,
    Query(query): Query<HashMap<String, String>>,
    body: String,
) -> axum::response::Response {
    let seen = Seen { query, body };
    let before = {
        let mut all = server.seen.lock().unwrap();
        all.push(seen.clone());
        all.len() - 1
    };
    match (server.script)(before, &seen) {
        Do::Answer(status, body) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        Do::AnswerLate(after, body) => {
            tokio::time::sleep(after).await;
            body.into_response()
        }
    }
}

impl Stage {
    /// Every callback that arrived.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// A request to the simulator: its status and document.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.simulator.url()));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, path, Some(body)).await.1
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None).await.1
    }

    /// The fan does something.
    pub(crate) async fn fan(&self, act: &str, body: Value) -> Value {
        self.post(&format!("/sim/fans/{FAN}/{act}"), body).await
    }

    pub(crate) async fn say(&self, text: &str) -> Value {
        self.fan("say", json!({ "text": text })).await
    }

    pub(crate) async fn inbox(&self) -> Vec<Value> {
        self.get(&format!("/sim/fans/{FAN}/inbox")).await["items"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// A token as the account gets one.
    pub(crate) async fn token(&self) -> String {
        let answer = self
            .post("/cgi-bin/stable_token", token_request(false))
            .await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Calls an interface with a fresh token and answers its error code.
    pub(crate) async fn api(&self, path: &str, body: Value) -> i64 {
        let token = self.token().await;
        self.post(&format!("/cgi-bin/{path}?access_token={token}"), body)
            .await["errcode"]
            .as_i64()
            .unwrap()
    }

    /// Calls a reading interface with a fresh token; the path may have a query.
    pub(crate) async fn ask(&self, path: &str) -> Value {
        let token = self.token().await;
        let sign = if path.contains('?') { '&' } else { '?' };
        self.get(&format!("{path}{sign}access_token={token}")).await
    }

    /// Calls a writing interface below `/cgi-bin/` with a fresh token and answers its document.
    pub(crate) async fn tell(&self, path: &str, body: Value) -> Value {
        let token = self.token().await;
        self.post(&format!("/{path}?access_token={token}"), body)
            .await
    }

    /// Sends a text to the fan and answers the error code.
    pub(crate) async fn send_text(&self, content: &str) -> i64 {
        let message = json!({ "touser": FAN, "msgtype": "text", "text": { "content": content } });
        self.api("message/custom/send", message).await
    }
}

pub(crate) fn token_request(force: bool) -> Value {
    json!({
        "grant_type": "client_credential", "appid": "wx0123456789abcdef", "secret": "the-app-secret",
        "force_refresh": force
    })
}

/// A text as a well-made server answers it.
pub(crate) fn text_reply(content: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{FAN}]]></ToUserName><FromUserName><![CDATA[{ACCOUNT}]]></FromUserName>\
         <CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[{content}]]></Content></xml>"
    )
}
