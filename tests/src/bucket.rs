//! The objects in a deployment's bucket, unpacked.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::databases::{Databases, files};

/// The text of every object, by key.
pub(crate) fn objects(state: &Path) -> Vec<(String, String)> {
    let databases = Databases::below(state);
    let Some(bucket) = databases.with("_mf_objects").next() else {
        return Vec::new();
    };
    let blobs = files(state);
    let mut statement = bucket
        .prepare("SELECT key, blob_id FROM _mf_objects ORDER BY key")
        .unwrap();
    let named = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    named
        .unwrap()
        .map(Result::unwrap)
        .map(|(key, blob): (String, String)| {
            let packed = blobs.iter().find(|path| path.ends_with(&blob));
            (key, unpack(packed.expect("an object has bytes")))
        })
        .collect()
}

fn unpack(path: &PathBuf) -> String {
    let gzip = Command::new("gzip")
        .arg("-dc")
        .stdin(std::fs::File::open(path).unwrap())
        .output();
    let output = gzip.expect("gzip is there");
    assert!(output.status.success(), "{}", path.display());
    String::from_utf8(output.stdout).unwrap()
}
