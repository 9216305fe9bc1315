//! Figures, and the account itself.

use serde_json::json;
use wechat::api::account;
use wechat::api::datacube::{self, Day, Days};

use crate::{gets, posts, read, refused};

#[test]
fn figures_are_asked_for_by_days() {
    let day = |month, day| Day::new(2026, month, day).unwrap();
    let week = Days {
        begin: day(2, 25),
        end: day(3, 3),
    };
    let summary = datacube::user_summary(week).unwrap();
    posts(
        &summary,
        "/datacube/getusersummary",
        json!({ "begin_date": "2026-02-25", "end_date": "2026-03-03" }),
    );
    let longer = Days {
        begin: day(2, 24),
        end: day(3, 3),
    };
    assert_eq!(
        refused(datacube::user_summary(longer)),
        "end_date: 8 entries, 1 to 7 are allowed"
    );
    let backwards = Days {
        begin: day(3, 3),
        end: day(2, 24),
    };
    assert_eq!(
        refused(datacube::user_cumulate(backwards)),
        "end_date: the last day is before the first"
    );
    assert!(datacube::article_summary(Days::only(day(3, 3))).is_ok());
    assert!(datacube::article_total(week).is_err());
    let over_the_year = Days {
        begin: day(12, 31),
        end: Day::new(2027, 1, 6).unwrap(),
    };
    assert!(datacube::upstream_msg(over_the_year).is_ok());

    let figures = read(
        &summary,
        r#"{"list":[{"ref_date":"2014-12-07","user_source":0,"new_user":0,"cancel_user":0},
            {"ref_date":"2014-12-08","user_source":30,"new_user":4,"cancel_user":1}]}"#,
    );
    assert_eq!(
        (figures.list[1].user_source, figures.list[1].new_user),
        (30, 4)
    );
}

#[test]
fn only_days_that_there_are_can_be_asked_for() {
    assert!(Day::new(2024, 2, 29).is_some() && Day::new(2000, 2, 29).is_some());
    for (year, month, day) in [
        (2023, 2, 29),
        (1900, 2, 29),
        (2026, 13, 1),
        (2026, 0, 1),
        (2026, 4, 31),
        (2026, 1, 0),
    ] {
        assert_eq!(Day::new(year, month, day), None, "{year}-{month}-{day}");
    }
}

#[test]
fn the_documented_figures_are_read() {
    let day = Days::only(Day::new(2014, 12, 8).unwrap());
    let articles = read(
        &datacube::article_total(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-14","msgid":"202457380_1","title":"马航丢画记","details":[
            {"stat_date":"2014-12-14","target_user":261917,"int_page_read_user":23676,"int_page_read_count":25615,
             "ori_page_read_user":29,"ori_page_read_count":34,"share_user":122,"share_count":994,"add_to_fav_user":1,
             "add_to_fav_count":3}]}]}"#,
    );
    assert_eq!(articles.list[0].details[0].target_user, 261_917);
    let reading = read(
        &datacube::user_read_hour(day).unwrap(),
        r#"{"list":[{"ref_date":"2015-07-14","ref_hour":0,"user_source":0,"int_page_read_user":6391,"int_page_read_count":7836,
            "ori_page_read_user":375,"ori_page_read_count":440,"share_user":2,"share_count":2,"add_to_fav_user":0,"add_to_fav_count":0}]}"#,
    );
    assert_eq!(reading.list[0].ref_hour, Some(0));
    let messages = read(
        &datacube::upstream_msg(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","msg_type":1,"msg_user":282,"msg_count":817}]}"#,
    );
    assert_eq!(messages.list[0].msg_count, 817);
    let spread = read(
        &datacube::upstream_msg_dist(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","count_interval":1,"msg_user":246}]}"#,
    );
    assert_eq!(spread.list[0].msg_user, 246);
    let sharing = read(
        &datacube::user_share(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","share_scene":1,"share_count":207,"share_user":11}]}"#,
    );
    assert_eq!(sharing.list[0].share_count, 207);
    let interface = read(
        &datacube::interface_summary(day).unwrap(),
        r#"{"list":[{"ref_date":"2014-12-07","callback_count":36974,"fail_count":67,"total_time_cost":14994291,"max_time_cost":5044}]}"#,
    );
    assert_eq!(interface.list[0].max_time_cost, 5044);
    let nothing = read(&datacube::upstream_msg_week(day).unwrap(), r#"{"list":[]}"#);
    assert_eq!(nothing.list.len(), 0);
}

#[test]
fn the_account_asks_about_itself() {
    gets(&account::callback_ip(), "/cgi-bin/getcallbackip", &[]);
    gets(&account::api_domain_ip(), "/cgi-bin/get_api_domain_ip", &[]);
    posts(
        &account::clear_quota("wx1").unwrap(),
        "/cgi-bin/clear_quota",
        json!({ "appid": "wx1" }),
    );
    let quota = account::quota("/cgi-bin/menu/create").unwrap();
    posts(
        &quota,
        "/cgi-bin/openapi/quota/get",
        json!({ "cgi_path": "/cgi-bin/menu/create" }),
    );
    let left = read(
        &quota,
        r#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":10,"used":3,"remain":7}}"#,
    );
    assert_eq!((left.daily_limit, left.used, left.remain), (10, 3, 7));
    let addresses = read(
        &account::callback_ip(),
        r#"{"ip_list":["101.226.103.0/25","2402:4e00::1"]}"#,
    );
    assert_eq!(addresses.ip_list.len(), 2);
    assert!(account::clear_quota("").is_err());
}
