//! The account's tags. Which fan has which stands with the fan.

use std::collections::BTreeMap;

use super::profile::STARRED;

/// Tags of an account, without the platform's own.
const MOST: usize = 100;
/// The first number that an account's own tag gets.
const FIRST: u32 = 100;

/// All tags.
#[derive(Debug)]
pub struct Tags {
    names: BTreeMap<u32, String>,
    next: u32,
}

/// Why a tag cannot be made or renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unable {
    /// There are 100 already (45056).
    TooMany,
    /// Another has this name (45157).
    Taken,
    /// There is none of that number (45159).
    Unknown,
    /// It is the platform's own (45058).
    Fixed,
}

impl Default for Tags {
    fn default() -> Self {
        Self {
            names: BTreeMap::from([(STARRED, "星标组".to_owned())]),
            next: FIRST,
        }
    }
}

impl Tags {
    /// Makes a tag.
    pub fn create(&mut self, name: &str) -> Result<u32, Unable> {
        if self.named(name).is_some() {
            return Err(Unable::Taken);
        }
        if self.names.len() > MOST {
            return Err(Unable::TooMany);
        }
        let id = self.next;
        self.next += 1;
        self.names.insert(id, name.to_owned());
        Ok(id)
    }

    /// Gives a tag another name.
    pub fn rename(&mut self, id: u32, name: &str) -> Result<(), Unable> {
        changeable(id)?;
        if !self.has(id) {
            return Err(Unable::Unknown);
        }
        if self.named(name).is_some_and(|other| other != id) {
            return Err(Unable::Taken);
        }
        self.names.insert(id, name.to_owned());
        Ok(())
    }

    /// Takes a tag away.
    pub fn delete(&mut self, id: u32) -> Result<(), Unable> {
        changeable(id)?;
        self.names.remove(&id).map(drop).ok_or(Unable::Unknown)
    }

    /// Whether there is a tag of that number.
    pub fn has(&self, id: u32) -> bool {
        self.names.contains_key(&id)
    }

    /// Numbers and names.
    pub fn all(&self) -> Vec<(u32, String)> {
        self.names
            .iter()
            .map(|(id, name)| (*id, name.clone()))
            .collect()
    }

    fn named(&self, name: &str) -> Option<u32> {
        self.names
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(id, _)| *id)
    }
}

/// The numbers 0 to 2 belong to the platform.
const fn changeable(id: u32) -> Result<(), Unable> {
    if id <= STARRED {
        Err(Unable::Fixed)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_a_hundred_tags_besides_the_stars() {
        let mut tags = Tags::default();
        for n in 0..100 {
            tags.create(&n.to_string()).unwrap();
        }
        assert_eq!(tags.create("one more"), Err(Unable::TooMany));
    }

    #[test]
    fn a_name_is_used_once() {
        let mut tags = Tags::default();
        let first = tags.create("会员").unwrap();
        let second = tags.create("新客").unwrap();
        assert_eq!(tags.create("会员"), Err(Unable::Taken));
        assert_eq!(tags.rename(second, "会员"), Err(Unable::Taken));
        assert_eq!(tags.rename(first, "会员"), Ok(()));
    }

    #[test]
    fn the_platforms_own_tags_stay() {
        let mut tags = Tags::default();
        assert_eq!(tags.delete(STARRED), Err(Unable::Fixed));
        assert_eq!(tags.rename(0, "x"), Err(Unable::Fixed));
        assert_eq!(tags.delete(999), Err(Unable::Unknown));
    }
}
