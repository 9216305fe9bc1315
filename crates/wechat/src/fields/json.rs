//! Fields from JSON.
//!
//! Each value is first taken as the text it was written as ([`RawValue`]), which keeps numbers digit for
//! digit: a 64-bit identifier and a coordinate such as `23.10` both come through as sent. Nested values are
//! read again one level down, at most [`MAX_DEPTH`] times in all.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Defect, Field, Fields, MAX_DEPTH, MAX_FIELDS, MalformedBody, without_mark};

pub(super) fn read(body: &[u8]) -> Result<Fields, MalformedBody> {
    let document = without_mark(body);
    let mark = body.len().saturating_sub(document.len());
    let text = std::str::from_utf8(document)
        .map_err(|error| Defect::NotUtf8.at(mark.saturating_add(error.valid_up_to())))?;

    let mut values = Values {
        start: text.as_ptr().addr(),
        mark,
        seen: 0,
    };
    let root: &RawValue = values.parse(text)?;
    match values.field(root, 0)? {
        Field::Element(fields) => Ok(fields),
        _ => Err(Defect::Root.at(values.offset(root.get()))),
    }
}

/// Where the document begins in memory, and how many values were seen.
struct Values {
    start: usize,
    mark: usize,
    seen: usize,
}

impl Values {
    fn field(&mut self, raw: &RawValue, depth: usize) -> Result<Field, MalformedBody> {
        let text = raw.get();
        self.seen = self.seen.saturating_add(1);
        if self.seen > MAX_FIELDS {
            return Err(Defect::TooMany.at(self.offset(text)));
        }
        let first = text.as_bytes().first();
        if depth >= MAX_DEPTH && matches!(first, Some(b'{' | b'[')) {
            return Err(Defect::TooDeep.at(self.offset(text)));
        }
        let inside = depth.saturating_add(1);
        match first {
            Some(b'{') => {
                let Members(members) = self.parse(text)?;
                let mut fields = Fields::new();
                for (name, value) in members {
                    fields.push(name, self.field(value, inside)?);
                }
                Ok(Field::Element(fields))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = self.parse(text)?;
                items
                    .into_iter()
                    .map(|item| self.field(item, inside))
                    .collect::<Result<_, _>>()
                    .map(Field::Repeated)
            }
            Some(b'"') => self.parse(text).map(Field::Text),
            Some(b'n') => Ok(Field::Text(String::new())),
            _ => Ok(Field::from(text)),
        }
    }

    /// Parses a part of the document, so that an error can tell where in the whole it is.
    fn parse<'de, T: Deserialize<'de>>(&self, part: &'de str) -> Result<T, MalformedBody> {
        serde_json::from_str(part).map_err(|error| {
            let lines_before = part
                .split_inclusive('\n')
                .take(error.line().saturating_sub(1));
            let line_start = lines_before.map(str::len).fold(0, usize::saturating_add);
            let within = line_start
                .saturating_add(error.column().saturating_sub(1))
                .min(part.len());
            Defect::NotJson.at(self.offset(part).saturating_add(within))
        })
    }

    fn offset(&self, part: &str) -> usize {
        part.as_ptr()
            .addr()
            .saturating_sub(self.start)
            .saturating_add(self.mark)
    }
}

/// The members of an object in order, repeated names too.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
