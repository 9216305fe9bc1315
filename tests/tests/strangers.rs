//! Requests that no friend sends, and what a browser is told about every answer that it may show.

use fandesk_e2e::{Answer, Mode, Setup, Shared};

static DESK: Shared = Shared::new(|| Setup::new(Mode::Plain).start());

/// What a stranger can look at, with status.
const SHOWN: [(&str, u16); 13] = [
    ("/status", 200),
    ("/healthz", 200),
    ("/api/v1/openapi.json", 200),
    ("/licenses.txt", 200),
    ("/api/v1/events", 401),
    ("/api/v1/conversations", 401),
    ("/api/v1/desk", 401),
    ("/api/v1/desk/live", 401),
    ("/api/v1/audit", 401),
    ("/api/v1/nothing", 401),
    ("/nothing", 404),
    // Off unless FANDESK_WEBCHAT says on.
    ("/chat", 404),
    ("/chat/messages", 404),
];

#[track_caller]
fn assert_guarded(answer: &Answer, path: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{path}: {policy}"
    );
}

#[test]
fn every_answer_that_a_browser_may_show_says_what_it_may_do() {
    let desk = DESK.lend();
    for (path, status) in SHOWN {
        assert_guarded(&desk.http().get(path).expect(status), path);
    }
    assert_guarded(&desk.api().get("/jobs").expect(200), "/jobs");
    assert_guarded(&desk.api().get("/playbook").expect(200), "/playbook");
    assert_guarded(&desk.api().get("/nothing").expect(404), "/nothing");
}

/// What `make build` put there, if a console was built.
fn in_public(file: &str) -> Option<String> {
    let public = fandesk_e2e::deployment::checkout().join("build/public");
    std::fs::read_to_string(public.join(file)).ok()
}

#[test]
fn the_console_is_at_the_root_and_runs_nothing_but_its_own_files() {
    let desk = DESK.lend();
    let page = desk.http().get("/").expect(200);
    assert_eq!(page.header("x-frame-options"), "DENY");
    let policy = page.header("content-security-policy");
    let Some(console) = in_public("index.html") else {
        assert_eq!(page.body, desk.http().get("/status").body);
        return;
    };
    assert_eq!(page.body, console);
    assert_eq!(page.header("cache-control"), "no-cache");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ] {
        assert!(policy.split("; ").any(|one| one == rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let script = console.split('"').find(|part| part.starts_with("/assets/"));
    let script = desk.http().get(script.unwrap()).expect(200);
    assert!(script.header("cache-control").contains("immutable"));
}

#[test]
fn a_file_that_is_not_there_is_kept_by_nobody() {
    let missing = DESK.lend().http().get("/assets/nothing.js").expect(404);
    assert_eq!(missing.header("cache-control"), "no-store");
}

#[test]
fn the_licences_of_what_is_deployed_are_there_to_read() {
    let page = DESK.lend().http().get("/licenses.txt").expect(200);
    assert!(page.body.contains("quick-xml ") && page.body.contains("Permission is hereby granted"));
}

#[test]
fn no_other_origin_is_let_in() {
    let desk = DESK.lend();
    let origin = [
        ("origin", "https://example.org"),
        ("access-control-request-method", "PUT"),
    ];
    for path in [
        "/",
        "/status",
        "/healthz",
        "/api/v1/events",
        "/wechat",
        "/chat",
        "/chat/session",
    ] {
        for method in ["GET", "OPTIONS"] {
            let answer = desk.http().ask(method, path, &origin, None);
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        }
    }
}

#[test]
fn a_method_that_a_path_has_not_is_answered_with_those_that_it_has() {
    let desk = DESK.lend();
    let api = desk.api();
    for (method, path, allow) in [
        ("DELETE", "/events", "GET"),
        ("PATCH", "/playbook", "GET, PUT"),
        ("POST", "/menu", "GET, PUT, DELETE"),
        ("PATCH", "/playbook/draft", "GET, PUT, DELETE"),
        ("GET", "/playbook/preview", "POST"),
        ("GET", "/fans/oAnybody/tags", "PUT"),
        ("GET", "/jobs/0.1.1/replay", "POST"),
        ("PATCH", "/conversations", "GET"),
        ("GET", "/conversations/0.1/take", "POST"),
        ("POST", "/conversations/0.1/draft", "GET, PUT, DELETE"),
        ("GET", "/conversations/bulk", "POST"),
        ("POST", "/desk", "GET"),
        ("GET", "/desk/me", "PUT"),
        ("DELETE", "/audit", "GET"),
        // The platform knows more methods than the library does, which takes those for GET.
        ("PROPFIND", "/events", "GET"),
    ] {
        let answer = api.ask(method, path, &[], None).expect(405);
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    let anywhere = |method: &str, path: &str| desk.http().ask(method, path, &[], None).expect(405);
    assert_eq!(anywhere("DELETE", "/").header("allow"), "GET, HEAD");
    assert_eq!(anywhere("PUT", "/healthz").header("allow"), "GET, HEAD");
    assert_eq!(anywhere("DELETE", "/wechat").header("allow"), "GET, POST");
}

#[test]
fn odd_paths_and_queries_are_clean_refusals() {
    let desk = DESK.lend();
    for path in [
        "/fans/%",
        "/fans/%ff%fe",
        "/fans/%00",
        "/fans/a%2Fb",
        "/fans/..%2f..%2fjobs",
        "/jobs/%00.1.1",
        "/jobs/99999.1.1",
        "/jobs/0.99999999999999999999.1",
        "/conversations/0.1",
        "/conversations/%00",
        "/conversations/0.1/nothing",
        "/conversations/0.1/draft/more",
        "/desk/nothing",
        "//events",
        "/events/",
    ] {
        desk.api().get(path).expect(404);
    }
    for query in [
        "limit=%00",
        "limit=1e3",
        "limit=-1",
        "after=%ff",
        "after=00",
        "=1",
        "%ff=1",
    ] {
        desk.api().get(&format!("/events?{query}")).expect(422);
    }
    for query in ["state=lost", "after=x", "limit=0", "unread=1"] {
        let path = format!("/conversations?{query}");
        desk.api().get(&path).expect(422);
    }
    desk.api().get("/audit?after=x").expect(422);
    for path in [
        "/%",
        "/%ff",
        "/..%2fwrangler.toml",
        "/wechat/a/b",
        "/index.js",
    ] {
        desk.http().get(path).expect(404);
    }
}

#[test]
fn a_body_larger_than_its_route_takes_is_refused_with_or_without_its_length() {
    let api = DESK.lend().api();
    let http = DESK.lend().http();
    let token = format!("Bearer {}", fandesk_e2e::deployment::ADMIN_TOKEN);
    for (method, path, kind, limit) in [
        (
            "POST",
            "/fans/oAnybody/messages",
            "application/json",
            16 * 1024,
        ),
        ("PUT", "/menu", "application/json", 512 * 1024),
        ("POST", "/conversations/bulk", "application/json", 32 * 1024),
        (
            "POST",
            "/conversations/0.1/assign",
            "application/json",
            32 * 1024,
        ),
        ("PUT", "/playbook", "application/toml", 1024 * 1024),
        (
            "POST",
            "/playbook/preview",
            "application/json",
            2 * 1024 * 1024,
        ),
    ] {
        let large = " ".repeat(limit + 1);
        let kind = ("content-type", kind);
        api.ask(method, path, &[kind], Some(large.as_bytes()))
            .expect(413);
        let headers = [kind, ("authorization", token.as_str())];
        let target = format!("/api/v1{path}");
        http.stream(method, &target, &headers, large.as_bytes())
            .expect(413);
    }
}
