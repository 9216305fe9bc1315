//! The operator is told what is wrong, once, and that it is over.

use std::time::Duration;

use fandesk_e2e::deployment::APP_ID;
use fandesk_e2e::simulator::{SEND, TOKEN};
use fandesk_e2e::stub::{Asked, Reply};
use fandesk_e2e::wait::within;
use fandesk_e2e::{Deployment, Mode, Setup, Stub, eventually};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

const SECRET: &str = "e2e-ops-secret";

/// The smallest playbook with these lines below `[alerts]`.
fn playbook(alerts: &str) -> String {
    format!(
        "default = {{ text = \"?\" }}\n[[rule]]\nexact = [\"card\"]\n[rule.reply.miniprogrampage]\ntitle = \"a\"\n\
         appid = \"wx1\"\npagepath = \"p\"\nthumb_media_id = \"THUMB\"\n[alerts]\n{alerts}\n"
    )
}

fn deployment() -> Deployment {
    let deployment = Setup::new(Mode::Safe)
        .without_demo()
        .with("FANDESK_SECRET_OPS", SECRET)
        .start();
    deployment.simulator().make_media_known("THUMB", "thumb");
    deployment
}

/// The ids of what rings.
fn ringing(deployment: &Deployment) -> Vec<String> {
    let items = deployment.api().get("/alerts").expect(200).json();
    let items = items["items"].as_array().unwrap().clone();
    let id = |item: Value| item["id"].as_str().unwrap().to_owned();
    items.into_iter().map(id).collect()
}

/// The signature that `docs/operations.md` describes.
fn signature(asked: &Asked) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(asked.header("x-fandesk-timestamp").as_bytes());
    mac.update(b".");
    mac.update(asked.body.as_bytes());
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// What the webhook was told, one a line: `ringing failed_jobs`.
fn told(stub: &Stub) -> Vec<String> {
    let alerts = |asked: Asked| asked.json()["alerts"].as_array().unwrap().clone();
    let words = |alert: Value| {
        let word = |field: &str| alert[field].as_str().unwrap().to_owned();
        format!("{} {}", word("state"), word("id"))
    };
    stub.asked()
        .into_iter()
        .flat_map(alerts)
        .map(words)
        .collect()
}

#[test]
fn an_unlisted_address_is_told_by_name_signed_once_and_when_it_is_over() {
    let deployment = deployment();
    let hook = Stub::start(|_, _| Reply::Body(String::new()));
    let alerts = format!("url = \"{}/hook\"\nsecret = \"OPS\"", hook.url());
    deployment.api().publish(&playbook(&alerts)).expect(200);
    assert_eq!(ringing(&deployment), [""; 0]);

    deployment.simulator().refuse(TOKEN, 40164, 1_000);
    let fan = deployment.fan();
    fan.say("card");
    eventually("the address rings", || {
        (ringing(&deployment) == ["address_not_listed"]).then_some(())
    });
    eventually("the webhook is told", || {
        (told(&hook) == ["ringing address_not_listed"]).then_some(())
    });
    let asked = hook.asked().remove(0);
    let body = asked.json();
    assert_eq!(body["account"], APP_ID);
    let message = body["alerts"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("40164") && message.contains("IP 白名单"),
        "{message}"
    );
    assert!(
        !asked.body.contains(fan.openid()),
        "nothing personal is told"
    );
    assert_eq!(asked.header("x-fandesk-signature"), signature(&asked));

    // Looked at again and again, it is not told again.
    (0..5).for_each(|_| drop(ringing(&deployment)));
    assert_eq!(told(&hook).len(), 1);

    deployment.simulator().mend(TOKEN);
    let over = within(Duration::from_secs(150), || {
        ringing(&deployment);
        told(&hook)
            .into_iter()
            .find(|words| words == "over address_not_listed")
    });
    assert!(over.is_some(), "{:?}", told(&hook));
    assert_eq!(ringing(&deployment), [""; 0]);
    eventually("what waited is sent", || {
        (deployment.simulator().service_messages(fan.openid()) == 1).then_some(())
    });
}

#[test]
fn failed_jobs_and_a_full_database_ring_and_a_webhook_that_fails_is_told_again_without_harm() {
    let deployment = deployment();
    // Refuses twice, as a redirect that nobody follows.
    let hook = Stub::start(|nth, _| match nth {
        0 | 1 => Reply::Redirect("http://127.0.0.1:9/".to_owned()),
        _ => Reply::Body("{}".to_owned()),
    });
    let alerts = format!(
        "url = \"{}/hook\"\nfailed_jobs = 1\nd1_megabytes = 1",
        hook.url()
    );
    deployment.api().publish(&playbook(&alerts)).expect(200);
    let fan = deployment.fan();
    deployment.simulator().refuse(SEND, 43004, 1);
    fan.say("card");
    eventually("the dead job rings", || {
        ringing(&deployment)
            .contains(&"failed_jobs".to_owned())
            .then_some(())
    });
    for _ in 0..8 {
        fan.say(&"汉".repeat(60_000));
    }
    eventually("the database rings", || {
        ringing(&deployment)
            .contains(&"d1_size:LEDGER".to_owned())
            .then_some(())
    });
    eventually("the webhook takes both in the end", || {
        ringing(&deployment);
        let told = told(&hook);
        (hook.asked().len() > 2 && told.iter().any(|words| words == "ringing d1_size:LEDGER"))
            .then_some(())
    });
    assert!(
        hook.asked().len() >= 3,
        "two refusals and at least one that was taken"
    );
    let taken: Vec<String> = told(&hook);
    assert!(
        taken.iter().any(|words| words == "ringing failed_jobs"),
        "{taken:?}"
    );
    assert_eq!(fan.say("hello").text(), "?");
}

#[test]
fn without_a_webhook_what_rings_is_listed() {
    let deployment = deployment();
    deployment
        .api()
        .publish(&playbook("failed_jobs = 1"))
        .expect(200);
    deployment.simulator().refuse(SEND, 43004, 1);
    deployment.fan().say("card");
    let alert = eventually("the dead job rings", || {
        let page = deployment.api().get("/alerts").expect(200).json();
        page["items"].get(0).cloned()
    });
    assert_eq!(alert["kind"], "failed_jobs");
    assert_eq!(
        (&alert["about"], &alert["told_at"]),
        (&Value::Null, &Value::Null)
    );
    assert!(alert["since"].is_i64());
    deployment.api().without_token().get("/alerts").expect(401);
    deployment.api().post("/alerts", &Value::Null).expect(405);
}
