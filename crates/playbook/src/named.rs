//! Things that are found by name.

use std::collections::HashMap;

/// Things by their names, in the order in which they came.
///
/// The map inside is of one type whatever the things are, so there is one copy of its code in the Wasm.
#[derive(Debug)]
pub(crate) struct Named<T> {
    places: HashMap<String, usize>,
    items: Vec<T>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self {
            places: HashMap::new(),
            items: Vec::new(),
        }
    }
}

impl<T> Named<T> {
    /// Adds a thing, unless there is one of this name; says whether it was added.
    pub(crate) fn add(&mut self, name: &str, item: T) -> bool {
        if self.places.contains_key(name) {
            return false;
        }
        self.places.insert(name.to_owned(), self.items.len());
        self.items.push(item);
        true
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.places
            .get(name)
            .and_then(|place| self.items.get(*place))
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.places
            .get(name)
            .and_then(|place| self.items.get_mut(*place))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn into_items(self) -> Vec<T> {
        self.items
    }
}
