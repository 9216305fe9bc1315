//! Safe and compatible mode, and the change of token and key.

use fandesk_e2e::deployment::{AES_KEY, TOKEN};
use fandesk_e2e::{Deployment, Message, Mode, Setup, Shared, WeChat, new_openid};

static SAFE: Shared = Shared::new(|| Setup::new(Mode::Safe).start());
static COMPATIBLE: Shared = Shared::new(|| Setup::new(Mode::Compatible).start());
static ROTATED: Shared = Shared::new(|| {
    Setup::new(Mode::Safe)
        .with("WECHAT_TOKEN_PREVIOUS", PREVIOUS_TOKEN)
        .with("WECHAT_AES_KEY_PREVIOUS", PREVIOUS_KEY)
        .start()
});

const PREVIOUS_TOKEN: &str = "e2e-previous-token";
const PREVIOUS_KEY: &str = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba";
const FOREIGN_KEY: &str = "0000000000000000000000000000000000000000000";

/// What is refused has to leave nothing.
#[track_caller]
fn assert_refused(
    desk: &Deployment,
    status: u16,
    send: impl FnOnce(&WeChat, &str) -> fandesk_e2e::Answer,
) {
    let openid = new_openid();
    send(&desk.wechat(), &openid).expect(status);
    assert!(desk.api().events_of(&openid).is_empty());
}

fn go(openid: &str) -> String {
    Message::text(openid, "GO").xml()
}

#[test]
fn in_safe_mode_the_answer_is_encrypted_and_signed() {
    let desk = SAFE.lend();
    let answer = desk.wechat().call(&go(&new_openid())).send();
    assert!(!answer.body.contains("出发"));
    assert!(desk.wechat().text(&answer).contains("出发"));
}

#[test]
fn in_safe_mode_success_is_not_encrypted() {
    let desk = SAFE.lend();
    let answer = desk
        .wechat()
        .send(&Message::event(&new_openid(), "unsubscribe"))
        .expect(200);
    assert_eq!(answer.body, "success");
}

#[test]
fn in_safe_mode_a_json_body_gets_an_encrypted_json_answer() {
    let desk = SAFE.lend();
    let answer = desk
        .wechat()
        .call(&Message::text(&new_openid(), "GO").json())
        .send();
    assert!(answer.json()["Encrypt"].is_string());
    assert!(desk.wechat().text(&answer).contains("出发"));
}

#[test]
fn in_safe_mode_a_retry_gets_the_same_document_inside() {
    let desk = SAFE.lend();
    let call = desk.wechat().call(&go(&new_openid()));
    let (first, second) = (call.send(), call.send());
    assert_eq!(desk.wechat().open(&first), desk.wechat().open(&second));
}

#[test]
fn what_was_encrypted_for_another_account_is_refused() {
    assert_refused(&SAFE.lend(), 400, |wechat, openid| {
        wechat
            .clone()
            .with_app_id("wx0000000000000000")
            .call(&go(openid))
            .send()
    });
}

#[test]
fn what_no_known_key_decrypts_is_refused() {
    assert_refused(&SAFE.lend(), 400, |wechat, openid| {
        wechat
            .clone()
            .with_key(FOREIGN_KEY)
            .call(&go(openid))
            .send()
    });
}

#[test]
fn in_safe_mode_a_body_without_encrypt_is_refused() {
    assert_refused(&SAFE.lend(), 400, |wechat, openid| {
        wechat.call_with_body(go(openid)).send()
    });
}

#[test]
fn a_forged_msg_signature_is_refused() {
    assert_refused(&SAFE.lend(), 401, |wechat, openid| {
        wechat
            .call(&go(openid))
            .query("msg_signature", &"0".repeat(40))
            .send()
    });
}

#[test]
fn a_missing_msg_signature_is_refused() {
    assert_refused(&SAFE.lend(), 401, |wechat, openid| {
        wechat.call(&go(openid)).without("msg_signature").send()
    });
}

#[test]
fn in_safe_mode_the_plain_signature_is_checked_too() {
    assert_refused(&SAFE.lend(), 401, |wechat, openid| {
        wechat
            .call(&go(openid))
            .query("signature", &"0".repeat(40))
            .send()
    });
}

