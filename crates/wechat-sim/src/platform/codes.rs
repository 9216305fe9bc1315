//! Codes with a scene (带参数二维码).

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::clock::UnixMillis;

/// Permanent codes that an account may have (45029).
const MOST_PERMANENT: usize = 100_000;
/// Temporary codes kept; the oldest goes first.
const TEMPORARY_KEPT: usize = 10_000;

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Scene {
    /// `scene_id`.
    Id(u32),
    /// `scene_str`.
    Text(String),
}

impl Scene {
    /// The scene as an event names it. A number may have been made as either kind; it counts as one.
    pub fn of(key: &str) -> Self {
        key.parse()
            .map_or_else(|_| Self::Text(key.to_owned()), Self::Id)
    }

    /// The `EventKey` of a scan.
    pub fn key(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// One code.
#[derive(Debug, Clone, Serialize)]
pub struct Code {
    /// What `showqrcode` asks for, and what events carry.
    pub ticket: String,
    /// What the picture says.
    pub url: String,
    /// See [`Scene`].
    pub scene: Scene,
    /// When it ends; `null` for a permanent one.
    pub ends: Option<UnixMillis>,
}

impl Code {
    fn lives(&self, now: UnixMillis) -> bool {
        self.ends.is_none_or(|ends| ends > now)
    }
}

/// All codes.
#[derive(Debug)]
pub struct Codes {
    most_permanent: usize,
    by_ticket: HashMap<String, Code>,
    temporary: VecDeque<String>,
    /// Tickets in the order in which they were made.
    order: VecDeque<String>,
}

/// There are 100,000 permanent codes already (45029).
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany;

/// The ticket of a permanent code: the same scene gives the same one.
pub fn ticket(scene: &str) -> String {
    format!("gQ{}", hex::encode(Sha256::digest(scene)))
}

impl Default for Codes {
    fn default() -> Self {
        Self::with_room_for(MOST_PERMANENT)
    }
}

impl Codes {
    /// No codes yet, and room for so many permanent ones.
    pub fn with_room_for(most_permanent: usize) -> Self {
        Self {
            most_permanent,
            by_ticket: HashMap::new(),
            temporary: VecDeque::new(),
            order: VecDeque::new(),
        }
    }

    /// Makes a code that lives for so many seconds. Each has a ticket of its own, also for a scene that has one.
    pub fn temporary(&mut self, scene: Scene, seconds: u64, now: UnixMillis) -> Code {
        let ticket = format!("gQH{}", random(92));
        if self.temporary.len() >= TEMPORARY_KEPT
            && let Some(oldest) = self.temporary.pop_front()
        {
            self.by_ticket.remove(&oldest);
            self.order.retain(|known| *known != oldest);
        }
        self.temporary.push_back(ticket.clone());
        self.keep(ticket, scene, Some(now + seconds * 1000))
    }

    /// Makes a permanent code, or gives the one that the scene has.
    pub fn permanent(&mut self, scene: Scene) -> Result<Code, TooMany> {
        let ticket = ticket(&scene.key());
        if let Some(code) = self.by_ticket.get(&ticket) {
            return Ok(code.clone());
        }
        if self.by_ticket.len() - self.temporary.len() >= self.most_permanent {
            return Err(TooMany);
        }
        Ok(self.keep(ticket, scene, None))
    }

    fn keep(&mut self, ticket: String, scene: Scene, ends: Option<UnixMillis>) -> Code {
        let code = Code {
            ticket: ticket.clone(),
            url: format!("http://weixin.qq.com/q/{}", random(22)),
            scene,
            ends,
        };
        self.by_ticket.insert(ticket.clone(), code.clone());
        self.order.push_back(ticket);
        code
    }

    /// The living code with that ticket.
    pub fn by_ticket(&self, ticket: &str, now: UnixMillis) -> Option<&Code> {
        self.by_ticket.get(ticket).filter(|code| code.lives(now))
    }

    /// The living code whose picture says that, or whose ticket it is.
    pub fn read(&self, said: &str, now: UnixMillis) -> Option<&Code> {
        self.by_ticket(said, now).or_else(|| {
            self.by_ticket
                .values()
                .find(|code| code.url == said && code.lives(now))
        })
    }

    /// The newest living codes, the newest first.
    pub fn newest(&self, most: usize, now: UnixMillis) -> Vec<Code> {
        let living = self
            .order
            .iter()
            .rev()
            .filter_map(|ticket| self.by_ticket(ticket, now));
        living.take(most).cloned().collect()
    }
}

fn random(characters: usize) -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(characters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permanent_scene_has_one_ticket_and_a_temporary_one_many() {
        let mut codes = Codes::default();
        let scene = || Scene::Text("counter-1".to_owned());
        assert_eq!(
            codes.permanent(scene()).unwrap().ticket,
            codes.permanent(scene()).unwrap().ticket
        );
        assert_ne!(
            codes.temporary(scene(), 60, 0).ticket,
            codes.temporary(scene(), 60, 0).ticket
        );
    }

    #[test]
    fn an_account_has_room_for_a_hundred_thousand_permanent_codes() {
        assert_eq!(Codes::default().most_permanent, 100_000);
    }

    #[test]
    fn a_temporary_code_ends() {
        let mut codes = Codes::default();
        let code = codes.temporary(Scene::Id(1), 60, 0);
        assert!(codes.read(&code.url, 59_999).is_some());
        assert!(codes.read(&code.url, 60_000).is_none());
        assert!(codes.newest(9, 60_000).is_empty());
    }
}
