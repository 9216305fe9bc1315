//! A person of the desk at their browser: a cookie, and what pages of ours show beside it.

use serde_json::{Value, json};

use crate::http::{Answer, Http};
use crate::{Api, Deployment};

/// What everybody chooses here.
pub const PASSWORD: &str = "correct horse battery";

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Person {
    http: Http,
    base: String,
    /// `name=token`, as the browser sends it back.
    pub cookie: String,
    /// What `GET /session` says goes beside it.
    pub csrf: String,
    /// As the API shows them.
    pub person: Value,
}

impl Person {
    /// Somebody new, who was invited by `admin`, chose [`PASSWORD`] and logged in.
    ///
    /// # Panics
    /// When any of that does not work.
    #[track_caller]
    pub fn join(desk: &Deployment, admin: &Api, base: &str, body: &Value) -> Self {
        let added = admin.post("/people", body).expect(201).json();
        let token = added["invitation"]["token"].as_str().unwrap();
        let browser = Browser::of(desk.http(), base);
        let chosen = json!({ "password": PASSWORD });
        browser
            .post(&format!("/invitations/{token}"), &chosen)
            .expect(204);
        browser.log_in(body["login"].as_str().unwrap(), PASSWORD)
    }

    /// Any request; `path` begins after `/api/v1`, or after the account.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let headers = [("x-csrf-token", self.csrf.as_str())];
        self.ask_with(method, path, &headers, body)
    }

    /// A request with these headers beside the cookie, and no others.
    pub fn ask_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut headers = headers.to_vec();
        headers.push(("cookie", &self.cookie));
        headers.push(("content-type", "application/json"));
        let body = body.map(Value::to_string);
        let body = body.as_ref().map(String::as_bytes);
        self.http
            .ask(method, &format!("{}{path}", self.base), &headers, body)
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, None)
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(body))
    }

    /// `PUT` of JSON.
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask("PUT", path, Some(body))
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Answer {
        self.ask("DELETE", path, None)
    }

    /// Their id.
    pub fn id(&self) -> &str {
        self.person["id"].as_str().unwrap()
    }
}

/// A browser in which nobody is logged in.
#[derive(Clone, Debug)]
pub struct Browser {
    http: Http,
    base: String,
}

impl Browser {
    /// One that looks at the API below `base`, such as `/api/v1`.
    pub fn of(http: Http, base: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
        }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Answer {
        self.http.get(&format!("{}{path}", self.base))
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        let body = body.to_string();
        let path = format!("{}{path}", self.base);
        self.http
            .ask("POST", &path, &headers, Some(body.as_bytes()))
    }

    /// Tries to log in.
    pub fn try_to_log_in(&self, login: &str, password: &str) -> Answer {
        let body = json!({ "login": login, "password": password });
        self.post("/session", &body)
    }

    /// Logs in.
    ///
    /// # Panics
    /// When that does not work.
    #[track_caller]
    pub fn log_in(&self, login: &str, password: &str) -> Person {
        self.session(&self.try_to_log_in(login, password))
    }

    /// The session that an answer to logging in began.
    ///
    /// # Panics
    /// When it did not.
    #[track_caller]
    pub fn session(&self, answer: &Answer) -> Person {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let set = answer.header("set-cookie");
        let session = answer.json();
        Person {
            http: self.http.clone(),
            base: self.base.clone(),
            cookie: set.split(';').next().unwrap().to_owned(),
            csrf: session["csrf"].as_str().unwrap().to_owned(),
            person: session["person"].clone(),
        }
    }
}

impl Deployment {
    /// A browser in which nobody is logged in.
    pub fn browser(&self) -> Browser {
        Browser::of(self.http(), "/api/v1")
    }

    /// Somebody new with this login, role and teams, logged in.
    #[track_caller]
    pub fn person(&self, login: &str, role: &str, teams: &[&str]) -> Person {
        let body = json!({ "login": login, "name": login, "role": role, "teams": teams });
        Person::join(self, &self.api(), "/api/v1", &body)
    }
}
