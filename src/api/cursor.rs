//! Cursors: where a list goes on. Opaque outside, so their form may change: a record in hexadecimal.

use super::Result;
use super::error::ApiError;
use crate::record::Record;

/// Writes a place as text for a URL.
pub(crate) fn write(place: &Record) -> String {
    place
        .write()
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Reads what [`write()`] wrote.
pub(crate) fn read(text: &str) -> Result<Record> {
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            std::str::from_utf8(pair)
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| Record::read(&text).ok())
        .ok_or_else(wrong)
}

/// Not a cursor, or one of another list.
pub(crate) fn wrong() -> ApiError {
    ApiError::parameter("after", "this is no cursor of this list")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let place = Record::new().with(1).with("二");
        assert_eq!(read(&write(&place)).unwrap(), place);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["x", "zz", "7b", "汉字"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
