//! QR codes that bring a scene along: a scan comes as SUBSCRIBE or SCAN with it.

use std::time::Duration;

use serde_json::{Value, json};

use super::call::address;
use super::invalid::{CallDefect, InvalidCall, range, text};
use super::json::answers;
use super::{Call, Request};

/// Longest life of a temporary code: 30 days.
pub const MAX_LIFE: Duration = Duration::from_secs(2_592_000);

/// Permanent codes with a number; an account may make as many codes in all.
pub const MAX_PERMANENT_SCENE_ID: u32 = 100_000;

/// Bytes of a scene that is a text.
pub const MAX_SCENE_STR_BYTES: usize = 64;

/// What a code brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene<'a> {
    /// A number: 32 bits and not 0 in temporary codes, up to [`MAX_PERMANENT_SCENE_ID`] in permanent ones.
    Id(u32),
    /// A text of up to [`MAX_SCENE_STR_BYTES`].
    Str(&'a str),
}

/// Makes a code that ends after `life`.
///
/// Limits: 30 days; a scene of 32 bits, or a text of up to 64 bytes.
///
/// ```
/// use std::time::Duration;
/// use wechat::api::qrcode::{self, Scene};
///
/// let request = qrcode::temporary(Scene::Str("counter-1"), Duration::from_secs(600))?;
/// assert_eq!(
///     request.json(),
///     Some(r#"{"action_info":{"scene":{"scene_str":"counter-1"}},"action_name":"QR_STR_SCENE","expire_seconds":600}"#)
/// );
/// let refused = qrcode::temporary(Scene::Id(0), Duration::from_secs(600)).unwrap_err();
/// assert_eq!(refused.to_string(), "scene_id: 0, 1 to 4294967295 are allowed");
/// # Ok::<(), wechat::api::InvalidCall>(())
/// ```
///
/// # Errors
/// A scene or life out of range.
pub fn temporary(scene: Scene<'_>, life: Duration) -> Result<Request<QrCode>, InvalidCall> {
    range("expire_seconds", life.as_secs(), 1, MAX_LIFE.as_secs())?;
    let action = match scene {
        Scene::Id(_) => "QR_SCENE",
        Scene::Str(_) => "QR_STR_SCENE",
    };
    let info = info(scene, u32::MAX)?;
    Ok(create(&json!({
        "expire_seconds": life.as_secs(), "action_name": action, "action_info": info,
    })))
}

/// Makes a code that does not end. It cannot be taken back.
///
/// Limits: 100,000 an account; a scene from 1 to 100,000, or a text of up to 64 bytes.
///
/// # Errors
/// A scene out of range.
pub fn permanent(scene: Scene<'_>) -> Result<Request<QrCode>, InvalidCall> {
    let action = match scene {
        Scene::Id(_) => "QR_LIMIT_SCENE",
        Scene::Str(_) => "QR_LIMIT_STR_SCENE",
    };
    let info = info(scene, MAX_PERMANENT_SCENE_ID)?;
    Ok(create(
        &json!({ "action_name": action, "action_info": info }),
    ))
}

fn create(body: &Value) -> Request<QrCode> {
    Request::of(Call::post("/cgi-bin/qrcode/create", body))
}

fn info(scene: Scene<'_>, most: u32) -> Result<Value, InvalidCall> {
    Ok(match scene {
        Scene::Id(id) => {
            range("scene_id", id.into(), 1, most.into())?;
            json!({ "scene": { "scene_id": id } })
        }
        Scene::Str(scene) => {
            text("scene_str", scene, MAX_SCENE_STR_BYTES)?;
            json!({ "scene": { "scene_str": scene } })
        }
    })
}

/// The address of the picture, on the mp host (`https://mp.weixin.qq.com`). It needs no token, so a page may show it.
///
/// # Errors
/// No ticket.
pub fn show(mp_base: &str, ticket: &str) -> Result<String, InvalidCall> {
    if ticket.is_empty() {
        return Err(CallDefect::Missing.of("ticket"));
    }
    let query = std::iter::once(("ticket", ticket));
    Ok(address(mp_base, "/cgi-bin/showqrcode", query))
}

answers! {
    /// A code.
    pub struct QrCode {
        /// What the picture is fetched with, see [`show`]; it comes back in the events.
        pub ticket: String,
        /// Seconds until a temporary code ends.
        pub expire_seconds: Option<u64>,
        /// What the code says, for those who draw it themselves.
        pub url: String,
    }
}