#[test]
fn another_ciphertext_under_the_same_signatures_is_refused() {
    assert_refused(&SAFE.lend(), 401, |wechat, openid| {
        let other = wechat.call(&go(&new_openid()));
        let theirs = wechat.call(&go(openid)).without("msg_signature");
        // Both are genuine, and so is the msg_signature, but of the other one.
        theirs
            .query("msg_signature", other.parameter("msg_signature"))
            .send()
    });
}

#[test]
fn what_is_malformed_inside_the_encryption_is_refused() {
    assert_refused(&SAFE.lend(), 400, |wechat, openid| {
        wechat.call(&go(openid).replace("</MsgType>", "")).send()
    });
}

#[test]
fn in_safe_mode_the_verification_gets_its_echostr_back() {
    assert_eq!(
        SAFE.lend()
            .wechat()
            .verification("42")
            .get()
            .expect(200)
            .body,
        "42"
    );
}

#[test]
fn in_compatible_mode_the_answer_is_plain() {
    let desk = COMPATIBLE.lend();
    let answer = desk.wechat().call(&go(&new_openid())).send().expect(200);
    assert!(answer.body.contains("出发"));
}

#[test]
fn in_compatible_mode_only_the_encrypted_fields_count() {
    let desk = COMPATIBLE.lend();
    let (fan, victim) = (new_openid(), new_openid());
    let call = desk.wechat().call(&go(&fan));
    let forged = call
        .body_text()
        .replace(&fan, &victim)
        .replacen("GO", "人工", 1);
    let answer = call.body(forged).send();
    assert!(desk.wechat().text(&answer).contains("出发"));
    assert_eq!(desk.api().events_of(&fan)[0]["payload"]["Content"], "GO");
    assert!(desk.api().events_of(&victim).is_empty());
}

#[test]
fn in_compatible_mode_a_body_without_encrypt_is_refused() {
    assert_refused(&COMPATIBLE.lend(), 400, |wechat, openid| {
        wechat.call_with_body(go(openid)).send()
    });
}

#[test]
fn the_current_pair_is_answered_with_the_current_pair() {
    let desk = ROTATED.lend();
    let wechat = desk.wechat();
    assert!(
        wechat
            .text(&wechat.call(&go(&new_openid())).send())
            .contains("出发")
    );
}

#[test]
fn the_previous_pair_is_answered_with_the_previous_pair() {
    let wechat = ROTATED
        .lend()
        .wechat()
        .with_token(PREVIOUS_TOKEN)
        .with_key(PREVIOUS_KEY);
    assert!(
        wechat
            .text(&wechat.call(&go(&new_openid())).send())
            .contains("出发")
    );
}

#[test]
fn a_new_token_with_the_previous_key_is_answered_with_just_those() {
    let wechat = ROTATED.lend().wechat().with_key(PREVIOUS_KEY);
    assert!(
        wechat
            .text(&wechat.call(&go(&new_openid())).send())
            .contains("出发")
    );
}

#[test]
fn a_token_that_was_never_configured_is_refused() {
    assert_refused(&ROTATED.lend(), 401, |wechat, openid| {
        wechat
            .clone()
            .with_token("guessed")
            .call(&go(openid))
            .send()
    });
}

#[test]
fn a_retry_that_meets_the_new_pair_gets_the_answer_that_the_old_pair_got() {
    let mut desk = Setup::new(Mode::Safe)
        .with("WECHAT_TOKEN", PREVIOUS_TOKEN)
        .with("WECHAT_AES_KEY", PREVIOUS_KEY)
        .start();
    let wechat = desk
        .wechat()
        .with_token(PREVIOUS_TOKEN)
        .with_key(PREVIOUS_KEY);
    let call = wechat.call(&go(&new_openid()));
    let before = wechat.open(&call.send());
    desk.stop();
    desk.set("WECHAT_TOKEN", TOKEN);
    desk.set("WECHAT_AES_KEY", AES_KEY);
    desk.set("WECHAT_TOKEN_PREVIOUS", PREVIOUS_TOKEN);
    desk.set("WECHAT_AES_KEY_PREVIOUS", PREVIOUS_KEY);
    desk.start();
    assert_eq!(wechat.open(&call.send()), before);
}
