//! WeChat's side of the callback: signs, encrypts, sends, and reads what comes back. Nothing of it needs the simulator.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use wechat::{AesKey, Fields, signature};

use crate::Message;
use crate::deployment::Mode;
use crate::http::{Answer, Http};
use crate::message::{ACCOUNT, seconds_now};

/// A platform that calls one deployment.
#[derive(Clone, Debug)]
pub struct WeChat {
    http: Http,
    path: String,
    mode: Mode,
    app_id: String,
    token: String,
    key: AesKey,
}

/// A callback that is ready to be sent, and may be spoilt before.
#[derive(Clone, Debug)]
pub struct Call {
    http: Http,
    path: String,
    query: Vec<(String, String)>,
    body: Vec<u8>,
    address: String,
}

/// A body in which WeChat writes: XML, or JSON when the account is set up so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Xml,
    Json,
}

impl WeChat {
    /// What the platform knows of an account.
    ///
    /// # Panics
    /// When the key is none.
    pub fn new(http: Http, mode: Mode, app_id: &str, token: &str, aes_key: &str) -> Self {
        let key = AesKey::parse(aes_key).unwrap();
        Self {
            http,
            path: "/wechat".to_owned(),
            mode,
            app_id: app_id.to_owned(),
            token: token.to_owned(),
            key,
        }
    }

    /// One that calls another path.
    #[must_use]
    pub fn calling(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// One that signs with another token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// One that encrypts with another key.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn with_key(mut self, aes_key: &str) -> Self {
        self.key = AesKey::parse(aes_key).unwrap();
        self
    }

    /// One that encrypts for another account.
    #[must_use]
    pub fn with_app_id(mut self, app_id: &str) -> Self {
        app_id.clone_into(&mut self.app_id);
        self
    }

    /// Sends a message as XML.
    pub fn send(&self, message: &Message) -> Answer {
        self.call(&message.xml()).send()
    }

    /// A genuine callback of this moment around a document, XML or JSON.
    pub fn call(&self, document: &str) -> Call {
        self.call_at(document, seconds_now())
    }

    /// A genuine callback of another moment.
    pub fn call_at(&self, document: &str, seconds: u64) -> Call {
        self.sign(self.seal(document), seconds)
    }

    /// A callback with this very body, neither encrypted nor wrapped, but signed.
    pub fn call_with_body(&self, body: impl Into<Vec<u8>>) -> Call {
        self.sign(
            Sealed {
                body: body.into(),
                encrypt: None,
            },
            seconds_now(),
        )
    }

    /// The `GET` with which the platform verifies the address.
    pub fn verification(&self, echostr: &str) -> Call {
        let mut call = self.sign(
            Sealed {
                body: Vec::new(),
                encrypt: None,
            },
            seconds_now(),
        );
        call.query.push(("echostr".to_owned(), echostr.to_owned()));
        call
    }

    /// The document inside an answer. In safe mode its signature and AppID are verified.
    ///
    /// # Panics
    /// When the answer is not sealed as it must be.
    #[track_caller]
    pub fn open(&self, answer: &Answer) -> String {
        if self.mode != Mode::Safe {
            return answer.body.clone();
        }
        let envelope = read(&answer.body);
        let field = |name: &str| {
            envelope
                .text(name)
                .unwrap_or_else(|| panic!("no {name} in {}", answer.body))
        };
        let encrypt = field("Encrypt");
        let expected =
            signature::sign_encrypted(&self.token, field("TimeStamp"), field("Nonce"), encrypt);
        assert_eq!(
            field("MsgSignature"),
            expected,
            "MsgSignature of the answer"
        );
        String::from_utf8(self.key.decrypt(encrypt, &self.app_id).unwrap()).unwrap()
    }

    /// The text that the fan reads in an answer.
    ///
    /// # Panics
    /// When the answer is no text.
    #[track_caller]
    pub fn text(&self, answer: &Answer) -> String {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let document = read(&self.open(answer));
        assert_eq!(document.text("MsgType"), Some("text"), "{}", answer.body);
        document.text("Content").unwrap_or_default().to_owned()
    }

