//! Bodies in JSON.

use wechat::Fields;
use wechat::fields::Defect;

use crate::{cost, shape};

pub(crate) fn target(data: &[u8]) {
    read(data);
    if let Some(body) = cost::grown(data, cost::LARGEST) {
        read(&body);
        read(&[b"{\"a\":[", body.as_slice(), b"1]}"].concat());
    }
}

/// What is read is an object, and written again it is read as the same.
fn read(body: &[u8]) {
    match cost::bounded(body.len(), || Fields::from_json(body)) {
        Err(error) => assert!(error.at <= body.len(), "{error}"),
        Ok(fields) => {
            shape::check(&fields, body.len());
            let written = serde_json::to_string(&fields).expect("fields are JSON");
            match Fields::from_json(written.as_bytes()) {
                Ok(again) => assert_eq!(again, fields),
                // A name that came twice is a list now, which is a value and a level more.
                Err(error) => assert!(
                    matches!(error.defect, Defect::TooDeep | Defect::TooMany),
                    "{error}"
                ),
            }
        }
    }
}
