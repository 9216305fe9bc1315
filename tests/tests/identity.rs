//! A fan proves to a business system who they are, and only then is shown what is theirs.

use fandesk_e2e::stub::{Asked, Reply};
use fandesk_e2e::wait::eventually;
use fandesk_e2e::{Deployment, Fan, Mode, Setup, Stub};
use serde_json::{Value, json};

/// A deployment that asks this business system.
fn desk(stub: &Stub) -> Deployment {
    let desk = Setup::new(Mode::Plain).without_demo().start();
    let url = stub.url();
    let playbook = format!(
        r#"
        default = {{ text = "?" }}

        [identity]
        pattern = '^绑定\s*(?P<phone>1[0-9]{{10}})\s*(?P<code>[0-9]{{4,8}})$'
        reply = {{ text = "正在核对" }}
        answer = {{ text = "已绑定：{{result.name}}" }}
        sorry = {{ text = "未能绑定：{{result.reason}}" }}
        ask = {{ text = "请先绑定" }}
        unbound = {{ text = "已解绑" }}
        request = {{ url = "{url}/bind", secret = "DEMO" }}

        [[intent]]
        name = "policy"
        pattern = '^我的保单$'
        identity = true
        reply = {{ text = "正在查询" }}
        answer = {{ text = "保单 {{result.policy}}" }}
        sorry = {{ text = "暂时查不到" }}
        request = {{ url = "{url}/policy", secret = "DEMO", attempts = 2 }}
        "#
    );
    desk.api().publish(&playbook).expect(200);
    desk
}

/// A business system with one customer, whose code is 4711, until it was asked three times.
fn business() -> Stub {
    Stub::start(|number, asked| {
        let answer = match (asked.target.as_str(), asked.json()) {
            ("/bind", body) if body["captures"]["code"] == "4711" => {
                json!({ "identity": "customer-77", "name": "美" })
            }
            ("/bind", _) => json!({ "reason": "验证码有误" }),
            (_, body) if body["identity"] == "customer-77" && number < 3 => {
                json!({ "policy": "P-1" })
            }
            _ => json!({ "identity_refused": true, "policy": "P-2" }),
        };
        Reply::Body(answer.to_string())
    })
}

fn last(stub: &Stub) -> Asked {
    stub.asked().pop().unwrap()
}

fn shown(desk: &Deployment, fan: &Fan) -> (Value, bool) {
    let shown = desk.api().fan(fan.openid());
    assert!(!shown.to_string().contains("customer-77"), "{shown}");
    (shown["bound"].clone(), shown["bound_at"].is_i64())
}

#[test]
fn a_fan_binds_sees_what_is_theirs_unbinds_and_is_asked_to_bind() {
    let stub = business();
    let desk = desk(&stub);
    let fan = desk.fan();
    assert_eq!(fan.say("我的保单").text(), "请先绑定");
    assert!(stub.asked().is_empty());
    assert_eq!(shown(&desk, &fan), (json!(false), false));

    assert_eq!(fan.say("绑定 13800138000 0000").text(), "正在核对");
    fan.gets("未能绑定：验证码有误");
    assert_eq!(shown(&desk, &fan), (json!(false), false));

    fan.say("绑定 13800138000 4711");
    fan.gets("已绑定：美");
    let asked = last(&stub);
    let body = asked.json();
    assert_eq!(body["intent"], "identity");
    assert_eq!(body["captures"]["phone"], "13800138000");
    assert_eq!(body["openid"], fan.openid());
    assert!(!asked.header("x-fandesk-signature").is_empty());
    assert_eq!(shown(&desk, &fan), (json!(true), true));

    assert_eq!(fan.say("我的保单").text(), "正在查询");
    fan.gets("保单 P-1");
    let body = last(&stub).json();
    assert_eq!(
        (&body["intent"], &body["identity"]),
        (&json!("policy"), &json!("customer-77"))
    );

    assert_eq!(fan.say("解绑").text(), "已解绑");
    assert_eq!(shown(&desk, &fan), (json!(false), false));
    assert_eq!(fan.say("我的保单").text(), "请先绑定");
    assert_eq!(stub.asked().len(), 3);
}

#[test]
fn a_binding_that_the_business_system_refuses_is_over() {
    let stub = business();
    let desk = desk(&stub);
    let fan = desk.fan();
    fan.say("绑定 13800138000 4711");
    fan.gets("已绑定");
    fan.say("我的保单");
    fan.gets("保单 P-1");
    fan.say("我的保单");
    // Its third question was still answered; the next is refused.
    eventually("the third look-up", || {
        (stub.asked().len() == 3).then_some(())
    });
    fan.say("我的保单");
    fan.gets("请先绑定");
    assert!(
        !fan.service_messages()
            .iter()
            .any(|text| text.contains("P-2"))
    );
    assert_eq!(shown(&desk, &fan), (json!(false), false));
}

#[test]
fn who_leaves_and_comes_back_is_nobody() {
    let stub = business();
    let desk = desk(&stub);
    let fan = desk.fan();
    fan.follow();
    fan.say("绑定 13800138000 4711");
    fan.gets("已绑定");
    fan.unfollow();
    assert_eq!(shown(&desk, &fan), (json!(false), false));
    fan.follow_by("door-1");
    assert_eq!(fan.say("我的保单").text(), "请先绑定");
    assert_eq!(stub.asked().len(), 1);
}
