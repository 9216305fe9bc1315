//! The table of interfaces: how each is called, how often a day, and which accounts have it.
//!
//! Paths that are routed but not in this table are refused, so the table is complete. Numbers a day are those of the
//! platform's documentation for a young account; where it gives none there is none here.

use crate::platform::standing::Needs::{
    self, Nothing, ServiceOrVerified, Verified, VerifiedService,
};

/// The method that an interface takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// `GET` only (43001).
    Get,
    /// `POST` only (43002).
    Post,
    /// Either, as the platform's documentation itself shows both.
    Either,
}

/// One interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// Where it is.
    pub path: &'static str,
    /// See [`Takes`].
    pub takes: Takes,
    /// Calls a day.
    pub daily: Option<u64>,
    /// Which accounts have it.
    pub needs: Needs,
    /// Whether the account's access token is asked for.
    pub token: bool,
}

impl Interface {
    /// The interface at a path.
    pub fn at(path: &str) -> Option<&'static Self> {
        TABLE.iter().find(|interface| interface.path == path)
    }

    const fn open(self) -> Self {
        Self {
            token: false,
            ..self
        }
    }

    const fn daily(self, most: u64) -> Self {
        Self {
            daily: Some(most),
            ..self
        }
    }
}

const fn get(path: &'static str, needs: Needs) -> Interface {
    Interface {
        path,
        takes: Takes::Get,
        daily: None,
        needs,
        token: true,
    }
}

const fn post(path: &'static str, needs: Needs) -> Interface {
    Interface {
        takes: Takes::Post,
        ..get(path, needs)
    }
}

const TABLE: &[Interface] = &[
    get("/cgi-bin/token", Nothing).open().daily(2_000),
    post("/cgi-bin/stable_token", Nothing).open().daily(500_000),
    get("/cgi-bin/getcallbackip", Nothing),
    get("/cgi-bin/get_api_domain_ip", Nothing),
    post("/cgi-bin/clear_quota", Nothing),
    get("/cgi-bin/get_current_autoreply_info", Nothing),
    get("/cgi-bin/get_current_selfmenu_info", Nothing),
    post("/cgi-bin/message/custom/send", Verified).daily(500_000),
    post("/cgi-bin/message/custom/typing", Verified),
    post("/cgi-bin/menu/create", ServiceOrVerified).daily(1_000),
    get("/cgi-bin/menu/get", ServiceOrVerified).daily(10_000),
    get("/cgi-bin/menu/delete", ServiceOrVerified).daily(1_000),
    post("/cgi-bin/media/upload", Verified).daily(100_000),
    get("/cgi-bin/media/get", Verified).daily(200_000),
    get("/cgi-bin/user/info", Verified).daily(5_000_000),
    post("/cgi-bin/user/info/batchget", Verified).daily(5_000_000),
    get("/cgi-bin/user/get", Verified).daily(500),
    post("/cgi-bin/user/info/updateremark", Verified).daily(10_000),
    post("/cgi-bin/tags/create", Verified).daily(1_000),
    get("/cgi-bin/tags/get", Verified).daily(1_000),
    post("/cgi-bin/tags/update", Verified).daily(1_000),
    post("/cgi-bin/tags/delete", Verified).daily(1_000),
    post("/cgi-bin/tags/getidlist", Verified),
    post("/cgi-bin/user/tag/get", Verified),
    post("/cgi-bin/tags/members/batchtagging", Verified),
    post("/cgi-bin/tags/members/batchuntagging", Verified),
    post("/cgi-bin/tags/members/getblacklist", Verified),
    post("/cgi-bin/tags/members/batchblacklist", Verified),
    post("/cgi-bin/tags/members/batchunblacklist", Verified),
    post("/cgi-bin/qrcode/create", VerifiedService).daily(100_000),
    get("/cgi-bin/showqrcode", Nothing).open(),
];
