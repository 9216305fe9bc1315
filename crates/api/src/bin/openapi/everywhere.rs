//! What all paths have in common: who may ask, and that each account has them.

use utoipa::Modify;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, Required, ResponseBuilder};

/// Who may ask.
pub(crate) struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let about = "Of who logged in, over https `__Host-fandesk_session`. What changes something wants the header `x-csrf-token` too";
        let cookie = ApiKeyValue::with_description("fandesk_session", about);
        let session = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", scheme);
        components.add_security_scheme("session", session);
    }
}

/// What is at `/api/v1` is also at `/api/v1/accounts/{account}`.
pub(crate) struct OfEachAccount;

impl Modify for OfEachAccount {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let of_first = openapi.paths.paths.clone();
        for (path, mut item) in of_first {
            let Some(rest) = path.strip_prefix("/api/v1/") else {
                continue;
            };
            if rest.split('/').next() == Some("accounts") {
                continue;
            }
            let operations = [
                &mut item.get,
                &mut item.put,
                &mut item.post,
                &mut item.delete,
                &mut item.patch,
            ];
            for operation in operations.into_iter().flatten() {
                of_account(operation);
            }
            let path = format!("/api/v1/accounts/{{account}}/{rest}");
            openapi.paths.paths.insert(path, item);
        }
    }
}

fn of_account(operation: &mut Operation) {
    if let Some(id) = &mut operation.operation_id {
        id.push_str("_of_account");
    }
    let account = ParameterBuilder::new()
        .name("account")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("Its name, or its AppID"))
        .schema(Some(Object::with_type(Type::String)))
        .build();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.insert(0, account.into());
    let not_found = ResponseBuilder::new()
        .description("No such account")
        .content(
            "application/json",
            Content::new(Some(Ref::from_schema_name("ErrorBody"))),
        )
        .build();
    let responses = &mut operation.responses.responses;
    responses
        .entry("404".to_owned())
        .or_insert_with(|| not_found.into());
}
