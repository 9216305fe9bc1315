//! Prints the OpenAPI document of `/api/v1`. Native, so that none of it is in the Wasm.
//!
//! The schemas come from the types that the Worker serialises; the paths stand here, one function without a body each: a file for
//! each resource, as in `src/api`. What is said of all of them is in [`everywhere`].

#![expect(dead_code, reason = "the functions are only read by their attributes")]

mod accounts;
mod alerts;
mod audit;
mod capabilities;
mod conversations;
mod desk;
mod events;
mod everywhere;
mod fans;
mod health;
mod jobs;
mod layout;
mod me;
mod menu;
mod people;
mod playbook;
mod reflush;
mod session;
mod tags;
mod teams;
mod writing;

use std::process::ExitCode;

use utoipa::{Modify, OpenApi};

use self::everywhere::{OfEachAccount, Schemes};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "fandesk",
        description = "The service desk of a WeChat Official Account. Times are integer Unix milliseconds; WeChat's 64-bit \
                       numbers are strings. Lists are pages: give `next` as `after` to go on; null is the end."
    ),
    servers((url = "/")),
    security(("bearer" = []), ("session" = []))
)]
struct Document;

/// The paths of all resources.
fn document() -> utoipa::openapi::OpenApi {
    let resources = [
        accounts::Paths::openapi(),
        alerts::Paths::openapi(),
        audit::Paths::openapi(),
        capabilities::Paths::openapi(),
        conversations::Paths::openapi(),
        desk::Paths::openapi(),
        events::Paths::openapi(),
        fans::Paths::openapi(),
        health::Paths::openapi(),
        jobs::Paths::openapi(),
        layout::Paths::openapi(),
        me::Paths::openapi(),
        menu::Paths::openapi(),
        people::Paths::openapi(),
        playbook::Paths::openapi(),
        reflush::Paths::openapi(),
        session::Paths::openapi(),
        tags::Paths::openapi(),
        teams::Paths::openapi(),
        writing::Paths::openapi(),
    ];
    let mut document = Document::openapi();
    for resource in resources {
        document.merge(resource);
    }
    Schemes.modify(&mut document);
    OfEachAccount.modify(&mut document);
    document
}

fn main() -> ExitCode {
    match document().to_pretty_json() {
        Ok(document) => {
            #[expect(clippy::print_stdout, reason = "printing is what this program is for")]
            {
                println!("{document}");
            }
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}
