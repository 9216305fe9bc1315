//! Alerts in words, Chinese first, and in the forms that webhooks understand.

use std::time::Duration;

use fandesk_playbook::{Alerts, Form};
use serde_json::{Map, Value, json};
use wechat::reply::cut_text;

use super::Alert;
use super::condition::Condition;
use crate::UnixMillis;
use crate::outbox::Lane;

/// Bytes of a text that every group robot takes: WeCom's end here.
const MAX_TEXT_BYTES: usize = 2048;

/// An alert as the API and webhooks show it.
#[must_use]
pub fn to_json(alert: &Alert, rules: &Alerts, now: UnixMillis) -> Map<String, Value> {
    let mut shown = Map::new();
    let moment = |at: Option<UnixMillis>| at.map_or(Value::Null, |at| at.0.into());
    shown.insert("id".into(), alert.condition.id().into());
    shown.insert("kind".into(), alert.condition.kind().into());
    shown.insert("about".into(), alert.condition.about().into());
    shown.insert("since".into(), alert.since.0.into());
    shown.insert("message".into(), words(alert, rules, now).into());
    shown.insert("told_at".into(), moment(alert.told_at));
    shown
}

/// What a webhook of this form is sent.
#[must_use]
pub fn body(
    form: Form,
    account: &str,
    alerts: &[Alert],
    rules: &Alerts,
    now: UnixMillis,
) -> Map<String, Value> {
    let body = match form {
        Form::Fandesk => {
            let alerts: Vec<Value> = alerts
                .iter()
                .map(|alert| {
                    let mut shown = to_json(alert, rules, now);
                    shown.remove("told_at");
                    let state = if alert.over_at.is_some() {
                        "over"
                    } else {
                        "ringing"
                    };
                    shown.insert("state".into(), state.into());
                    shown.into()
                })
                .collect();
            json!({ "account": account, "sent_at": now.0, "alerts": alerts })
        }
        Form::Wecom | Form::Dingtalk => {
            json!({ "msgtype": "text", "text": { "content": text(account, alerts, rules, now) } })
        }
        Form::Feishu => {
            json!({ "msg_type": "text", "content": { "text": text(account, alerts, rules, now) } })
        }
    };
    match body {
        Value::Object(body) => body,
        _ => Map::new(),
    }
}

/// Whether a webhook of this form took it: robots answer 200 to what they refuse, with a code other than 0.
#[must_use]
pub fn taken(form: Form, status: u16, answer: &str) -> bool {
    let field = match form {
        Form::Fandesk => return (200..300).contains(&status),
        Form::Wecom | Form::Dingtalk => "errcode",
        Form::Feishu => "code",
    };
    let answer: Option<Value> = serde_json::from_str(answer).ok();
    status == 200 && answer.is_some_and(|answer| answer.get(field) == Some(&0.into()))
}

fn text(account: &str, alerts: &[Alert], rules: &Alerts, now: UnixMillis) -> String {
    let mut text = format!("fandesk · {account}");
    for alert in alerts {
        let mark = if alert.over_at.is_some() {
            "【恢复】"
        } else {
            "【告警】"
        };
        text.push_str("\n\n");
        text.push_str(mark);
        text.push_str(&words(alert, rules, now));
    }
    cut_text(&text, MAX_TEXT_BYTES).into_owned()
}

