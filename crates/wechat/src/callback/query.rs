//! The parameters of a request.

use std::borrow::Cow;

/// The parameters that WeChat sends with a callback. All come from outside and mean nothing before they are
/// verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Query {
    /// Over token, timestamp and nonce.
    pub signature: Option<String>,
    /// Seconds since 1970, as text, since the text is what is signed.
    pub timestamp: Option<String>,
    /// Chosen by WeChat.
    pub nonce: Option<String>,
    /// Over token, timestamp, nonce and the encrypted text.
    pub msg_signature: Option<String>,
    /// To be given back when the URL is verified.
    pub echostr: Option<String>,
    /// `aes` in compatible and safe mode. Not relied on: the configured mode counts.
    pub encrypt_type: Option<String>,
    /// The fan, in plain sight. Not signed, so not relied on.
    pub openid: Option<String>,
}

impl Query {
    /// Reads what follows the `?` of a URL (a leading `?` may be there).
    ///
    /// Names and values are form-encoded: `%XX` is a byte, `+` a space. A `%` without two hexadecimal digits
    /// stays, bytes that are not UTF-8 become U+FFFD (no signature is over those). The first of several
    /// parameters of one name wins; others are ignored.
    pub fn parse(query: &str) -> Query {
        let mut parsed = Query::default();
        for pair in query.strip_prefix('?').unwrap_or(query).split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if let Some(parameter) = parsed.parameter(&decode(name)) {
                parameter.get_or_insert_with(|| decode(value).into_owned());
            }
        }
        parsed
    }

    fn parameter(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "signature" => &mut self.signature,
            "timestamp" => &mut self.timestamp,
            "nonce" => &mut self.nonce,
            "msg_signature" => &mut self.msg_signature,
            "echostr" => &mut self.echostr,
            "encrypt_type" => &mut self.encrypt_type,
            "openid" => &mut self.openid,
            _ => return None,
        })
    }
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'+', _) => (b' ', after),
            (b'%', [high, low, beyond @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, beyond),
                _ => (b'%', after),
            },
            (byte, _) => (*byte, after),
        };
        bytes.push(byte);
        rest = after;
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn digit(character: u8) -> Option<u8> {
    char::from(character)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}
