//! The custom menu, its versions, and what WeChat has of it.

use fandesk_api::{
    ErrorBody, MenuChecked, MenuLive, MenuMatched, MenuPublished, MenuVersion, Page,
};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    get_menu,
    put_menu,
    delete_menu,
    check_menu,
    live_menu,
    match_menu,
    list_menu_versions,
    get_menu_version,
    publish_menu_version
))]
pub(crate) struct Paths;

#[utoipa::path(get, path = "/api/v1/menu", tag = "menu",
    description = "The newest version of the custom menu, with its number as `ETag`.",
    responses(
        (status = 200, description = "The newest version", body = MenuVersion),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "None was published yet", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_menu() {}

#[utoipa::path(put, path = "/api/v1/menu", tag = "menu",
    description = "Publishes the custom menu, given in WeChat's own form: `{\"button\":[…]}`, and beside it, for menus that only some \
                   fans see, `\"conditionalmenu\":[{\"button\":[…],\"matchrule\":{\"tag_id\":\"2\",\"client_platform_type\":\"1\"}}]`. The \
                   first whose rule matches is the one that a fan sees. Conditional menus that are not named are taken away, but for \
                   those that somebody else made while fandesk never made any.",
    params(("If-Match" = Option<String>, Header, description = "Only if this version is the newest")),
    request_body(content = Object, content_type = "application/json", example = json!({
        "button": [{ "type": "click", "name": "帮助", "key": "HELP" }]
    })),
    responses(
        (status = 200, description = "WeChat has it", body = MenuPublished),
        (status = 400, description = "The body is not a JSON object", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 409, description = "Somebody else is publishing at this moment", body = ErrorBody),
        (status = 412, description = "The newest version is not the one of If-Match", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The menu has a mistake, found here or by WeChat; the old one stays", body = ErrorBody),
        (status = 502, description = "WeChat refused it for another reason, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn put_menu() {}

#[utoipa::path(delete, path = "/api/v1/menu", tag = "menu",
    description = "Takes the menu away, conditional ones too. That is a version of its own.",
    params(("If-Match" = Option<String>, Header, description = "Only if this version is the newest")),
    responses(
        (status = 200, description = "WeChat has no menu any more", body = MenuPublished),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 409, description = "Somebody else is publishing at this moment", body = ErrorBody),
        (status = 412, description = "The newest version is not the one of If-Match", body = ErrorBody),
        (status = 502, description = "WeChat refused, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn delete_menu() {}

#[utoipa::path(post, path = "/api/v1/menu/check", tag = "menu",
    description = "Checks a menu without publishing it: what WeChat would be given, and which keys the playbook does not answer.",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "It could be published", body = MenuChecked),
        (status = 400, description = "The body is not a JSON object", body = ErrorBody),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 413, description = "The body is too large", body = ErrorBody),
        (status = 422, description = "The menu has a mistake", body = ErrorBody),
    )
)]
fn check_menu() {}

#[utoipa::path(get, path = "/api/v1/menu/live", tag = "menu",
    description = "What WeChat has at this moment of menus made by an API, and whether it is the newest version here.",
    responses(
        (status = 200, description = "WeChat's answer", body = MenuLive),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 502, description = "WeChat refused, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn live_menu() {}

#[utoipa::path(get, path = "/api/v1/menu/match", tag = "menu",
    params(("openid" = String, Query, description = "WeChat's name for the fan")),
    responses(
        (status = 200, description = "What the fan sees, as WeChat says", body = MenuMatched),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "WeChat knows no such fan", body = ErrorBody),
        (status = 422, description = "A parameter is missing or wrong", body = ErrorBody),
        (status = 502, description = "WeChat refused, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn match_menu() {}

#[utoipa::path(get, path = "/api/v1/menu/versions", tag = "menu",
    params(
        ("after" = Option<String>, Query, description = "`next` of the page before"),
        ("limit" = Option<u32>, Query, description = "Items at most, 100 if not given", minimum = 1, maximum = 1000),
    ),
    responses(
        (status = 200, description = "A page, newest first", body = Page<MenuVersion>),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 422, description = "A parameter is wrong", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn list_menu_versions() {}

#[utoipa::path(get, path = "/api/v1/menu/versions/{version}", tag = "menu",
    params(("version" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "The version", body = MenuVersion),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such version", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn get_menu_version() {}

#[utoipa::path(post, path = "/api/v1/menu/versions/{version}/publish", tag = "menu",
    description = "Publishes an older version again, as a new one.",
    params(
        ("version" = i64, Path, description = "Its number"),
        ("If-Match" = Option<String>, Header, description = "Only if this version is the newest"),
    ),
    responses(
        (status = 200, description = "WeChat has it", body = MenuPublished),
        (status = 401, description = "No token, or a wrong one", body = ErrorBody),
        (status = 404, description = "No such version", body = ErrorBody),
        (status = 409, description = "That version has no menu, or somebody else is publishing", body = ErrorBody),
        (status = 412, description = "The newest version is not the one of If-Match", body = ErrorBody),
        (status = 422, description = "WeChat does not take it any more", body = ErrorBody),
        (status = 502, description = "WeChat refused it for another reason, or gave no answer", body = ErrorBody),
        (status = 503, description = "A part is down; try again", body = ErrorBody),
    )
)]
fn publish_menu_version() {}
