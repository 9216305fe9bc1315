//! What is measured, step by step, on the message that a fan sends most: a short text.

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use fandesk_playbook::{Format as Written, Playbook};
use fandesk_shard::about::{About, Known};
use fandesk_shard::decide::decide;
use fandesk_shard::events::EventId;
use fandesk_shard::fan::Fan;
use fandesk_shard::intake::Arrival;
use fandesk_shard::{Channel, UnixMillis};
use wechat::{AesKey, Envelope, Fields, Format, Inbound, Keyring, Mode, Query, Reply, signature};

use crate::documents::Document;

/// Numbers of rules between which growth is looked at. A shard keeps documents up to
/// [`fandesk_playbook::MAX_DOCUMENT_BYTES`], which some 15,000 rules fill, so the last is beyond what can be published.
const RULES: [u32; 3] = [200, 5_000, 50_000];

const NOW: i64 = 1_700_000_000;
const TOKEN: &str = "kW3pT0xVb7RmQ2hN";
const APP_ID: &str = "wx0123456789abcdef";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const NONCE: &str = "1514711492";
const RANDOM: [u8; 16] = *b"0123456789abcdef";
const FAN: &str = "oX6f15mZk3rS0bq2c9wJd8Lh7TtY";
const ACCOUNT: &str = "gh_7f083739789a";

/// Told of each step by its name, with what runs it once.
pub(crate) type Visitor<'a> = dyn FnMut(&str, &mut dyn FnMut()) -> Result<(), Box<dyn Error>> + 'a;

/// Prepares the steps and hands each over, in the order in which a callback takes them.
pub(crate) fn each(visit: &mut Visitor<'_>) -> Result<(), Box<dyn Error>> {
    receiving(visit)?;
    for rules in RULES {
        deciding(rules, visit)?;
    }
    answering(visit)
}

/// From bytes to a message at its shard.
fn receiving(visit: &mut Visitor<'_>) -> Result<(), Box<dyn Error>> {
    let timestamp = NOW.to_string();
    let given = signature::sign(TOKEN, &timestamp, NONCE);
    visit("verify", &mut || {
        black_box(signature::verify(TOKEN, &timestamp, NONCE, &given));
    })?;

    let body = body("GO");
    let read = || -> Result<Inbound, Box<dyn Error>> {
        Ok(Inbound::from_fields(Fields::read(
            Format::Xml,
            body.as_bytes(),
        )?)?)
    };
    visit("parse", &mut || drop(black_box(read())))?;

    let key = AesKey::parse(AES_KEY)?;
    let encrypt = key.encrypt(RANDOM, body.as_bytes(), APP_ID);
    key.decrypt(&encrypt, APP_ID)?;
    visit("decrypt", &mut || {
        drop(black_box(key.decrypt(&encrypt, APP_ID)));
    })?;

    let plain = Keyring::new(APP_ID, Mode::Plain, vec![TOKEN.to_owned()], vec![])?;
    let query = format!("signature={given}&timestamp={timestamp}&nonce={NONCE}");
    let open_plain = || plain.open(&Query::parse(&query), body.as_bytes(), NOW);
    open_plain()?;
    visit("open plain", &mut || drop(black_box(open_plain())))?;

    let safe = Keyring::new(APP_ID, Mode::Safe, vec![TOKEN.to_owned()], vec![key])?;
    let msg_signature = signature::sign_encrypted(TOKEN, &timestamp, NONCE, &encrypt);
    let sealed_query = format!("{query}&encrypt_type=aes&msg_signature={msg_signature}");
    let sealed_body = format!(
        "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    );
    let open_safe = || safe.open(&Query::parse(&sealed_query), sealed_body.as_bytes(), NOW);
    open_safe()?;
    visit("open safe", &mut || drop(black_box(open_safe())))?;

    let inbound = read()?;
    let carry = || -> Result<Arrival, Box<dyn Error>> {
        let fields = serde_json::to_string(&inbound.fields)?;
        Ok(Arrival::read(inbound.message_key().to_string(), fields)?)
    };
    carry()?;
    visit("carry to shard", &mut || drop(black_box(carry())))
}

/// What the shard decides, for each kind of rule that may answer.
fn deciding(rules: u32, visit: &mut Visitor<'_>) -> Result<(), Box<dyn Error>> {
    let document = Document::of(rules);
    let playbook = Playbook::parse_unbounded(&document.toml, Written::Toml)
        .map_err(|mistake| mistake.to_string())?
        .playbook;
    let now = UnixMillis::from_seconds(NOW);
    let fan = Fan::new(Channel::WeChat, "5f1c0e6a9b7d4c32".to_owned(), now);
    for (kind, text) in &document.texts {
        let inbound = Inbound::from_fields(Fields::read(Format::Xml, body(text).as_bytes())?)?;
        visit(&format!("decide {rules} {kind}"), &mut || {
            let grace = Duration::from_secs(720 * 3600);
            drop(black_box(decide(
                &inbound,
                &fan,
                About {
                    tags: &[],
                    identity: Known::NotAsked,
                    event: EventId { shard: 0, seq: 1 },
                    desk_bears: false,
                },
                Some(&playbook),
                true,
                grace,
                now,
            )));
        })?;
    }
    Ok(())
}

/// From a reply to the bytes of the answer.
fn answering(visit: &mut Visitor<'_>) -> Result<(), Box<dyn Error>> {
    let reply = Reply::text("出发！拾光新品日每天 20:00 开始，记得来。");
    let envelope = Envelope {
        to: FAN,
        from: ACCOUNT,
        create_time: NOW,
    };
    visit("render", &mut || {
        drop(black_box(reply.render(Format::Xml, &envelope)));
    })?;

    let key = AesKey::parse(AES_KEY)?;
    let safe = Keyring::new(
        APP_ID,
        Mode::Safe,
        vec![TOKEN.to_owned()],
        vec![key.clone()],
    )?;
    let timestamp = NOW.to_string();
    let encrypt = key.encrypt(RANDOM, body("GO").as_bytes(), APP_ID);
    let query = format!(
        "signature={}&timestamp={timestamp}&nonce={NONCE}&msg_signature={}",
        signature::sign(TOKEN, &timestamp, NONCE),
        signature::sign_encrypted(TOKEN, &timestamp, NONCE, &encrypt),
    );
    let request = format!("<xml><Encrypt>{encrypt}</Encrypt></xml>");
    let sealing = safe
        .open(&Query::parse(&query), request.as_bytes(), NOW)?
        .sealing;
    let document = reply.render(Format::Xml, &envelope);
    visit("seal", &mut || {
        drop(black_box(
            safe.seal(&sealing, &document, NOW, NONCE, RANDOM),
        ));
    })
}

/// A text as WeChat sends it.
fn body(text: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>\n<FromUserName><![CDATA[{FAN}]]></FromUserName>\n\
         <CreateTime>{NOW}</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[{text}]]></Content>\n\
         <MsgId>24380921734018721</MsgId>\n</xml>"
    )
}
