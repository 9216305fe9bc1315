//! `menu/create`, `menu/get`, `menu/delete`. Here a new menu is seen at once; the real one takes up to a day.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response},
};
use serde_json::{Value, json};

use super::{
    answer, body, done, menu_check,
    refusal::{NO_MENU, Refusal},
};
use crate::platform::Platform;

/// Publishes a menu.
pub async fn create(
    State(platform): State<Arc<Platform>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<Body>, Refusal> {
    let buttons = menu_check::check(body::read(&headers, &body)?)?;
    change(&platform, Some(buttons));
    Ok(done())
}

/// Shows the published menu.
pub async fn get(State(platform): State<Arc<Platform>>) -> Result<Response<Body>, Refusal> {
    let buttons = platform
        .menu()
        .buttons
        .clone()
        .ok_or_else(|| Refusal::from(NO_MENU))?;
    Ok(answer(&json!({ "menu": { "button": buttons } })))
}

/// Takes the menu away.
pub async fn delete(State(platform): State<Arc<Platform>>) -> Response<Body> {
    change(&platform, None);
    done()
}

fn change(platform: &Platform, buttons: Option<Value>) {
    {
        let mut menu = platform.menu();
        menu.version += 1;
        menu.buttons = buttons;
    }
    platform.stir();
}
