//! A console that watches the desk: a WebSocket with a thread that reads it and pings, as the console does.
//!
//! It can drop as a laptop does whose lid is closed ([`Socket::falls_silent`]): the connection stays, and nobody says anything any more.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::{HeaderName, HeaderValue};
use tungstenite::{Message, WebSocket};

use crate::wait::eventually;

/// How often a console says that it is there.
const PING_EVERY: Duration = Duration::from_secs(2);

/// Between two looks for what came.
const TICK: Duration = Duration::from_millis(10);

/// A socket that watches the desk.
#[derive(Debug)]
pub struct Socket {
    heard: Arc<Mutex<Vec<Heard>>>,
    to_say: Arc<Mutex<Vec<String>>>,
    silent: Arc<AtomicBool>,
    closed: Arc<AtomicBool>,
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What came, and when.
#[derive(Clone, Debug)]
pub struct Heard {
    /// As JSON.
    pub message: Value,
    /// By the clock of this process.
    pub at: Instant,
}

impl Socket {
    /// Opens one at `address` (`127.0.0.1:8787`).
    ///
    /// # Errors
    /// The status with which it was refused.
    ///
    /// # Panics
    /// When nobody answers.
    pub fn open(address: &str, path: &str, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let mut request = format!("ws://{address}{path}")
            .into_client_request()
            .unwrap();
        for (name, value) in headers {
            let name = HeaderName::try_from(*name).unwrap();
            request
                .headers_mut()
                .insert(name, HeaderValue::from_str(value).unwrap());
        }
        let stream = TcpStream::connect(address).unwrap();
        let socket = match tungstenite::client(request, stream) {
            Ok((socket, _)) => socket,
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(answer))) => {
                return Err(answer.status().as_u16());
            }
            Err(error) => panic!("{error}"),
        };
        socket.get_ref().set_read_timeout(Some(TICK)).unwrap();
        let mut open = Self {
            heard: Arc::default(),
            to_say: Arc::default(),
            silent: Arc::default(),
            closed: Arc::default(),
            end: Arc::default(),
            thread: None,
        };
        let (heard, to_say) = (Arc::clone(&open.heard), Arc::clone(&open.to_say));
        let (silent, closed, end) = (
            Arc::clone(&open.silent),
            Arc::clone(&open.closed),
            Arc::clone(&open.end),
        );
        open.thread = Some(thread::spawn(move || {
            run(socket, &heard, &to_say, &silent, &end);
            closed.store(true, Ordering::Relaxed);
        }));
        Ok(open)
    }

    /// All that came so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// Looks at all that came so far.
    pub fn each_heard(&self, look: impl FnMut(&Heard)) {
        self.heard.lock().unwrap().iter().for_each(look);
    }

    /// Waits for a message that `look` is content with.
    #[track_caller]
    pub fn hears<T>(&self, what: &str, mut look: impl FnMut(&Value) -> Option<T>) -> T {
        eventually(what, || {
            self.heard().iter().find_map(|heard| look(&heard.message))
        })
    }

    /// The number of the newest message.
    pub fn newest(&self) -> i64 {
        let heard = self.heard();
        heard
            .iter()
            .filter_map(|heard| heard.message["n"].as_i64())
            .max()
            .unwrap_or(0)
    }

    /// Says something.
    pub fn say(&self, message: &Value) {
        self.to_say.lock().unwrap().push(message.to_string());
    }

    /// Says nothing any more, while the connection stays.
    pub fn falls_silent(&self) {
        self.silent.store(true, Ordering::Relaxed);
    }

    /// Pings again.
    pub fn speaks_again(&self) {
        self.silent.store(false, Ordering::Relaxed);
    }

    /// Whether the server has closed it.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(
    mut socket: WebSocket<TcpStream>,
    heard: &Mutex<Vec<Heard>>,
    to_say: &Mutex<Vec<String>>,
    silent: &AtomicBool,
    end: &AtomicBool,
) {
    let mut pinged_at: Option<Instant> = None;
    while !end.load(Ordering::Relaxed) {
        match socket.read() {
            Ok(Message::Text(text)) if text.as_str() != "pong" => {
                let message = serde_json::from_str(&text).unwrap_or(Value::Null);
                let at = Instant::now();
                heard.lock().unwrap().push(Heard { message, at });
            }
            Ok(_) => {}
            Err(tungstenite::Error::Io(error))
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => return,
        }
        if silent.load(Ordering::Relaxed) {
            continue;
        }
        let mut texts = std::mem::take(&mut *to_say.lock().unwrap());
        if pinged_at.is_none_or(|at| at.elapsed() >= PING_EVERY) {
            pinged_at = Some(Instant::now());
            texts.push("ping".to_owned());
        }
        for text in texts {
            if socket.send(Message::text(text)).is_err() {
                return;
            }
        }
    }
    // The lid of a laptop says no goodbye; a page that is left does.
    if !silent.load(Ordering::Relaxed) {
        let _ = socket.close(None);
        let _ = socket.flush();
    }
}
