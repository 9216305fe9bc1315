//! Signatures and encryption: what opens was sealed with the key, and nothing else opens.

use wechat::signature::{sign, sign_encrypted};
use wechat::{AesKey, Fields, Format, Keyring, Mode, Query};

use crate::cost;

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const OTHER_KEY: &str = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba";
const APP: &str = "wx0123456789abcdef";
const TOKEN: &str = "token";
const TIMESTAMP: &str = "1700000000";
const NOW: i64 = 1_700_000_000;
const NONCE: &str = "n";

pub(crate) fn target(data: &[u8]) {
    keys(data);
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        forged(mode, data);
    }
    plain(data);
    raw_ciphertext(data);
    sealed(data);
    if let Some(message) = cost::grown(data, cost::LARGEST) {
        sealed(&message);
    }
}

fn key() -> AesKey {
    AesKey::parse(KEY).expect("a key")
}

fn keyring(mode: Mode) -> Keyring {
    Keyring::new(APP, mode, vec![TOKEN.to_owned()], vec![key()]).expect("a keyring")
}

fn signed(encrypt: Option<&str>) -> String {
    let signature = sign(TOKEN, TIMESTAMP, NONCE);
    let query = format!("signature={signature}&timestamp={TIMESTAMP}&nonce={NONCE}");
    match encrypt {
        None => query,
        Some(encrypt) => format!(
            "{query}&encrypt_type=aes&msg_signature={}",
            sign_encrypted(TOKEN, TIMESTAMP, NONCE, encrypt)
        ),
    }
}

/// A text of 43 characters of base64 is a key, and no other.
fn keys(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let fits = text.len() == 43
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    assert_eq!(AesKey::parse(&text).is_ok(), fits);
}

/// Without the token nothing opens, and the body is not looked at.
fn forged(mode: Mode, data: &[u8]) {
    let keyring = keyring(mode);
    let query = String::from_utf8_lossy(data);
    let parsed = Query::parse(&query);
    if keyring
        .open(&parsed, data, NOW)
        .is_err_and(|refusal| refusal.status() == 401)
    {
        return;
    }
    // It got past the signature, so it has the one that the token makes.
    let (timestamp, nonce) = (
        parsed.timestamp.unwrap_or_default(),
        parsed.nonce.unwrap_or_default(),
    );
    assert_eq!(
        parsed.signature.unwrap_or_default(),
        sign(TOKEN, &timestamp, &nonce)
    );
}

/// A signed body is what its fields say, or refused with 400.
fn plain(data: &[u8]) {
    let opened = cost::bounded(data.len(), || {
        keyring(Mode::Plain).open(&Query::parse(&signed(None)), data, NOW)
    });
    match opened {
        Err(refusal) => assert_eq!(refusal.status(), 400, "{refusal}"),
        Ok(opened) => {
            assert_eq!(opened.format, Format::of(data));
            assert_eq!(Ok(opened.inbound.fields), Fields::read(opened.format, data));
        }
    }
}

/// Whatever stands in Encrypt, signed or not, is opened only when the key made it.
fn raw_ciphertext(data: &[u8]) {
    let encrypt = String::from_utf8_lossy(data);
    if let Ok(message) = key().decrypt(&encrypt, APP) {
        // The random bytes cannot be known, so what is compared is that the other key does not open it.
        let other = AesKey::parse(OTHER_KEY).expect("a key");
        assert_ne!(other.decrypt(&encrypt, APP), Ok(message));
    }
    let body = serde_json::json!({ "Encrypt": encrypt }).to_string();
    let open = |query: &str| keyring(Mode::Safe).open(&Query::parse(query), body.as_bytes(), NOW);
    if let Err(refusal) = open(&signed(Some(&encrypt))) {
        assert_eq!(refusal.status(), 400, "{refusal}");
    }
    assert!(open(&signed(None)).is_err_and(|refusal| refusal.status() == 401));
}

/// What the platform seals is opened whole; changed by a character it is refused; the answer can be opened by the platform.
fn sealed(message: &[u8]) {
    let random = [0x5a; 16];
    let encrypt = key().encrypt(random, message, APP);
    assert_eq!(key().decrypt(&encrypt, APP).as_deref(), Ok(message));
    assert!(key().decrypt(&encrypt, "wx_another").is_err());

    let keyring = keyring(Mode::Safe);
    let body =
        format!("<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
    let query = Query::parse(&signed(Some(&encrypt)));
    let opened = cost::bounded(body.len(), || keyring.open(&query, body.as_bytes(), NOW));

    let place = body.find(&encrypt).expect("it is there") + message.len() % encrypt.len();
    let mut changed = body.clone().into_bytes();
    changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
    assert!(
        keyring
            .open(&query, &changed, NOW)
            .is_err_and(|refusal| refusal.status() == 401)
    );

    match opened {
        Err(refusal) => assert_eq!(refusal.status(), 400, "{refusal}"),
        Ok(opened) => {
            assert_eq!(
                Ok(opened.inbound.fields),
                Fields::read(Format::of(message), message)
            );
            let document = String::from_utf8_lossy(message);
            let answer = keyring.seal(&opened.sealing, &document, NOW, NONCE, random);
            let fields = Fields::from_xml(answer.as_bytes()).expect("an envelope");
            let inside = fields.text("Encrypt").expect("encrypted");
            assert_eq!(
                fields.text("MsgSignature"),
                Some(&*sign_encrypted(TOKEN, TIMESTAMP, NONCE, inside))
            );
            assert_eq!(
                key().decrypt(inside, APP).as_deref(),
                Ok(document.as_bytes())
            );
        }
    }
}
