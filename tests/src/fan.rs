//! A fan with a phone, through the simulator.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::http::Http;
use crate::wait::eventually;

/// An openid that no other fan of this run has.
pub fn new_openid() -> String {
    static LAST: AtomicU64 = AtomicU64::new(1);
    format!("oE2e{:024}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// A fan of one account.
#[derive(Clone, Debug)]
pub struct Fan {
    http: Http,
    openid: String,
}

/// What came of something that a fan did.
#[derive(Clone, Debug)]
pub struct Outcome(Value);

impl Fan {
    pub(crate) fn new(simulator: Http, openid: String) -> Self {
        Self {
            http: simulator,
            openid,
        }
    }

    /// WeChat's name for the fan.
    pub fn openid(&self) -> &str {
        &self.openid
    }

    /// Follows the account, found in WeChat's search.
    pub fn follow(&self) -> Outcome {
        self.does("follow", &json!({}))
    }

    /// Follows the account by a code.
    pub fn follow_by(&self, scene: &str) -> Outcome {
        self.does("follow", &json!({ "scene": scene }))
    }

    /// Scans a code.
    pub fn scan(&self, scene: &str) -> Outcome {
        self.does("scan", &json!({ "scene": scene }))
    }

    /// Leaves.
    pub fn unfollow(&self) -> Outcome {
        self.does("unfollow", &json!({}))
    }

    /// Writes.
    pub fn say(&self, text: &str) -> Outcome {
        self.does("say", &json!({ "text": text }))
    }

    /// Taps an entry of a message menu.
    pub fn choose(&self, id: &str, text: &str) -> Outcome {
        self.does("say", &json!({ "text": text, "menu_entry": id }))
    }

    /// Taps an entry of the custom menu.
    pub fn tap(&self, key: &str) -> Outcome {
        self.does("tap", &json!({ "key": key }))
    }

    /// Sends a place.
    pub fn locate(&self, latitude: f64, longitude: f64) -> Outcome {
        self.does(
            "locate",
            &json!({ "latitude": latitude, "longitude": longitude }),
        )
    }

    /// Sends a picture.
    pub fn send_image(&self) -> Outcome {
        self.does("image", &json!({}))
    }

    /// Sends a voice message.
    pub fn send_voice(&self) -> Outcome {
        self.does("voice", &json!({}))
    }

    /// Sets what WeChat still lets the account send, whatever the account believes.
    pub fn has_window(&self, left: u8, ends_in_ms: u64) {
        let path = format!("/sim/fans/{}/window", self.openid);
        let body = json!({ "left": left, "ends_in_ms": ends_in_ms }).to_string();
        self.http
            .ask("POST", &path, &[], Some(body.as_bytes()))
            .expect(200);
    }

    /// What arrived later, as customer-service messages: their texts, in order.
    pub fn service_messages(&self) -> Vec<String> {
        let inbox = self
            .http
            .get(&format!("/sim/fans/{}/inbox", self.openid))
            .expect(200)
            .json();
        let items = inbox["items"].as_array().unwrap();
        let service = items.iter().filter(|item| item["via"] == "service");
        service
            .map(|item| item["content"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Waits for a customer-service message of a type, and returns what WeChat was sent.
    #[track_caller]
    pub fn gets_type(&self, kind: &str) -> Value {
        eventually(&format!("a service message of type {kind}"), || {
            let path = format!("/sim/fans/{}/inbox", self.openid);
            let inbox = self.http.get(&path).expect(200).json();
            let items = inbox["items"].as_array().unwrap();
            let sent = |item: &&Value| item["via"] == "service" && item["type"] == kind;
            let raw = &items.iter().find(sent)?["raw"];
            // As it was sent, or as the simulator read it.
            raw.as_str()
                .and_then(|raw| serde_json::from_str(raw).ok())
                .or_else(|| Some(raw.clone()))
        })
    }

    /// Waits for a customer-service message that contains this.
    #[track_caller]
    pub fn gets(&self, part: &str) -> String {
        eventually(&format!("a service message with `{part}`"), || {
            self.service_messages()
                .into_iter()
                .find(|text| text.contains(part))
        })
    }

    fn does(&self, what: &str, body: &Value) -> Outcome {
        let path = format!("/sim/fans/{}/{what}", self.openid);
        Outcome(
            self.http
                .ask("POST", &path, &[], Some(body.to_string().as_bytes()))
                .expect(200)
                .json(),
        )
    }
}

impl Outcome {
    /// The text that the fan sees at once.
    ///
    /// # Panics
    /// When it is no text.
    #[track_caller]
    pub fn text(&self) -> String {
        assert_eq!(self.0["verdict"], "reply", "{}", self.0);
        assert_eq!(self.0["reply"]["type"], "text", "{}", self.0);
        self.0["reply"]["content"].as_str().unwrap().to_owned()
    }

    /// Whether the fan sees nothing, not even that something failed.
    pub fn is_silence(&self) -> bool {
        self.0["verdict"] == "nothing"
    }

    /// Whether the callback was answered well, with whatever.
    pub fn is_well(&self) -> bool {
        self.0["verdict"] == "reply" || self.is_silence()
    }
}
