//! Files in forms, as the platform takes uploads.

use sha1::{Digest, Sha1};

use crate::signature::hex;

/// A file that is uploaded. `Debug` shows no content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// With its extension: WeChat judges the kind by it. Characters that would end the form's field are replaced.
    pub name: &'a str,
    /// Such as `image/jpeg`.
    pub content_type: &'a str,
    /// The content.
    pub bytes: &'a [u8],
}

impl std::fmt::Debug for File<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("File")
            .field("content_type", &self.content_type)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// The form with the file as `media`, and its content type. `beside` is a text field before it.
pub(super) fn form(file: &File<'_>, beside: Option<(&str, &str)>) -> (String, Vec<u8>) {
    // No file contains its own hash, so the boundary needs no randomness.
    let boundary = format!("wechat-{}", hex(&Sha1::digest(file.bytes)));
    let mut form = Vec::new();
    if let Some((name, value)) = beside {
        form.extend_from_slice(
            format!(
                "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .as_bytes(),
        );
    }
    let (name, length, kind) = (plain(file.name), file.bytes.len(), plain(file.content_type));
    form.extend_from_slice(
        format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"media\"; filename=\"{name}\"; filelength={length}\r\n\
             content-type: {kind}\r\n\r\n"
        )
        .as_bytes(),
    );
    form.extend_from_slice(file.bytes);
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), form)
}

/// Without what would end a quoted word or a line of a head.
fn plain(text: &str) -> String {
    text.replace(
        |character: char| character == '"' || character.is_control(),
        "_",
    )
}
