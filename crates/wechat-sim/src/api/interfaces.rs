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

    const fn either(self) -> Self {
        Self {
            takes: Takes::Either,
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
    post("/cgi-bin/openapi/quota/get", Nothing),
    get("/cgi-bin/get_current_autoreply_info", Nothing),
    get("/cgi-bin/get_current_selfmenu_info", Nothing),
    post("/cgi-bin/message/custom/send", Verified).daily(500_000),
    post("/cgi-bin/message/custom/typing", Verified),
    post("/cgi-bin/menu/create", ServiceOrVerified).daily(1_000),
    get("/cgi-bin/menu/get", ServiceOrVerified).daily(10_000),
    get("/cgi-bin/menu/delete", ServiceOrVerified).daily(1_000),
    post("/cgi-bin/menu/addconditional", ServiceOrVerified).daily(2_000),
    post("/cgi-bin/menu/delconditional", ServiceOrVerified).daily(2_000),
    post("/cgi-bin/menu/trymatch", ServiceOrVerified).daily(20_000),
    post("/cgi-bin/media/upload", Verified).daily(100_000),
    get("/cgi-bin/media/get", Verified).daily(200_000),
    post("/cgi-bin/media/uploadimg", Nothing),
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
    post("/cgi-bin/message/template/send", VerifiedService).daily(100_000),
    get(
        "/cgi-bin/template/get_all_private_template",
        VerifiedService,
    ),
    post("/cgi-bin/template/del_private_template", VerifiedService),
    get("/cgi-bin/template/get_industry", VerifiedService),
    post("/cgi-bin/message/subscribe/bizsend", VerifiedService),
    get("/wxaapi/newtmpl/gettemplate", VerifiedService),
    post("/wxaapi/newtmpl/deltemplate", VerifiedService),
    post("/cgi-bin/message/mass/sendall", Verified).daily(100),
    post("/cgi-bin/message/mass/send", Verified).daily(100),
    post("/cgi-bin/message/mass/preview", Verified).daily(100),
    post("/cgi-bin/message/mass/delete", Verified).daily(10),
    post("/cgi-bin/message/mass/get", Verified),
    get("/connect/oauth2/authorize", VerifiedService).open(),
    get("/sns/oauth2/access_token", VerifiedService).open(),
    get("/sns/oauth2/refresh_token", VerifiedService).open(),
    get("/sns/userinfo", VerifiedService).open(),
    get("/sns/auth", VerifiedService).open(),
    get("/cgi-bin/ticket/getticket", Verified).daily(1_000_000),
    post("/datacube/getusersummary", Verified),
    post("/datacube/getusercumulate", Verified),
    post("/datacube/getarticlesummary", Verified),
    post("/datacube/getarticletotal", Verified),
    post("/datacube/getuserread", Verified),
    post("/datacube/getuserreadhour", Verified),
    post("/datacube/getusershare", Verified),
    post("/datacube/getusersharehour", Verified),
    post("/datacube/getupstreammsg", Verified),
    post("/datacube/getupstreammsghour", Verified),
    post("/datacube/getupstreammsgweek", Verified),
    post("/datacube/getupstreammsgmonth", Verified),
    post("/datacube/getupstreammsgdist", Verified),
    post("/datacube/getupstreammsgdistweek", Verified),
    post("/datacube/getupstreammsgdistmonth", Verified),
    post("/datacube/getinterfacesummary", Verified),
    post("/datacube/getinterfacesummaryhour", Verified),
    get("/cgi-bin/customservice/getkflist", Verified),
    get("/cgi-bin/customservice/getonlinekflist", Verified),
    post("/customservice/kfaccount/add", Verified),
    post("/customservice/kfaccount/update", Verified),
    get("/customservice/kfaccount/del", Verified).either(),
    post("/customservice/kfaccount/inviteworker", Verified),
    post("/customservice/kfaccount/uploadheadimg", Verified),
    post("/customservice/kfsession/create", Verified),
    post("/customservice/kfsession/close", Verified),
    get("/customservice/kfsession/getsession", Verified),
    get("/customservice/kfsession/getsessionlist", Verified),
    get("/customservice/kfsession/getwaitcase", Verified),
];
