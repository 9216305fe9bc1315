//! Material: what fans sent and what the account uploaded.

use std::collections::{HashMap, VecDeque};

use axum::body::Bytes;

use crate::clock::UnixMillis;

/// Temporary material lives three days.
const LIFE_MS: u64 = 3 * 86_400_000;
/// Pieces kept; the oldest goes first.
const KEPT: usize = 2000;

/// What a piece of material is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A picture.
    Image,
    /// A voice message.
    Voice,
    /// A video.
    Video,
    /// The picture of a video or a card.
    Thumb,
    /// Articles, made by hand in the platform's console.
    News,
}

/// One piece.
#[derive(Debug, Clone)]
pub struct Piece {
    /// See [`Kind`].
    pub kind: Kind,
    /// As uploaded.
    pub content_type: String,
    /// The file.
    pub bytes: Bytes,
    ends: UnixMillis,
}

/// All material that the platform holds.
#[derive(Debug, Default)]
pub struct Media {
    pieces: HashMap<String, Piece>,
    order: VecDeque<String>,
}

impl Media {
    /// Takes a file in and names it.
    pub fn add(&mut self, kind: Kind, content_type: &str, bytes: Bytes, now: UnixMillis) -> String {
        let name: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(64)
            .collect();
        self.put(
            name.clone(),
            Piece {
                kind,
                content_type: content_type.to_owned(),
                bytes,
                ends: now + LIFE_MS,
            },
        );
        name
    }

    /// Makes a name known as if its file had been uploaded by hand in the platform's own console, for good.
    pub fn register(&mut self, name: String, kind: Kind) {
        let piece = Piece {
            kind,
            content_type: String::new(),
            bytes: Bytes::new(),
            ends: UnixMillis::MAX,
        };
        self.put(name, piece);
    }

    fn put(&mut self, name: String, piece: Piece) {
        if self.pieces.insert(name.clone(), piece).is_none() {
            self.order.push_back(name);
        }
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.pieces.remove(&oldest);
        }
    }

    /// The piece, while it lives.
    pub fn get(&self, name: &str, now: UnixMillis) -> Option<&Piece> {
        self.pieces.get(name).filter(|piece| piece.ends > now)
    }

    /// Whether this names a living piece of that kind. A picture will do as the picture of a card.
    pub fn is(&self, name: &str, kind: Kind, now: UnixMillis) -> bool {
        self.get(name, now).is_some_and(|piece| {
            piece.kind == kind || (kind == Kind::Thumb && piece.kind == Kind::Image)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_material_is_gone_after_three_days() {
        let mut media = Media::default();
        let name = media.add(Kind::Image, "image/png", Bytes::new(), 0);
        assert!(media.is(&name, Kind::Image, LIFE_MS - 1));
        assert!(!media.is(&name, Kind::Image, LIFE_MS));
    }

    #[test]
    fn a_voice_message_is_no_picture() {
        let mut media = Media::default();
        media.register("v".to_owned(), Kind::Voice);
        assert!(!media.is("v", Kind::Image, 0));
    }

    #[test]
    fn the_oldest_material_makes_room() {
        let mut media = Media::default();
        (0..=KEPT).for_each(|n| media.register(n.to_string(), Kind::Image));
        assert!(media.get("0", 0).is_none() && media.get("1", 0).is_some());
    }
}