    fn seal(&self, document: &str) -> Sealed {
        if self.mode == Mode::Plain {
            return Sealed {
                body: document.into(),
                encrypt: None,
            };
        }
        static LAST: AtomicU64 = AtomicU64::new(1);
        let mut random = [0; 16];
        random[..8].copy_from_slice(&LAST.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let encrypt = self.key.encrypt(random, document.as_bytes(), &self.app_id);
        let form = if document.starts_with('{') {
            Form::Json
        } else {
            Form::Xml
        };
        let body = match (self.mode, form) {
            (Mode::Compatible, Form::Xml) => document.replace(
                "</xml>",
                &format!("<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"),
            ),
            (Mode::Compatible, Form::Json) => {
                let mut fields: Value = serde_json::from_str(document).unwrap();
                fields["Encrypt"] = encrypt.as_str().into();
                fields.to_string()
            }
            (_, Form::Xml) => format!(
                "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
            ),
            (_, Form::Json) => json!({ "ToUserName": ACCOUNT, "Encrypt": encrypt }).to_string(),
        };
        Sealed {
            body: body.into(),
            encrypt: Some(encrypt),
        }
    }

    fn sign(&self, sealed: Sealed, seconds: u64) -> Call {
        static LAST: AtomicU64 = AtomicU64::new(1_000_000);
        let timestamp = seconds.to_string();
        let nonce = LAST.fetch_add(1, Ordering::Relaxed).to_string();
        let mut query = vec![
            (
                "signature",
                signature::sign(&self.token, &timestamp, &nonce),
            ),
            ("timestamp", timestamp.clone()),
            ("nonce", nonce.clone()),
        ];
        if let Some(encrypt) = sealed.encrypt {
            query.push(("encrypt_type", "aes".to_owned()));
            query.push((
                "msg_signature",
                signature::sign_encrypted(&self.token, &timestamp, &nonce, &encrypt),
            ));
        }
        Call {
            http: self.http.clone(),
            path: self.path.clone(),
            query: query
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            body: sealed.body,
            address: "203.0.113.1".to_owned(),
        }
    }
}

struct Sealed {
    body: Vec<u8>,
    encrypt: Option<String>,
}

impl Call {
    /// To another path.
    #[must_use]
    pub fn to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// With another value of a parameter.
    #[must_use]
    pub fn query(self, name: &str, value: &str) -> Self {
        let mut call = self.without(name);
        call.query.push((name.to_owned(), value.to_owned()));
        call
    }

    /// Without a parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self
    }

    /// With another body under the same signatures.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// From another address, as the platform would say it; locally it is taken from the sender.
    #[must_use]
    pub fn from(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// The value of a parameter.
    ///
    /// # Panics
    /// When there is none of this name.
    pub fn parameter(&self, name: &str) -> &str {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
            .unwrap()
    }

    /// The body.
    ///
    /// # Panics
    /// When it is no text.
    pub fn body_text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Sends it by `POST`, as often as wanted.
    pub fn send(&self) -> Answer {
        self.http
            .ask("POST", &self.target(), &self.headers(), Some(&self.body))
    }

    /// Sends it to a server that may be going down; `None` when no answer came.
    pub fn try_to_send(&self) -> Option<Answer> {
        self.http
            .try_to_ask("POST", &self.target(), &self.headers(), Some(&self.body))
            .ok()
    }

    /// Sends it without saying beforehand how long the body is.
    pub fn stream(&self) -> Answer {
        self.http.stream(
            "POST",
            &self.target(),
            &self.headers(),
            self.body.as_slice(),
        )
    }

    /// Sends it by `GET`, without the body.
    pub fn get(&self) -> Answer {
        self.http.ask("GET", &self.target(), &self.headers(), None)
    }

    fn headers(&self) -> [(&str, &str); 2] {
        [
            ("content-type", "text/xml"),
            ("cf-connecting-ip", &self.address),
        ]
    }

    fn target(&self) -> String {
        let query: Vec<String> = self
            .query
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("{}?{}", self.path, query.join("&"))
    }
}

/// Reads XML or JSON.
#[track_caller]
fn read(document: &str) -> Fields {
    let document = document.as_bytes();
    Fields::read(wechat::Format::of(document), document).unwrap()
}
