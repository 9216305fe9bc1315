//! One kept connection: a request, its answer, the next request.

use std::rc::Rc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::callback::Crowd;
use crate::settings::Settings;
use crate::tally::{Answers, Phase};
use crate::{answer, clock};

/// Why a run has no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("a connection was closed before its answer was whole")]
    Closed,
    #[error("the answer cannot be read: {0:?}")]
    Unreadable(String),
    #[error("{fan} was answered wrongly: {why}: {answer}")]
    Wrong {
        fan: String,
        why: String,
        answer: String,
    },
    #[error(transparent)]
    Task(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// A connection that is open.
pub(crate) struct Connection {
    stream: TcpStream,
    crowd: Rc<Crowd>,
    settings: Rc<Settings>,
    request: Vec<u8>,
    received: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(settings: &Rc<Settings>, crowd: Rc<Crowd>) -> Result<Self, LoadError> {
        let stream = TcpStream::connect(&settings.host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            crowd,
            settings: Rc::clone(settings),
            request: Vec::new(),
            received: Vec::with_capacity(4096),
        })
    }

    /// Sends until the phase is over or no fan is left.
    pub(crate) async fn load(mut self, phase: Phase) -> Result<Answers, LoadError> {
        let mut answers = Answers::default();
        while let Some(fan) = self.crowd.next(&mut self.request) {
            let sent = clock::instant();
            self.stream.write_all(&self.request).await?;
            self.receive().await?;
            let answered = clock::instant();
            self.check(&fan)?;
            answers.add(phase, answered, answered.saturating_duration_since(sent));
            if phase.is_over(answered) {
                break;
            }
        }
        Ok(answers)
    }

    /// Reads one answer whole into `received`.
    async fn receive(&mut self) -> Result<(), LoadError> {
        self.received.clear();
        while !is_whole(&self.received)? {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(LoadError::Closed);
            }
        }
        Ok(())
    }

    fn check(&self, fan: &str) -> Result<(), LoadError> {
        let (head, body) = parts(&self.received).ok_or_else(|| unreadable(&self.received))?;
        let checked = if head.starts_with("HTTP/1.1 200 ") {
            answer::check(&body, fan, &self.settings)
        } else {
            Err("the status is not 200".to_owned())
        };
        checked.map_err(|why| LoadError::Wrong {
            fan: fan.to_owned(),
            why,
            answer: String::from_utf8_lossy(&self.received).into_owned(),
        })
    }
}

const END_OF_HEAD: &[u8] = b"\r\n\r\n";
const END_OF_CHUNKS: &[u8] = b"0\r\n\r\n";

fn unreadable(received: &[u8]) -> LoadError {
    LoadError::Unreadable(String::from_utf8_lossy(received).into_owned())
}

/// Head and the bytes after it.
fn split(received: &[u8]) -> Option<(&str, &[u8])> {
    let end = received
        .windows(END_OF_HEAD.len())
        .position(|window| window == END_OF_HEAD)?;
    let (head, rest) = received.split_at_checked(end)?;
    Some((
        std::str::from_utf8(head).ok()?,
        rest.get(END_OF_HEAD.len()..)?,
    ))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Whether an answer has come to its end. One without a length is chunked: nothing else keeps a connection open.
fn is_whole(received: &[u8]) -> Result<bool, LoadError> {
    let Some((head, rest)) = split(received) else {
        return Ok(false);
    };
    match header(head, "content-length") {
        Some(length) => match length.parse() {
            Ok(length) => Ok(rest.len() >= length),
            Err(_) => Err(unreadable(received)),
        },
        None => Ok(rest.ends_with(END_OF_CHUNKS)),
    }
}

fn parts(received: &[u8]) -> Option<(&str, String)> {
    let (head, rest) = split(received)?;
    let body = if header(head, "content-length").is_some() {
        rest.to_vec()
    } else {
        unchunked(rest)?
    };
    Some((head, String::from_utf8(body).ok()?))
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line_end = rest.windows(2).position(|window| window == b"\r\n")?;
        let (size, after) = rest.split_at_checked(line_end)?;
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        let (chunk, after) = after.get(2..)?.split_at_checked(size)?;
        body.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_a_length_is_whole_when_it_is_that_long() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-Length: 7\r\n\r\nsuccess";
        for end in 0..answer.len() {
            assert!(!is_whole(&answer[..end]).unwrap(), "at {end}");
        }
        assert!(is_whole(answer).unwrap());
        assert_eq!(parts(answer).unwrap().1, "success");
    }

    #[test]
    fn a_chunked_answer_is_whole_after_its_last_chunk() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsuc\r\n4\r\ncess\r\n0\r\n\r\n";
        assert!(!is_whole(&answer[..answer.len() - 5]).unwrap());
        assert!(is_whole(answer).unwrap());
        assert_eq!(parts(answer).unwrap().1, "success");
    }
}
