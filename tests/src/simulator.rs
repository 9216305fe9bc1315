//! The levers of the simulated WeChat and of the business system that it plays.

use serde_json::{Value, json};

use crate::http::Http;

/// The path of the customer-service message call.
pub const SEND: &str = "/cgi-bin/message/custom/send";
/// The path of the token call.
pub const TOKEN: &str = "/cgi-bin/stable_token";
/// The path of the demo business system.
pub const BUSINESS: &str = "/demo/logistics";

/// The simulator of one deployment.
#[derive(Clone, Debug)]
pub struct Simulator(pub(crate) Http);

impl Simulator {
    /// The one at this address.
    pub(crate) fn at(url: &str) -> Self {
        Self(Http::to(url))
    }

    /// Makes calls of a path fail with an error code of WeChat, so many times.
    pub fn refuse(&self, path: &str, errcode: i64, times: u64) {
        self.fault(&json!({ "path": path, "errcode": errcode, "times": times }));
    }

    /// Makes calls of a path end with an HTTP status, so many times.
    pub fn fail(&self, path: &str, status: u16, times: u64) {
        self.fault(&json!({ "path": path, "status": status, "times": times }));
    }

    /// Makes calls of a path slow, so many times.
    pub fn slow_down(&self, path: &str, delay_ms: u64, times: u64) {
        self.fault(&json!({ "path": path, "delay_ms": delay_ms, "times": times }));
    }

    /// Lets calls of a path be as usual again.
    pub fn mend(&self, path: &str) {
        self.fault(&json!({ "path": path, "times": 0 }));
    }

    /// Makes a media id known, as if a file had been uploaded by hand.
    pub fn make_media_known(&self, media_id: &str, kind: &str) {
        self.post(
            "/sim/media",
            &json!({ "media_id": media_id, "type": kind }),
            204,
        );
    }

    /// Ends every access token.
    pub fn expire_tokens(&self) {
        self.post("/sim/tokens/expire", &json!({}), 204);
    }

    /// How often a path was called.
    pub fn calls(&self, path: &str) -> u64 {
        self.stats()["api_calls"][path].as_u64().unwrap_or(0)
    }

    /// All figures.
    pub fn stats(&self) -> Value {
        self.0.get("/sim/stats").expect(200).json()
    }

    /// Sets up automatic answers and a menu as an operator does in the platform's own pages.
    pub fn set_up_by_hand(&self, current: &Value) {
        self.0
            .ask(
                "PUT",
                "/sim/current",
                &[],
                Some(current.to_string().as_bytes()),
            )
            .expect(200);
    }

    /// The menu that fans see.
    pub fn menu(&self) -> Value {
        self.0.get("/sim/menu").expect(200).json()
    }

    /// Calls a crowd together, and returns its id.
    pub fn crowd(&self, order: &Value) -> String {
        let answer = self.post("/sim/crowd", order, 202);
        answer["id"].as_str().unwrap().to_owned()
    }

    /// What a crowd has done so far.
    pub fn crowd_figures(&self, id: &str) -> Value {
        self.0.get(&format!("/sim/crowd/{id}")).expect(200).json()
    }

    /// What each of a crowd was answered, if its order said `keep_answers`.
    pub fn answers(&self, crowd: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut after = Some(0);
        while let Some(place) = after {
            let path = format!("/sim/crowd/{crowd}/answers?after={place}");
            let page = self.0.get(&path).expect(200).json();
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            after = page["next"].as_u64();
        }
        items
    }

    /// How many service messages a fan received.
    pub fn service_messages(&self, openid: &str) -> u64 {
        let fan = self.0.get(&format!("/sim/fans/{openid}")).expect(200);
        fan.json()["service_messages"].as_u64().unwrap()
    }

    /// Lets the platform verify the server's address, as when an operator saves it. Whether it was satisfied.
    pub fn verifies_the_address(&self) -> bool {
        self.post("/sim/verify", &json!({}), 200)["ok"] == true
    }

    fn fault(&self, order: &Value) {
        self.post("/sim/faults", order, 200);
    }

    fn post(&self, path: &str, body: &Value, status: u16) -> Value {
        let answer = self
            .0
            .ask("POST", path, &[], Some(body.to_string().as_bytes()))
            .expect(status);
        if answer.body.is_empty() {
            Value::Null
        } else {
            answer.json()
        }
    }
}