/// What is wrong, in a sentence of Chinese and one of English; for what is over, that it is.
#[must_use]
pub fn words(alert: &Alert, rules: &Alerts, now: UnixMillis) -> String {
    if alert.over_at.is_some() {
        let (chinese, english) = title(alert.condition);
        return format!("{chinese}：已恢复。All clear: {english}.");
    }
    let amount = alert.detail.amount;
    // For those whose amount is the moment at which it began.
    let minutes = now.0.saturating_sub(amount) / 60_000;
    let more = alert.detail.more;
    match alert.condition {
        Condition::OutboxAge(Lane::Jobs) => format!(
            "任务已有 {minutes} 分钟没有执行（{more} 个分片）。Jobs have not been done for {minutes} min ({more} shards)."
        ),
        Condition::OutboxAge(Lane::People) => format!(
            "数据库 DB 已有 {minutes} 分钟写不进去（{more} 个分片）；数据在分片里，恢复后自动补写。DB has taken nothing for \
             {minutes} min ({more} shards); the shards keep it and try again."
        ),
        Condition::OutboxAge(Lane::Ledger) => format!(
            "数据库 LEDGER 已有 {minutes} 分钟跟不上（{more} 个分片）；事件在分片里，恢复后自动补写。LEDGER has been behind for \
             {minutes} min ({more} shards); the shards keep the events and try again."
        ),
        Condition::OutboxAge(Lane::Forwards) => format!(
            "转发的目标系统已有 {minutes} 分钟没有接收（{more} 个分片）；满 60 分钟放弃。The system of [forward] has not taken copies \
             for {minutes} min ({more} shards); they are given up after 60."
        ),
        Condition::OutboxAge(Lane::Desk) => format!(
            "服务台已有 {minutes} 分钟没有收到粉丝的消息（{more} 个分片）；消息在分片里，恢复后自动补送。The desk has not heard from fans \
             for {minutes} min ({more} shards); the shards keep what they wrote and try again."
        ),
        Condition::ParkedRows => format!(
            "D1 拒收 {amount} 行数据，已放在一边，每小时重试。D1 refuses {amount} rows; they are kept aside and tried each hour."
        ),
        Condition::FailedJobs => format!(
            "{0} 分钟内有 {amount} 个任务失败（dead 或 unknown）。{amount} jobs became dead or unknown within {0} min.",
            minutes_of(rules.failed_within)
        ),
        Condition::LostForwards => format!(
            "{0} 分钟内有 {amount} 条转发被放弃，目标系统没有收到。{amount} copies of [forward] were given up within {0} min: the \
             other system lacks them.",
            minutes_of(rules.failed_within)
        ),
        Condition::RefusedTokens => format!(
            "{0} 分钟内微信 {amount} 次拒绝 access_token，可能有别的系统在用 /cgi-bin/token。WeChat refused {amount} access tokens \
             within {0} min: another system may be using /cgi-bin/token.",
            minutes_of(rules.refused_within)
        ),
        Condition::NoAccessToken => {
            let code = if more == 0 {
                String::new()
            } else {
                format!(" ({more})")
            };
            format!(
                "已有 {minutes} 分钟取不到 access_token{code}，客服消息发不出去。There has been no access token for {minutes} \
                 min{code}: no service message can be sent."
            )
        }
        Condition::AddressNotListed => {
            let address = alert.detail.word.as_deref().unwrap_or("?");
            format!(
                "微信不接受来自 {address} 的调用（40164），请把它加入 IP 白名单。WeChat takes no calls from {address} (40164): put it \
                 on the account's list."
            )
        }
        Condition::D1Size(database) => {
            let (name, megabytes) = (database.name(), amount / 1_000_000);
            format!(
                "数据库 {name} 已有 {megabytes} MB，到 10,000 MB 就写不进去了。{name} has {megabytes} MB and ends at 10,000."
            )
        }
    }
}

fn title(condition: Condition) -> (&'static str, &'static str) {
    match condition {
        Condition::OutboxAge(Lane::Jobs) => ("任务执行", "jobs are done"),
        Condition::OutboxAge(Lane::People) => ("数据库 DB 写入", "DB takes what it is told"),
        Condition::OutboxAge(Lane::Ledger) => {
            ("数据库 LEDGER 写入", "LEDGER takes what it is told")
        }
        Condition::OutboxAge(Lane::Forwards) => ("转发", "copies of [forward] are taken"),
        Condition::OutboxAge(Lane::Desk) => ("服务台接收消息", "the desk hears from fans"),
        Condition::LostForwards => ("放弃的转发", "no copy of [forward] is given up"),
        Condition::ParkedRows => ("D1 拒收的数据", "D1 refuses nothing"),
        Condition::FailedJobs => ("任务失败", "few jobs fail"),
        Condition::RefusedTokens => ("access_token 被拒", "WeChat takes the access token"),
        Condition::NoAccessToken => ("取 access_token", "there is an access token"),
        Condition::AddressNotListed => ("IP 白名单", "WeChat takes calls from our address"),
        Condition::D1Size(super::condition::Database::Db) => ("数据库 DB 容量", "DB has room"),
        Condition::D1Size(super::condition::Database::Ledger) => {
            ("数据库 LEDGER 容量", "LEDGER has room")
        }
    }
}

fn minutes_of(span: Duration) -> u64 {
    span.as_secs() / 60
}
