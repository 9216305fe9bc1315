//! The tables of NFKC, as `build.rs` has packed them.

use std::slice;
use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/nfkc.bin"));

/// What the algorithm asks about characters, unpacked at the first question.
pub(super) struct Tables {
    /// Characters that are made of others, in order, each with the place where its parts end.
    made: Vec<(char, usize)>,
    /// Their parts, one after another.
    parts: Vec<char>,
    /// Two characters and what they are together, in order.
    pairs: Vec<((char, char), char)>,
    /// The first and last character of a run of one combining class, in order.
    classes: Vec<(char, char, u8)>,
}

impl Tables {
    pub(super) fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(Self::unpack)
    }

    /// What a character is made of, if it is made of others.
    pub(super) fn decomposition(&self, c: char) -> Option<&[char]> {
        let at = self.made.binary_search_by_key(&c, |(made, _)| *made).ok()?;
        let start = at
            .checked_sub(1)
            .and_then(|before| self.made.get(before))
            .map_or(0, |(_, end)| *end);
        self.parts.get(start..self.made.get(at)?.1)
    }

    /// What two characters are together.
    pub(super) fn composition(&self, first: char, second: char) -> Option<char> {
        let at = self
            .pairs
            .binary_search_by_key(&(first, second), |(pair, _)| *pair)
            .ok()?;
        self.pairs.get(at).map(|(_, whole)| *whole)
    }

    /// The canonical combining class.
    pub(super) fn class(&self, c: char) -> u8 {
        let at = self.classes.partition_point(|(_, last, _)| *last < c);
        self.classes
            .get(at)
            .filter(|(first, _, _)| *first <= c)
            .map_or(0, |(_, _, class)| *class)
    }

    fn unpack() -> Self {
        let mut packed = Packed(PACKED.iter());
        let count = packed.number();
        let mut point = 0;
        let steps: Vec<u32> = (0..count).map(|_| packed.forward(&mut point)).collect();
        let shapes: Vec<u32> = (0..count).map(|_| packed.number()).collect();

        let mut tables = Self {
            made: Vec::new(),
            parts: Vec::new(),
            pairs: Vec::new(),
            classes: Vec::new(),
        };
        let mut composed = Vec::new();
        let (mut first, mut other) = (0, 0);
        for (point, shape) in steps.into_iter().zip(shapes) {
            let start = tables.parts.len();
            tables.parts.push(character(packed.either_way(&mut first)));
            for _ in 1..shape >> 1 {
                tables.parts.push(character(packed.either_way(&mut other)));
            }
            tables.made.push((character(point), tables.parts.len()));
            if shape & 1 == 1 {
                composed.push((character(point), start..tables.parts.len()));
            }
        }
        // Of three parts, the first two are a character too, and of four the first three. A few hundred pairs go in
        // where they belong; that is less code than a sort.
        for length in 2..=4 {
            for (whole, span) in composed.iter().filter(|(_, span)| span.len() == length) {
                let Some((second, before)) = tables
                    .parts
                    .get(span.clone())
                    .and_then(<[char]>::split_last)
                else {
                    continue;
                };
                let first = before
                    .iter()
                    .copied()
                    .reduce(|a, b| tables.composition(a, b).unwrap_or(b));
                let Some(pair) = first.map(|first| (first, *second)) else {
                    continue;
                };
                let at = tables.pairs.partition_point(|(other, _)| *other < pair);
                tables.pairs.insert(at, (pair, *whole));
            }
        }
        let mut point = 0;
        while !packed.0.as_slice().is_empty() {
            let first = character(packed.forward(&mut point));
            let last = character(packed.forward(&mut point));
            tables
                .classes
                .push((first, last, packed.0.next().copied().unwrap_or_default()));
        }
        tables
    }
}

/// The packed numbers that are not read yet.
struct Packed(slice::Iter<'static, u8>);

impl Packed {
    fn number(&mut self) -> u32 {
        let mut value = 0;
        let mut shift = 0_u32;
        for byte in self.0.by_ref() {
            value |= u32::from(byte & 0x7f).wrapping_shl(shift);
            shift = shift.saturating_add(7);
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    /// A step up from the last point.
    fn forward(&mut self, point: &mut u32) -> u32 {
        *point = point.wrapping_add(self.number());
        *point
    }

    /// A step up or down from the last point; the lowest bit says which.
    fn either_way(&mut self, point: &mut u32) -> u32 {
        let step = self.number();
        *point = if step & 1 == 0 {
            point.wrapping_add(step >> 1)
        } else {
            point.wrapping_sub(step >> 1)
        };
        *point
    }
}

/// The character of a point; the table has none that is not one.
fn character(point: u32) -> char {
    char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)
}
