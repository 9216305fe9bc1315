//! Calls made: what sends them, what holds the token, and the client that joins both.
//!
//! [`Transport`] and [`Tokens`] are generic traits with plain futures rather than object-safe ones with boxes: a program has one of
//! each, so nothing is gained by choosing at run time, and neither a thread-safe future nor one bound to its thread (as in a
//! Worker) is forced on the other.

use std::future::Future;
use std::time::Duration;

use super::answer::{Answer, CallFailure, Done, Response};
use super::call::{Body, Call, Method, Request};
use super::errcode::Advice;

/// A request as a transport sends it.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// How.
    pub method: Method,
    /// Where, with the access token in it: not for logs.
    pub url: &'a str,
    /// What, and as which `Content-Type`.
    pub body: &'a Body,
    /// Bytes of the largest answer that is worth reading.
    pub max_answer: usize,
}

/// No whole answer came. Whether WeChat acted is unknown, unless it was never asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The request could not even be made.
    #[error("the address cannot be asked: {0}")]
    NotAsked(String),
    /// The connection failed, before or after the request left.
    #[error("the connection failed")]
    Broken,
    /// It took too long.
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// The answer is larger than anything expected.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
}

/// What sends requests. It sets a limit on time, reads no more than [`Outgoing::max_answer`], and follows no redirect, since the
/// address has the token in it.
pub trait Transport {
    /// Sends a request once and reads the whole answer, whatever its status.
    fn exchange(&self, outgoing: Outgoing<'_>) -> impl Future<Output = Result<Response, NoAnswer>>;
}

/// What holds the access token.
pub trait Tokens {
    /// Why there is none.
    type Error: std::error::Error;

    /// A good token as far as is known. `refused` is one that WeChat has just refused: when that is the one held, another has to
    /// be got.
    fn token(&self, refused: Option<&str>) -> impl Future<Output = Result<String, Self::Error>>;
}

/// Why a call did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure<E: std::error::Error> {
    /// There is no token to call with; nothing was sent.
    #[error("no access token: {0}")]
    NoToken(E),
    /// WeChat, or what stands before it, answered and refused.
    #[error("{0}")]
    Answer(CallFailure),
    /// No whole answer came.
    #[error("{0}")]
    NoAnswer(NoAnswer),
}

impl<E: std::error::Error> From<CallFailure> for Failure<E> {
    fn from(failure: CallFailure) -> Self {
        Failure::Answer(failure)
    }
}

impl<E: std::error::Error> From<NoAnswer> for Failure<E> {
    fn from(no_answer: NoAnswer) -> Self {
        Failure::NoAnswer(no_answer)
    }
}

/// Makes calls.
///
/// ```
/// # use std::{convert::Infallible, future::{Future, ready}, pin::pin, task::{Context, Poll, Waker}};
/// use wechat::api::{Client, NoAnswer, Outgoing, Response, Tokens, Transport, user};
///
/// struct Recorded;
///
/// impl Transport for Recorded {
///     fn exchange(&self, outgoing: Outgoing<'_>) -> impl Future<Output = Result<Response, NoAnswer>> {
///         assert_eq!(
///             outgoing.url,
///             "https://api.weixin.qq.com/cgi-bin/user/info?access_token=TOKEN&openid=oFan&lang=zh_CN"
///         );
///         let body = br#"{"subscribe":1,"openid":"oFan","remark":"VIP","tagid_list":[2]}"#.to_vec();
///         ready(Ok(Response { status: 200, content_type: None, body }))
///     }
/// }
///
/// struct Fixed;
///
/// impl Tokens for Fixed {
///     type Error = Infallible;
///     fn token(&self, _refused: Option<&str>) -> impl Future<Output = Result<String, Infallible>> {
///         ready(Ok("TOKEN".to_owned()))
///     }
/// }
///
/// let client = Client { transport: Recorded, tokens: Fixed, base: "https://api.weixin.qq.com" };
/// # let mut call = pin!(async {
/// let fan = client.call(&user::info("oFan", user::Lang::ZhCn)?).await?;
/// assert_eq!(fan.tagid_list, [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(()) });
/// # let Poll::Ready(Ok(())) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else { panic!() };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Client<'a, T, K> {
    /// Sends.
    pub transport: T,
    /// Holds the token.
    pub tokens: K,
    /// The host, such as `https://api.weixin.qq.com`, or a relay before it.
    pub base: &'a str,
}

impl<T: Transport, K: Tokens> Client<'_, T, K> {
    /// Makes a call. When WeChat says that the token is not good, another is got and the call made once more.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn call<A: Answer>(&self, request: &Request<A>) -> Result<A, Failure<K::Error>> {
        Ok(request.read(self.exchange(request).await?)?)
    }

    /// Makes a call in the same way, and returns the answer unread.
    ///
    /// # Errors
    /// See [`Failure`].
    ///
    /// Awaits, in order: the token (nothing is sent yet), the call, and after a refused token both again. A refused call did
    /// nothing, so a second one does no harm.
    pub async fn exchange(&self, call: &Call) -> Result<Response, Failure<K::Error>> {
        if !call.token {
            return Ok(self.once(call, None).await?);
        }
        let token = self.tokens.token(None).await.map_err(Failure::NoToken)?;
        let response = self.once(call, Some(&token)).await?;
        if !refuses_token(&response) {
            return Ok(response);
        }
        let token = self
            .tokens
            .token(Some(&token))
            .await
            .map_err(Failure::NoToken)?;
        Ok(self.once(call, Some(&token)).await?)
    }

    async fn once(&self, call: &Call, token: Option<&str>) -> Result<Response, NoAnswer> {
        send(&self.transport, self.base, call, token).await
    }
}

/// Sends a call with this token, or without one, and holds the answer to its limit.
///
/// # Errors
/// See [`NoAnswer`].
pub async fn send(
    transport: &impl Transport,
    base: &str,
    call: &Call,
    token: Option<&str>,
) -> Result<Response, NoAnswer> {
    let url = call.url(base, token);
    let outgoing = Outgoing {
        method: call.method,
        url: &url,
        body: &call.body,
        max_answer: call.max_answer,
    };
    let response = transport.exchange(outgoing).await?;
    if response.body.len() > call.max_answer {
        let limit = call.max_answer;
        return Err(NoAnswer::TooLarge { limit });
    }
    Ok(response)
}

fn refuses_token(response: &Response) -> bool {
    // A file is not looked through for an error, whose JSON is short.
    const MAX_ERROR: usize = 4096;
    response.body.len() <= MAX_ERROR
        && matches!(
            Done::read(response.clone()),
            Err(CallFailure::Api(error)) if error.advice() == Advice::RefreshToken
        )
}
