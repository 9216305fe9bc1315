//! An operator's program: `/api/v1` with a bearer token.

use serde_json::{Value, json};

use crate::http::{Answer, Http};
use crate::wait::eventually;

/// The API of one account.
#[derive(Clone, Debug)]
pub struct Api {
    http: Http,
    base: String,
    token: Option<String>,
}

impl Api {
    pub(crate) fn new(worker: Http, token: &str) -> Self {
        Self {
            http: worker,
            base: "/api/v1".to_owned(),
            token: Some(token.to_owned()),
        }
    }

    /// The same without a token.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.token = None;
        self
    }

    /// The same with another token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The same for another account, by its name or AppID.
    #[must_use]
    pub fn of_account(mut self, account: &str) -> Self {
        self.base = format!("/api/v1/accounts/{account}");
        self
    }

    /// Any request; `path` begins after `/api/v1`, or after the account that was named.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = headers.to_vec();
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        self.http
            .ask(method, &format!("{}{path}", self.base), &headers, body)
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(
            "POST",
            path,
            &[("content-type", "application/json")],
            Some(body.to_string().as_bytes()),
        )
    }

    /// `PUT` of JSON.
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(
            "PUT",
            path,
            &[("content-type", "application/json")],
            Some(body.to_string().as_bytes()),
        )
    }

    /// Publishes a playbook written in TOML.
    pub fn publish(&self, playbook: &str) -> Answer {
        self.ask(
            "PUT",
            "/playbook",
            &[("content-type", "application/toml")],
            Some(playbook.as_bytes()),
        )
    }

    /// Everything known of what a fan did, in order.
    pub fn events_of(&self, openid: &str) -> Vec<Value> {
        self.all(&format!("/events?limit=1000&openid={openid}"))
    }

    /// Every event of every fan.
    pub fn events(&self) -> Vec<Value> {
        self.all("/events?limit=1000")
    }

    /// All items of a list, page by page from its beginning; `path` has a query already.
    #[track_caller]
    pub fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut page = self.get(path).expect(200).json();
        loop {
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else {
                return items;
            };
            page = self.get(&format!("{path}&after={next}")).expect(200).json();
        }
    }

    /// A fan.
    #[track_caller]
    pub fn fan(&self, openid: &str) -> Value {
        self.get(&format!("/fans/{openid}")).expect(200).json()
    }

    /// Writes to a fan.
    pub fn write(&self, openid: &str, text: &str) -> Answer {
        self.post(
            &format!("/fans/{openid}/messages"),
            &json!({ "text": text }),
        )
    }

    /// Writes to a fan who may be written to, and returns the job's id.
    #[track_caller]
    pub fn write_well(&self, openid: &str, text: &str) -> String {
        self.write(openid, text).expect(202).json()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A job.
    #[track_caller]
    pub fn job(&self, id: &str) -> Value {
        self.get(&format!("/jobs/{id}")).expect(200).json()
    }

    /// Waits until a job is in this state.
    #[track_caller]
    pub fn job_becomes(&self, id: &str, state: &str) -> Value {
        eventually(&format!("job {id} is {state}"), || {
            Some(self.job(id)).filter(|job| job["state"] == state)
        })
    }

    /// The jobs of a fan, oldest first.
    pub fn jobs_of(&self, openid: &str) -> Vec<Value> {
        self.all("/jobs?limit=1000")
            .into_iter()
            .filter(|job| job["openid"] == openid)
            .collect()
    }
}
