//! HTTP as simple as it can be: any status is an answer.

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Request};
use ureq::{Agent, AsSendBody, SendBody};

/// Longer than anything that is asked may take.
const LIMIT: Duration = Duration::from_secs(60);

/// More than any answer has.
const MOST_BYTES: u64 = 1 << 30;

/// Asks one server.
#[derive(Clone, Debug)]
pub struct Http {
    agent: Agent,
    base: String,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Of HTTP.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// As text.
    pub body: String,
}

impl Http {
    /// Asks the server at `base`, such as `http://127.0.0.1:8787`.
    pub fn to(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(LIMIT))
            // Strangers send what they like.
            .allow_non_standard_methods(true)
            .proxy(None)
            // A connection for each request, so that none outlives a restart of the server.
            .max_idle_connections(0)
            .build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
        }
    }

    /// `GET`, without any header.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    /// Any request.
    ///
    /// # Panics
    /// When no answer came.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        match self.try_to_ask(method, path, headers, body) {
            Ok(answer) => answer,
            Err(error) => panic!("{method} {}{path}: {error}", self.base),
        }
    }

    /// Any request, of a server that may be going down.
    ///
    /// # Errors
    /// When no whole answer came.
    pub fn try_to_ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Answer, ureq::Error> {
        match body {
            Some(body) => self.send(method, path, headers, body),
            None => self.send(method, path, headers, ()),
        }
    }

    /// A request whose body is sent in chunks, without saying its length beforehand.
    ///
    /// # Panics
    /// When no answer came.
    pub fn stream(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        mut body: impl Read,
    ) -> Answer {
        self.send(method, path, headers, SendBody::from_reader(&mut body))
            .unwrap()
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsSendBody,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body)?)?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response
                .body_mut()
                .with_config()
                .limit(MOST_BYTES)
                .read_to_string()?,
        })
    }
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in an answer {}: {}", self.status, self.body))
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The same, if it has this status.
    ///
    /// # Panics
    /// When it has another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}
