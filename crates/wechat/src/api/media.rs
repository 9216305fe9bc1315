//! Files: pictures, voices and videos that messages carry, kept by WeChat for three days.

use super::answer::{Answer, CallFailure, Response};
use super::invalid::{CallDefect, InvalidCall, filled, range};
use super::json::{answers, field};
use super::multipart::File;
use super::{Call, Request};

/// Bytes of the largest file that WeChat gives back, a video.
pub const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;

/// Bytes of a picture for the text of an article.
pub const MAX_ARTICLE_IMAGE_BYTES: usize = 1024 * 1024;

/// Kinds of temporary files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PNG, JPEG or GIF, up to 10 MB.
    Image,
    /// AMR or MP3, up to 2 MB and 60 s.
    Voice,
    /// MP4, up to 10 MB.
    Video,
    /// JPEG, up to 64 KB: the cover of a video or of music.
    Thumb,
}

impl Kind {
    /// WeChat's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Image => "image",
            Kind::Voice => "voice",
            Kind::Video => "video",
            Kind::Thumb => "thumb",
        }
    }

    /// Bytes that WeChat takes.
    pub fn max_bytes(self) -> usize {
        match self {
            Kind::Image | Kind::Video => 10 * 1024 * 1024,
            Kind::Voice => 2 * 1024 * 1024,
            Kind::Thumb => 64 * 1024,
        }
    }

    /// Endings of names that WeChat takes, in lower case.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Kind::Image => &["png", "jpg", "jpeg", "gif"],
            Kind::Voice => &["amr", "mp3"],
            Kind::Video => &["mp4"],
            Kind::Thumb => &["jpg", "jpeg"],
        }
    }
}

/// Gives WeChat a file, good for three days.
///
/// Limits: 100,000 a day; image 10 MB, voice 2 MB and 60 s, video 10 MB, thumb 64 KB.
///
/// ```
/// use wechat::api::File;
/// use wechat::api::media::{self, Kind};
///
/// let picture = File { name: "cat.png", content_type: "image/png", bytes: b"\x89PNG" };
/// let request = media::upload(Kind::Image, &picture)?;
/// assert_eq!(request.query, [("type", "image".to_owned())]);
///
/// let note = File { name: "note.txt", content_type: "text/plain", bytes: b"hi" };
/// assert_eq!(
///     media::upload(Kind::Image, &note).unwrap_err().to_string(),
///     "media.filename: its ending is none of those that this kind of file has",
/// );
/// # Ok::<(), wechat::api::InvalidCall>(())
/// ```
///
/// # Errors
/// A file that is empty, too large or of another kind, by its name.
pub fn upload(kind: Kind, file: &File<'_>) -> Result<Request<Uploaded>, InvalidCall> {
    check(file, kind.max_bytes(), kind.extensions())?;
    let call = Call::upload("/cgi-bin/media/upload", file, None);
    Ok(Request::of(call.with("type", kind.as_str())))
}

/// Asks for a file that a fan sent, or that was uploaded, within three days.
///
/// # Errors
/// No media id.
pub fn get(media_id: &str) -> Result<Request<Media>, InvalidCall> {
    filled("media_id", media_id)?;
    let call = Call::get("/cgi-bin/media/get").with("media_id", media_id);
    Ok(Request::of(large(call)))
}

/// Asks for a voice recorded in a page (JS-SDK), as speex of 16 kHz, better than the AMR of [`get`].
///
/// # Errors
/// No media id.
pub fn get_jssdk(media_id: &str) -> Result<Request<Media>, InvalidCall> {
    filled("media_id", media_id)?;
    let call = Call::get("/cgi-bin/media/get/jssdk").with("media_id", media_id);
    Ok(Request::of(large(call)))
}

/// Gives WeChat a picture for the text of an article, kept for ever and counted nowhere.
///
/// Limits: JPEG or PNG, 1 MB.
///
/// # Errors
/// A file that is empty, too large or of another kind, by its name.
pub fn upload_article_image(file: &File<'_>) -> Result<Request<ArticleImage>, InvalidCall> {
    check(file, MAX_ARTICLE_IMAGE_BYTES, &["jpg", "jpeg", "png"])?;
    Ok(Request::of(Call::upload(
        "/cgi-bin/media/uploadimg",
        file,
        None,
    )))
}

fn large(mut call: Call) -> Call {
    call.max_answer = MAX_FILE_BYTES;
    call
}

fn check(file: &File<'_>, limit: usize, extensions: &[&str]) -> Result<(), InvalidCall> {
    let bytes = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    range("media.filelength", bytes, 1, limit)?;
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending);
    let known = |ending: &str| extensions.contains(&ending.to_ascii_lowercase().as_str());
    if ending.is_some_and(known) {
        Ok(())
    } else {
        let words = "its ending is none of those that this kind of file has";
        Err(CallDefect::Not(words).of("media.filename"))
    }
}

/// What was asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum Media {
    /// The file.
    File {
        /// Such as `image/jpeg`.
        content_type: Option<String>,
        /// The content.
        bytes: Vec<u8>,
    },
    /// Where a video is fetched from.
    Video {
        /// Good for a short time.
        video_url: String,
    },
}

impl std::fmt::Debug for Media {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Media::File { bytes, .. } => write!(formatter, "File of {} bytes", bytes.len()),
            Media::Video { .. } => formatter.write_str("Video"),
        }
    }
}

impl Answer for Media {
    /// Errors and addresses of videos come as JSON, with 200 and any content type; no picture, voice or video begins with `{`.
    fn read(response: Response) -> Result<Self, CallFailure> {
        response.check_status()?;
        if response.body.first() != Some(&b'{') {
            return match response.body.is_empty() {
                true => Err(CallFailure::NotJson { line: 1, column: 0 }),
                false => Ok(Media::File {
                    content_type: response.content_type,
                    bytes: response.body,
                }),
            };
        }
        let mut members = response.into_json()?;
        Ok(Media::Video {
            video_url: field(&mut members, "video_url")?,
        })
    }
}

/// A file was given to WeChat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Its name in messages.
    pub media_id: String,
    /// In seconds since 1970; it is good for three days from then.
    pub created_at: u64,
}

impl Answer for Uploaded {
    fn read(response: Response) -> Result<Self, CallFailure> {
        let mut members = response.into_json()?;
        // Thumbs have a field of their own.
        let media_id = match field(&mut members, "thumb_media_id")? {
            Some(media_id) => media_id,
            None => field(&mut members, "media_id")?,
        };
        Ok(Uploaded {
            media_id,
            created_at: field(&mut members, "created_at")?,
        })
    }
}

answers! {
    /// A picture was given to WeChat.
    pub struct ArticleImage {
        /// Its address, for the text of articles only.
        pub url: String,
    }
}
