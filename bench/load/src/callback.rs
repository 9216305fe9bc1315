//! Callbacks of distinct fans, each of whom writes `GO` once.

use std::cell::Cell;
use std::io::Write;

use wechat::{AesKey, signature};

use crate::clock;
use crate::settings::Settings;

/// The account that the fans write to.
pub(crate) const ACCOUNT: &str = "gh_bench";

/// All fans of a run, shared by its connections.
pub(crate) struct Crowd {
    next: Cell<u64>,
    /// The number after the last fan's.
    end: u64,
    host: String,
    path: String,
    token: String,
    sealing: Option<(AesKey, String)>,
}

impl Crowd {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            next: Cell::new(settings.first_fan),
            end: settings.first_fan.saturating_add(settings.fans),
            host: settings.host.clone(),
            path: settings.path.clone(),
            token: settings.token.clone(),
            sealing: settings.sealing.clone(),
        }
    }

    /// Writes the next fan's request, of head and body, in place of what is in `request`. Returns the fan, or `None`
    /// when all have written.
    pub(crate) fn next(&self, request: &mut Vec<u8>) -> Option<String> {
        let number = self.next.get();
        if number >= self.end {
            return None;
        }
        self.next.set(number.wrapping_add(1));
        let fan = format!("oBENCH{number:022}");
        let timestamp = clock::unix_seconds().to_string();
        let nonce = number.to_string();
        let signature = signature::sign(&self.token, &timestamp, &nonce);
        let message = format!(
            "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{fan}]]></FromUserName>\
             <CreateTime>{timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[GO]]></Content>\
             <MsgId>{}</MsgId></xml>",
            7_000_000_000_000_000_u64.wrapping_add(number)
        );
        let (more, body) = match &self.sealing {
            None => (String::new(), message),
            Some((key, app_id)) => self.seal(key, app_id, &timestamp, &nonce, &message),
        };
        request.clear();
        // Writing to a Vec does not fail.
        let _ = write!(
            request,
            "POST {}?signature={signature}&timestamp={timestamp}&nonce={nonce}&openid={fan}{more} HTTP/1.1\r\n\
             Host: {}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            self.path,
            self.host,
            body.len()
        );
        Some(fan)
    }

    fn seal(
        &self,
        key: &AesKey,
        app_id: &str,
        timestamp: &str,
        nonce: &str,
        message: &str,
    ) -> (String, String) {
        let mut random = [0; 16];
        for (byte, digit) in random.iter_mut().zip(nonce.bytes().rev()) {
            *byte = digit;
        }
        let encrypt = key.encrypt(random, message.as_bytes(), app_id);
        let signature = signature::sign_encrypted(&self.token, timestamp, nonce, &encrypt);
        (
            format!("&encrypt_type=aes&msg_signature={signature}"),
            format!(
                "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
            ),
        )
    }
}
