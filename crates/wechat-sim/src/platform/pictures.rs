//! Pictures that the account gave for good: those of customer-service accounts and of articles.
//!
//! They are no material: none has a media id.

use std::collections::VecDeque;

use axum::body::Bytes;

/// Pictures kept; the oldest goes first. The real platform keeps them for ever.
const KEPT: usize = 200;

/// What a picture is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl Format {
    /// `None` for what is neither.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else {
            None
        }
    }

    /// For the Content-Type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Pictures {
    kept: VecDeque<(String, Format, Bytes)>,
}

impl Pictures {
    /// Keeps a picture and names it.
    pub fn keep(&mut self, format: Format, bytes: Bytes) -> String {
        let name: String = std::iter::repeat_with(fastrand::alphanumeric)
            .take(64)
            .collect();
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((name.clone(), format, bytes));
        name
    }

    /// The picture of a name.
    pub fn get(&self, name: &str) -> Option<(Format, Bytes)> {
        let kept = self.kept.iter().find(|(known, ..)| known == name);
        kept.map(|(_, format, bytes)| (*format, bytes.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        assert_eq!(Format::of(b"\xff\xd8\xff\xe0rest"), Some(Format::Jpeg));
        assert_eq!(Format::of(b"\x89PNG\r\n\x1a\nrest"), Some(Format::Png));
        for other in [b"GIF89a".as_slice(), b"\x89PNG", b"\xff\xd8", b""] {
            assert_eq!(Format::of(other), None);
        }
    }

    #[test]
    fn the_oldest_picture_makes_room() {
        let mut pictures = Pictures::default();
        let first = pictures.keep(Format::Png, Bytes::from_static(b"first"));
        let names: Vec<String> = (1..KEPT)
            .map(|_| pictures.keep(Format::Png, Bytes::new()))
            .collect();
        assert!(pictures.get(&first).is_some());
        pictures.keep(Format::Jpeg, Bytes::new());
        assert!(pictures.get(&first).is_none());
        assert!(names.iter().all(|name| pictures.get(name).is_some()));
    }
}
