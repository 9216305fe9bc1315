//! The client that joins a transport, the holder of the token, and a call.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use wechat::api::{
    Answer, CallFailure, Client, Done, Failure, NoAnswer, Outgoing, Request, Response, Tokens,
    Transport, custom, media, token, user,
};

const BASE: &str = "https://api.weixin.qq.com";

/// Answers as it was told to, in this order, and remembers what it was asked.
#[derive(Default)]
struct Wire {
    answers: RefCell<VecDeque<Result<Response, NoAnswer>>>,
    asked: RefCell<Vec<String>>,
}

impl Transport for &Wire {
    fn exchange(&self, outgoing: Outgoing<'_>) -> impl Future<Output = Result<Response, NoAnswer>> {
        let line = format!("{} {}", outgoing.method.as_str(), outgoing.url);
        self.asked.borrow_mut().push(line.replace(BASE, ""));
        let answer = self.answers.borrow_mut().pop_front();
        ready(answer.unwrap_or(Err(NoAnswer::Broken)))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is none")]
struct NoToken;

/// Hands out `T1`, and another for each one that was refused.
#[derive(Default)]
struct Keeper {
    empty: bool,
}

impl Tokens for &Keeper {
    type Error = NoToken;

    fn token(&self, refused: Option<&str>) -> impl Future<Output = Result<String, NoToken>> {
        let next = match refused {
            None => "T1",
            Some("T1") => "T2",
            Some(_) => "T3",
        };
        ready(if self.empty {
            Err(NoToken)
        } else {
            Ok(next.to_owned())
        })
    }
}

fn says(body: &str) -> Result<Response, NoAnswer> {
    Ok(Response {
        status: 200,
        content_type: None,
        body: body.as_bytes().to_vec(),
    })
}

fn wire(answers: impl IntoIterator<Item = Result<Response, NoAnswer>>) -> Wire {
    Wire {
        answers: RefCell::new(answers.into_iter().collect()),
        ..Wire::default()
    }
}

fn call<A: Answer>(
    wire: &Wire,
    keeper: &Keeper,
    request: &Request<A>,
) -> Result<A, Failure<NoToken>> {
    let client = Client {
        transport: wire,
        tokens: keeper,
        base: BASE,
    };
    match pin!(client.call(request)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

fn typing() -> Request<Done> {
    custom::typing("oFan", true)
}

const REFUSED: &str = r#"{"errcode":40001,"errmsg":"invalid credential"}"#;
const OK: &str = r#"{"errcode":0,"errmsg":"ok"}"#;

#[test]
fn a_call_carries_the_token() {
    let wire = wire([says(OK)]);
    assert_eq!(call(&wire, &Keeper::default(), &typing()), Ok(Done {}));
    assert_eq!(
        wire.asked.take(),
        ["POST /cgi-bin/message/custom/typing?access_token=T1"]
    );
}

#[test]
fn a_refused_token_is_replaced_once() {
    let wire = wire([says(REFUSED), says(OK)]);
    assert_eq!(call(&wire, &Keeper::default(), &typing()), Ok(Done {}));
    assert!(wire.asked.take()[1].ends_with("access_token=T2"));
}

#[test]
fn a_token_that_is_refused_again_is_told() {
    let wire = wire([says(REFUSED), says(REFUSED), says(OK)]);
    let answer = call(&wire, &Keeper::default(), &typing());
    assert!(
        matches!(answer, Err(Failure::Answer(CallFailure::Api(error))) if error.errcode == 40001)
    );
    assert_eq!(wire.asked.take().len(), 2);
}

#[test]
fn without_a_token_nothing_is_sent() {
    let wire = wire([says(OK)]);
    let answer = call(&wire, &Keeper { empty: true }, &typing());
    assert_eq!(answer, Err(Failure::NoToken(NoToken)));
    assert!(wire.asked.take().is_empty());
}

#[test]
fn a_call_that_needs_no_token_asks_for_none() {
    let wire = wire([says(r#"{"access_token":"T","expires_in":7200}"#)]);
    let request = token::stable_token("wx1", "secret", false);
    let got = call(&wire, &Keeper { empty: true }, &request).unwrap();
    assert_eq!(got.access_token, "T");
    assert_eq!(wire.asked.take(), ["POST /cgi-bin/stable_token"]);
}

#[test]
fn every_way_in_which_a_call_fails_is_told_apart() {
    let fails = |answer: Result<Response, NoAnswer>| {
        call(&wire([answer]), &Keeper::default(), &typing()).unwrap_err()
    };
    let status = |status| {
        Ok(Response {
            status,
            content_type: None,
            body: Vec::new(),
        })
    };
    let limit = Duration::from_secs(10);
    let told = [
        (
            fails(Err(NoAnswer::TimedOut(limit))),
            "no answer within 10000 ms",
        ),
        (fails(Err(NoAnswer::Broken)), "the connection failed"),
        (fails(status(502)), "HTTP status 502"),
        (
            fails(status(302)),
            "HTTP status 302, a redirect, which is not followed",
        ),
        (
            fails(says("<html>")),
            "the answer is not the JSON expected (line 1, column 1)",
        ),
        (
            fails(says(r#"{"errcode":-1,"errmsg":"system error"}"#)),
            "errcode -1: system error",
        ),
    ];
    for (failure, words) in told {
        assert_eq!(failure.to_string(), words);
    }
    let fan = user::info("oFan", user::Lang::ZhCn).unwrap();
    let unexpected = call(&wire([says("{}")]), &Keeper::default(), &fan).unwrap_err();
    assert_eq!(
        unexpected.to_string(),
        "the answer is not the one expected: subscribe is not there"
    );
}

#[test]
fn an_answer_larger_than_allowed_is_refused_whatever_the_transport_does() {
    let large = " ".repeat(typing().max_answer.saturating_add(1));
    let answer = call(&wire([says(&large)]), &Keeper::default(), &typing());
    let limit = typing().max_answer;
    assert_eq!(answer, Err(Failure::NoAnswer(NoAnswer::TooLarge { limit })));
    // A video may be larger than any JSON.
    let video = media::get("M").unwrap();
    let large = "x".repeat(limit.saturating_add(1));
    assert!(call(&wire([says(&large)]), &Keeper::default(), &video).is_ok());
}
