//! `qrcode/create`, and `showqrcode` of the mp host.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, Response, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
    routing::any,
};
use qrcode::{Color, EcLevel, QrCode};
use serde_json::{Value, json};

use super::{
    answer, body, fields,
    fields::Fields,
    refusal::{INVALID_ACTION, INVALID_ACTION_INFO, INVALID_ARGUMENT, Refusal, TOO_MANY_CODES},
};
use crate::platform::{Platform, codes::Scene};

/// Seconds that a temporary code lives: when nothing is said, and at most.
const USUAL_LIFE: u64 = 60;
const LONGEST_LIFE: u64 = 2_592_000;
/// The numbers of permanent codes.
const LARGEST_PERMANENT: u64 = 100_000;
/// Characters of `scene_str`.
const LONGEST_SCENE: usize = 64;
/// Pixels of the picture's side; the real one has 430.
const SIDE: usize = 430;
/// Modules of white around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// The routes.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new()
        .route("/cgi-bin/qrcode/create", any(create))
        .route("/cgi-bin/showqrcode", any(show))
}

async fn create(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let body = body::read(&headers, &body)?;
    let action = fields::optional(&body, "action_name")?;
    let permanent = match action {
        "QR_SCENE" | "QR_STR_SCENE" => false,
        "QR_LIMIT_SCENE" | "QR_LIMIT_STR_SCENE" => true,
        _ => return Err(INVALID_ACTION.because("action_name")),
    };
    let scene = body
        .get("action_info")
        .and_then(|info| info.get("scene"))
        .and_then(Value::as_object)
        .ok_or_else(|| INVALID_ACTION_INFO.because("action_info.scene"))?;
    let scene = read_scene(scene, action.contains("STR"), permanent)?;
    let now = platform.now();
    if permanent {
        let code = platform.codes().permanent(scene);
        let code = code.map_err(|_| Refusal::from(TOO_MANY_CODES))?;
        return Ok(answer(&json!({ "ticket": code.ticket, "url": code.url })));
    }
    let seconds = if body.contains_key("expire_seconds") {
        fields::number(&body, "expire_seconds")?
    } else {
        USUAL_LIFE
    };
    if !(1..=LONGEST_LIFE).contains(&seconds) {
        return Err(INVALID_ARGUMENT.because(format!("expire_seconds is 1 to {LONGEST_LIFE}")));
    }
    let code = platform.codes().temporary(scene, seconds, now);
    Ok(answer(
        &json!({ "ticket": code.ticket, "expire_seconds": seconds, "url": code.url }),
    ))
}

fn read_scene(scene: &Fields, is_text: bool, permanent: bool) -> Result<Scene, Refusal> {
    if is_text {
        let text = scene
            .get("scene_str")
            .and_then(Value::as_str)
            .unwrap_or_default();
        return if (1..=LONGEST_SCENE).contains(&text.chars().count()) {
            Ok(Scene::Text(text.to_owned()))
        } else {
            Err(INVALID_ACTION_INFO
                .because(format!("scene_str has 1 to {LONGEST_SCENE} characters")))
        };
    }
    let most = if permanent {
        LARGEST_PERMANENT
    } else {
        u64::from(u32::MAX)
    };
    scene
        .get("scene_id")
        .and_then(Value::as_u64)
        .filter(|id| (1..=most).contains(id))
        .and_then(|id| u32::try_from(id).ok())
        .map(Scene::Id)
        .ok_or_else(|| INVALID_ACTION_INFO.because(format!("scene_id is 1 to {most}")))
}

/// The picture; for a ticket that is unknown or over, 404 as on the real host.
async fn show(
    State(platform): State<Arc<Platform>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let ticket = query.get("ticket").map_or("", String::as_str);
    let url = platform
        .codes()
        .by_ticket(ticket, platform.now())
        .map(|code| code.url.clone());
    match url.and_then(|url| picture(&url)) {
        Some(png) => ([(CONTENT_TYPE, "image/png")], png).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A PNG of a text as a code; `None` when it does not fit, which an address of ours does.
fn picture(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let (width, colors) = (code.width(), code.to_colors());
    let scale = SIDE / (width + 2 * QUIET);
    let margin = (SIDE - width * scale) / 2;
    let dark = |x: usize, y: usize| {
        let module = |at: usize| at.checked_sub(margin).map(|at| at / scale);
        match (module(x), module(y)) {
            (Some(x), Some(y)) if x < width && y < width => {
                colors.get(y * width + x) == Some(&Color::Dark)
            }
            _ => false,
        }
    };
    let pixels = (0..SIDE * SIDE)
        .map(|at| if dark(at % SIDE, at / SIDE) { 0 } else { 255 })
        .collect::<Vec<u8>>();
    let side = u32::try_from(SIDE).ok()?;
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels).ok()?;
    writer.finish().ok()?;
    Some(png)
}
