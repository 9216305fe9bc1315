//! The client of `wechat-oa` meets the simulator: each call of `wechat::api` is made over HTTP, a file a family.
//!
//! The two come from two readings of the platform. Where one says what the other does not take, or does not read what the other
//! answers, one of them is wrong, and one of these tests fails. [`whole`] holds them to be complete.

mod account;
mod current;
mod custom;
mod datacube;
mod jsapi;
mod kf;
mod mass;
mod media;
mod menu;
mod oauth;
mod qrcode;
mod subscribe;
mod tags;
mod template;
mod token;
mod user;
mod whole;

use std::{cell::RefCell, convert::Infallible};

use reqwest::{header::CONTENT_TYPE, redirect::Policy};
use serde_json::{Value, json};
use wechat::api::{
    Answer, Call, CallFailure, Client, ErrCode, Failure, InvalidCall, Method, NoAnswer, Outgoing,
    Request, Response, Tokens, Transport, send, token::stable_token,
};

use crate::stub::{FAN, Stage, answering};

const APP_ID: &str = "wx0123456789abcdef";
const SECRET: &str = "the-app-secret";

/// Another fan.
const OTHER: &str = "oFan00000000000000000000002";

/// Nobody.
const STRANGER: &str = "oStranger";

/// An account that calls the simulator through the client.
struct Account {
    stage: Stage,
    url: String,
    wire: Wire,
    keeper: Keeper,
}

/// A call, or a builder's word that it cannot be made.
trait Asked<A> {
    fn request(self) -> Request<A>;
}

impl<A> Asked<A> for Request<A> {
    fn request(self) -> Request<A> {
        self
    }
}

impl<A> Asked<A> for Result<Request<A>, InvalidCall> {
    fn request(self) -> Request<A> {
        self.expect("the client lets the call pass")
    }
}

impl Account {
    /// An account that nobody follows.
    async fn new() -> Self {
        Self::on(answering("success").await)
    }

    /// The account of a server.
    fn on(stage: Stage) -> Self {
        let url = stage.simulator.url();
        Self {
            wire: Wire::new(),
            keeper: Keeper::new(url.clone()),
            url,
            stage,
        }
    }

    /// An account with a fan who has just written.
    async fn with_fan() -> Self {
        let account = Self::new().await;
        account.stage.say("GO").await;
        account
    }

    /// The same with another who follows.
    async fn with_two_fans() -> Self {
        let account = Self::with_fan().await;
        account.act(OTHER, "follow", json!({})).await;
        account
    }

    /// A fan does something.
    async fn act(&self, openid: &str, act: &str, body: Value) {
        self.stage
            .post(&format!("/sim/fans/{openid}/{act}"), body)
            .await;
    }

    /// Time passes.
    async fn let_pass(&self, ms: u64) {
        self.stage
            .post("/sim/clock", json!({ "advance_ms": ms }))
            .await;
    }

    /// What the client makes of the simulator's answer.
    async fn outcome<A: Answer>(&self, asked: impl Asked<A>) -> Result<A, Failure<Infallible>> {
        let client = Client {
            transport: &self.wire,
            tokens: &self.keeper,
            base: &self.url,
        };
        client.call(&asked.request()).await
    }

    /// The answer to a call that goes well.
    async fn call<A: Answer>(&self, asked: impl Asked<A>) -> A {
        match self.outcome(asked).await {
            Ok(answer) => answer,
            Err(failure) => panic!("{failure}"),
        }
    }

    /// The code of a call that is refused.
    async fn refused<A: Answer>(&self, asked: impl Asked<A>) -> ErrCode {
        match self.outcome(asked).await {
            Err(Failure::Answer(CallFailure::Api(error))) => error.code(),
            Err(failure) => panic!("{failure}"),
            Ok(_) => panic!("it went well"),
        }
    }

    /// The next call of a path is answered with this code.
    async fn fails_once(&self, path: &str, errcode: i64) {
        let fault = json!({ "path": path, "errcode": errcode, "times": 1 });
        self.stage.post("/sim/faults", fault).await;
    }

    /// How often a path was called.
    async fn calls_of(&self, path: &str) -> u64 {
        let stats = self.stage.get("/sim/stats").await;
        stats["api_calls"][path].as_u64().unwrap_or_default()
    }
}

/// HTTP.
struct Wire(reqwest::Client);

impl Wire {
    fn new() -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none());
        Self(client.build().unwrap())
    }
}

impl Transport for &Wire {
    async fn exchange(&self, outgoing: Outgoing<'_>) -> Result<Response, NoAnswer> {
        let method = match outgoing.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut request = self.0.request(method, outgoing.url);
        if let Some(content_type) = outgoing.body.content_type() {
            let bytes = outgoing.body.bytes().to_vec();
            request = request.header(CONTENT_TYPE, content_type).body(bytes);
        }
        let response = request.send().await.map_err(|_| NoAnswer::Broken)?;
        let content_type = response.headers().get(CONTENT_TYPE);
        Ok(Response {
            status: response.status().as_u16(),
            content_type: content_type
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            body: response
                .bytes()
                .await
                .map_err(|_| NoAnswer::Broken)?
                .to_vec(),
        })
    }
}

/// Holds the token, and gets another from the simulator when the one held is refused.
struct Keeper {
    url: String,
    wire: Wire,
    held: RefCell<Option<String>>,
}

impl Keeper {
    fn new(url: String) -> Self {
        Self {
            url,
            wire: Wire::new(),
            held: RefCell::new(None),
        }
    }

    async fn fetch(&self) -> String {
        let request = stable_token(APP_ID, SECRET, false);
        let call: &Call = &request;
        let response = send(&&self.wire, &self.url, call, None).await.unwrap();
        request.read(response).unwrap().access_token
    }
}

impl Tokens for &Keeper {
    type Error = Infallible;

    async fn token(&self, refused: Option<&str>) -> Result<String, Infallible> {
        let held = self.held.borrow().clone();
        if let Some(held) = held.filter(|held| Some(held.as_str()) != refused) {
            return Ok(held);
        }
        let token = self.fetch().await;
        *self.held.borrow_mut() = Some(token.clone());
        Ok(token)
    }
}
