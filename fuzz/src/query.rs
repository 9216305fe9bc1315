//! Query strings.

use std::fmt::Write as _;

use wechat::Query;

use crate::cost;

pub(crate) fn target(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    read(&text);
    read(&format!("signature={text}&timestamp={text}&echostr={text}"));
    if let Some(long) = cost::grown(data, cost::LARGEST) {
        read(&String::from_utf8_lossy(&long));
    }
}

/// What is read, and encoded again, is read as the same.
fn read(query: &str) {
    let parsed = cost::bounded(query.len(), || Query::parse(query));
    let mut written = String::from("?");
    let parameters = [
        ("signature", &parsed.signature),
        ("timestamp", &parsed.timestamp),
        ("nonce", &parsed.nonce),
        ("msg_signature", &parsed.msg_signature),
        ("echostr", &parsed.echostr),
        ("encrypt_type", &parsed.encrypt_type),
        ("openid", &parsed.openid),
    ];
    for (name, value) in parameters {
        let Some(value) = value else { continue };
        // U+FFFD, which stands for a byte that is none of UTF-8, is three.
        assert!(value.len() <= 3 * query.len(), "{name} grew");
        written.extend([name, "="]);
        for byte in value.bytes() {
            let _ = write!(written, "%{byte:02X}");
        }
        written.push('&');
    }
    assert_eq!(Query::parse(&written), parsed);
}
