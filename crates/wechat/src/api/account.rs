//! The account itself: WeChat's addresses, and how many calls are left.

use serde_json::json;

use super::invalid::{InvalidCall, filled};
use super::json::answers;
use super::{Call, Done, Request};

/// Asks from which addresses WeChat's callbacks come.
pub fn callback_ip() -> Request<Addresses> {
    Request::of(Call::get("/cgi-bin/getcallbackip"))
}

/// Asks at which addresses WeChat's API is.
pub fn api_domain_ip() -> Request<Addresses> {
    Request::of(Call::get("/cgi-bin/get_api_domain_ip"))
}

/// Sets all counts of calls of the account back to 0.
///
/// Limits: 10 a month.
///
/// # Errors
/// No AppID.
pub fn clear_quota(app_id: &str) -> Result<Request<Done>, InvalidCall> {
    filled("appid", app_id)?;
    let body = json!({ "appid": app_id });
    Ok(Request::of(Call::post("/cgi-bin/clear_quota", &body)))
}

/// Asks how many calls of a path are left today; `cgi_path` is one of [`Call::path`].
///
/// # Errors
/// No path.
pub fn quota(cgi_path: &str) -> Result<Request<Quota>, InvalidCall> {
    filled("cgi_path", cgi_path)?;
    let body = json!({ "cgi_path": cgi_path });
    Ok(Request::of(Call::post("/cgi-bin/openapi/quota/get", &body)))
}

answers! {
    /// Some addresses.
    pub struct Addresses {
        /// Single ones or ranges (`101.226.103.0/25`).
        pub ip_list: Vec<String>,
    }

    /// How many calls there are a day.
    pub struct Quota {
        /// Calls a day.
        pub daily_limit: u64 = "quota.daily_limit",
        /// Calls made today.
        pub used: u64 = "quota.used",
        /// Calls left today.
        pub remain: u64 = "quota.remain",
    }
}
