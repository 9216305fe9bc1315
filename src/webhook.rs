//! Telling a webhook of alerts, in its own form and with its own signature.
//!
//! fandesk's own form is signed as questions to business systems are ([`signature::headers`]). Group robots sign otherwise:
//! DingTalk in the address, `sign` = base64 of HMAC-SHA-256(secret, "{timestamp in ms}\n{secret}"); Feishu in the body, `sign` =
//! base64 of HMAC-SHA-256("{timestamp in s}\n{secret}", ""); WeCom not at all, since its address is the secret.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fandesk_playbook::{Address, Form, Webhook};
use fandesk_shard::UnixMillis;
use fandesk_shard::alerts::notice;
use futures_util::FutureExt;
use serde_json::{Map, Value};
use worker::{Env, Method};

use crate::outgoing::{self, Outgoing};
use crate::random::now;
use crate::{settings, signature};

/// How long a webhook may take.
const LIMIT: Duration = Duration::from_secs(10);

/// Tells it. The error is in plain words, and holds nothing of the address or the answer.
///
/// One await. Whether it took what timed out is unknown, and then it is told again.
pub(crate) async fn tell(
    env: &Env,
    webhook: &Webhook,
    body: Map<String, Value>,
) -> Result<(), String> {
    let secret = |name: &str| {
        settings::playbook_secret(env, name).ok_or(format!("FANDESK_SECRET_{name} is not set"))
    };
    let address = match &webhook.address {
        Address::Url(url) => url.clone(),
        Address::Secret(name) => secret(name)?,
    };
    let key = webhook.secret.as_deref().map(secret).transpose()?;
    let (url, headers, body) = sign(webhook.form, &address, key.as_deref(), body, now());
    let outgoing = Outgoing {
        method: Method::Post,
        url: &url,
        headers,
        body: Some(body.into()),
        limit: LIMIT,
    };
    let incoming =
        outgoing::send(outgoing)
            .boxed_local()
            .await
            .map_err(|no_answer| match no_answer {
                // The platform's words hold the address.
                outgoing::NoAnswer::NotAsked(_) => "its address cannot be asked".to_owned(),
                no_answer => no_answer.to_string(),
            })?;
    let answer = String::from_utf8_lossy(&incoming.body);
    if notice::taken(webhook.form, incoming.status, &answer) {
        Ok(())
    } else {
        Err(format!("it refused with status {}", incoming.status))
    }
}

/// The address, headers and body that carry the signature.
fn sign(
    form: Form,
    address: &str,
    key: Option<&str>,
    mut body: Map<String, Value>,
    now: UnixMillis,
) -> (String, Vec<(&'static str, String)>, String) {
    let mut url = address.to_owned();
    let mut headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
    match (form, key) {
        (Form::Dingtalk, Some(key)) => {
            let timestamp = now.0.to_string();
            let sign = STANDARD.encode(signature::hmac(key, &[&timestamp, "\n", key]));
            let sign: String = form_urlencoded::byte_serialize(sign.as_bytes()).collect();
            let separator = if url.contains('?') { '&' } else { '?' };
            url.push_str(&format!("{separator}timestamp={timestamp}&sign={sign}"));
        }
        (Form::Feishu, Some(key)) => {
            let timestamp = now.seconds().to_string();
            let sign = STANDARD.encode(signature::hmac(&format!("{timestamp}\n{key}"), &[]));
            body.insert("timestamp".into(), timestamp.into());
            body.insert("sign".into(), sign.into());
        }
        _ => {}
    }
    let body = Value::Object(body).to_string();
    if let (Form::Fandesk, Some(key)) = (form, key) {
        headers.extend(signature::headers(key, now, &body));
    }
    (url, headers, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_700_000_000_123);

    fn signed(form: Form, address: &str) -> (String, Vec<(&'static str, String)>, Value) {
        let (url, headers, body) = sign(form, address, Some("SEC1"), Map::new(), NOW);
        (url, headers, serde_json::from_str(&body).unwrap())
    }

    #[test]
    fn dingtalk_is_signed_in_the_address() {
        // printf '1700000000123\nSEC1' | openssl dgst -sha256 -hmac SEC1 -binary | base64
        let (url, _, _) = signed(Form::Dingtalk, "https://x/robot/send?access_token=t");
        let expected = "https://x/robot/send?access_token=t&timestamp=1700000000123&sign=";
        assert!(url.starts_with(expected), "{url}");
        let sign = "LtwRhnP04fXYO09uCgUpnz%2F3dV0OxcApXKnTCuuaVBQ%3D";
        assert_eq!(&url[expected.len()..], sign);
    }

    #[test]
    fn feishu_is_signed_in_the_body() {
        // printf '' | openssl dgst -sha256 -hmac $'1700000000\nSEC1' -binary | base64
        let (url, _, body) = signed(Form::Feishu, "https://x/hook/1");
        assert_eq!(url, "https://x/hook/1");
        assert_eq!(body["timestamp"], "1700000000");
        assert_eq!(body["sign"], "s3Va4ru9IQUY6HTJcYx7OEVyXl0V0S/y32v4ZbfOHCI=");
    }

    #[test]
    fn fandesks_own_form_is_signed_in_headers_and_wecom_not_at_all() {
        let names = |form| {
            let (_, headers, _) = signed(form, "https://x/");
            headers
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(Form::Fandesk),
            ["content-type", "x-fandesk-timestamp", "x-fandesk-signature"]
        );
        assert_eq!(names(Form::Wecom), ["content-type"]);
    }
}
