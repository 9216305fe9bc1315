//! One copy to the other system of `[forward]`, as WeChat would send it.

use std::time::Duration;

use fandesk_playbook::Forward;
use fandesk_shard::Random;
use fandesk_shard::forwards::Copy;
use futures_util::FutureExt;
use wechat::callback::{Receiver, resend};
use wechat::{AesKey, Fields};
use worker::{Env, Method};

use crate::outgoing::{self, NoAnswer, Outgoing};
use crate::random::{PlatformRandom, now};
use crate::settings;

/// How long it may take: as long as WeChat waits.
const LIMIT: Duration = Duration::from_secs(5);

/// Sends a copy; what the system answers is for nobody. The error is in plain words, and holds nothing of the copy or the answer.
///
/// One await. Whether it took what timed out is unknown, and then it gets it again, as from WeChat.
pub(crate) async fn send(
    env: &Env,
    account: &str,
    forward: &Forward,
    copy: &Copy,
) -> Result<(), String> {
    let secret = |name: &str| {
        settings::playbook_secret(env, name).ok_or(format!("FANDESK_SECRET_{name} is not set"))
    };
    let token = secret(&forward.token)?;
    let key = match &forward.aes_key {
        Some(name) => Some(
            AesKey::parse(&secret(name)?)
                .map_err(|error| format!("FANDESK_SECRET_{name} is malformed: {error}"))?,
        ),
        None => None,
    };
    let fields: Fields = serde_json::from_str(&copy.fields)
        .map_err(|_| "a copy has no readable fields".to_owned())?;
    let receiver = Receiver {
        app_id: account,
        token: &token,
        key: key.as_ref(),
    };
    let mut random = [0; 16];
    PlatformRandom.fill(&mut random);
    let nonce = PlatformRandom.token();
    let resent = resend(&fields, receiver, now().seconds(), &nonce, random);
    let separator = if forward.url.contains('?') { '&' } else { '?' };
    let url = format!("{}{separator}{}", forward.url, resent.query);
    let outgoing = Outgoing {
        method: Method::Post,
        url: &url,
        headers: vec![("content-type", "text/xml; charset=utf-8".to_owned())],
        body: Some(resent.body.into()),
        limit: LIMIT,
    };
    match outgoing::send(outgoing).boxed_local().await {
        Ok(incoming) if incoming.status == 200 => Ok(()),
        Ok(incoming) => Err(format!("it answered with status {}", incoming.status)),
        // The platform's words hold the address.
        Err(NoAnswer::NotAsked(_)) => Err("its address cannot be asked".to_owned()),
        Err(no_answer) => Err(no_answer.to_string()),
    }
}
