//! WebSockets that the platform keeps while the object sleeps.
//!
//! `worker` wraps these calls too, but panics where the platform refuses, and lacks the moment of the last `ping`. A socket carries
//! its own memory (the *attachment*), since an object that woke up has forgotten everything else.

use fandesk_shard::UnixMillis;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::Date;
use worker::{Response, ResponseBuilder, Result, State, WebSocketPair, web_sys};

#[wasm_bindgen]
extern "C" {
    /// `ctx` of an object.
    type Context;

    #[wasm_bindgen(method, catch, js_name = acceptWebSocket)]
    fn accept(this: &Context, socket: &JsValue) -> std::result::Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = getWebSockets)]
    fn sockets(this: &Context) -> std::result::Result<Vec<JsValue>, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setWebSocketAutoResponse)]
    fn answer_by_yourself(this: &Context, pair: &Pair) -> std::result::Result<(), JsValue>;

    /// When a `ping` of the socket was last answered; null when none was yet.
    #[wasm_bindgen(method, catch, js_name = getWebSocketAutoResponseTimestamp)]
    fn answered_at(this: &Context, socket: &RawSocket) -> std::result::Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = WebSocketRequestResponsePair)]
    type Pair;

    #[wasm_bindgen(constructor, catch, js_class = "WebSocketRequestResponsePair")]
    fn new(request: &str, response: &str) -> std::result::Result<Pair, JsValue>;

    /// Our end of a socket.
    type RawSocket;

    #[wasm_bindgen(method, catch)]
    fn send(this: &RawSocket, text: &str) -> std::result::Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &RawSocket, code: u16, reason: &str) -> std::result::Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = serializeAttachment)]
    fn remember(this: &RawSocket, text: &str) -> std::result::Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = deserializeAttachment)]
    fn remembered(this: &RawSocket) -> std::result::Result<JsValue, JsValue>;
}

/// All sockets of an object.
pub(super) struct Sockets(Context);

/// One of them.
pub(super) struct Socket {
    raw: RawSocket,
    /// What it remembers.
    pub(super) memory: Memory,
}

/// What a socket remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    /// Its name among the sockets of the object.
    pub(super) id: String,
    /// Who holds it, as JSON.
    pub(super) who: String,
    /// When it was opened.
    pub(super) opened_at: UnixMillis,
    /// Whether it has been too quiet for its holder to count as there.
    pub(super) quiet: bool,
}

impl Sockets {
    /// Those of the object that `state` belongs to, and `state` again. From here on the platform answers each `ping` with `pong`.
    pub(super) fn of(state: State) -> (Self, State) {
        let inner = state._inner();
        let context: &JsValue = inner.as_ref();
        let sockets = Self(context.clone().unchecked_into());
        let pair = Pair::new("ping", "pong");
        if let Err(error) = pair.and_then(|pair| sockets.0.answer_by_yourself(&pair)) {
            let reason = worker::Error::from(error);
            crate::log::error("desk", "pings are not answered", &[("reason", &reason)]);
        }
        (sockets, State::from(inner))
    }

    /// Opens one. What is sent to it before the answer leaves is not lost.
    pub(super) fn open(&self, memory: Memory) -> Result<(Socket, Response)> {
        let pair = WebSocketPair::new()?;
        let end: &web_sys::WebSocket = pair.server.as_ref();
        self.0.accept(end)?;
        let socket = Socket {
            raw: JsValue::from(end.clone()).unchecked_into(),
            memory,
        };
        socket.keep_memory();
        let response = ResponseBuilder::new()
            .with_status(101)
            .with_websocket(pair.client)
            .empty();
        Ok((socket, response))
    }

    /// All that are open.
    pub(super) fn all(&self) -> Vec<Socket> {
        // What the platform cannot tell is an object without sockets: whoever holds one comes again.
        let raw = self.0.sockets().unwrap_or_default();
        raw.into_iter().filter_map(Socket::of).collect()
    }

    /// When a socket was last heard of.
    pub(super) fn heard_at(&self, socket: &Socket) -> UnixMillis {
        let answered = self.0.answered_at(&socket.raw).ok();
        let answered = answered.and_then(|date| date.dyn_into::<Date>().ok());
        let answered = answered.map_or(0, |date| date.get_time() as i64);
        UnixMillis(answered).max(socket.memory.opened_at)
    }
}

impl Socket {
    /// One that the platform gives; nothing when it has no memory of ours.
    pub(super) fn of(raw: JsValue) -> Option<Self> {
        let raw: RawSocket = raw.unchecked_into();
        let memory = Memory::read(&raw.remembered().ok()?.as_string()?)?;
        Some(Self { raw, memory })
    }

    /// Sends a text. One that cannot be sent any more is on its way to be closed, which the platform tells by itself.
    pub(super) fn send(&self, text: &str) {
        let _ = self.raw.send(text);
    }

    /// Closes it, with a code of ours (4000 to 4999) and a reason for programs.
    pub(super) fn close(&self, code: u16, reason: &str) {
        let _ = self.raw.close(code, reason);
    }

    /// Keeps what it remembers over a sleep of the object.
    pub(super) fn keep_memory(&self) {
        if let Err(error) = self.raw.remember(&self.memory.write()) {
            let reason = worker::Error::from(error);
            crate::log::error("desk", "a socket remembers nothing", &[("reason", &reason)]);
        }
    }
}

impl Memory {
    fn write(&self) -> String {
        crate::record::Record::new()
            .with(&self.id)
            .with(&self.who)
            .with(self.opened_at.0)
            .with(i64::from(self.quiet))
            .write()
    }

    fn read(text: &str) -> Option<Self> {
        let mut record = crate::record::Record::read(text).ok()?;
        Some(Self {
            id: record.take(0)?,
            who: record.take(1)?,
            opened_at: UnixMillis(record.number(2)?),
            quiet: record.number(3)? != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_socket_remembers_reads_back() {
        let memory = Memory {
            id: "4f".to_owned(),
            who: r#"{"id":"p1","name":"艾丽丝"}"#.to_owned(),
            opened_at: UnixMillis(7),
            quiet: true,
        };
        assert_eq!(Memory::read(&memory.write()), Some(memory));
        assert_eq!(Memory::read("-"), None);
    }
}
