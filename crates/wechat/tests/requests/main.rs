//! Every call beyond those of `tests/api.rs` and `tests/menu.rs`: what is sent, what WeChat's documented answer becomes, and what is
//! refused before it is sent.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod figures;
mod files;
mod pages;
mod people;
mod sends;
mod service;

use serde_json::Value;
use wechat::api::{Answer, Call, InvalidCall, Request, read_answer};

fn s(text: &str) -> String {
    text.to_owned()
}

/// What a request says: method, path, parameters, body.
fn said(
    call: &Call,
) -> (
    &'static str,
    &'static str,
    Vec<(&'static str, String)>,
    Value,
) {
    let body = call
        .json()
        .map_or(Value::Null, |json| serde_json::from_str(json).unwrap());
    assert!(call.token, "{}", call.path);
    (call.method.as_str(), call.path, call.query.clone(), body)
}

#[track_caller]
fn posts<A>(request: &Request<A>, path: &str, body: Value) {
    assert_eq!(said(request), ("POST", request.path, vec![], body));
    assert_eq!(request.path, path);
}

#[track_caller]
fn gets<A>(request: &Request<A>, path: &str, query: &[(&'static str, &str)]) {
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| (*name, s(value)))
        .collect();
    assert_eq!(said(request), ("GET", request.path, query, Value::Null));
    assert_eq!(request.path, path);
}

#[track_caller]
fn refused<A>(request: Result<Request<A>, InvalidCall>) -> String {
    request.err().unwrap().to_string()
}

#[track_caller]
fn read<A: Answer>(_: &Request<A>, json: &str) -> A {
    read_answer(200, json.as_bytes()).unwrap()
}

fn openids(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("o{number}")).collect()
}
