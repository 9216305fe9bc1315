//! What a fan does, and what a fan received.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequestParts, Path, Query, State},
    http::{HeaderMap, Response, StatusCode, header::HOST, request::Parts},
};
use serde::Deserialize;
use serde_json::{Number, json};

use crate::{
    callback::{Act, act::Place},
    clock::UnixMillis,
    http::{Input, Mistake, document},
    platform::{
        Platform,
        fan::{Fan, OpenId},
        media::Kind,
        window::Open,
    },
};

/// The longest that a reader of the journal may wait.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// The picture that a fan sends.
static PICTURE: &[u8] = include_bytes!("../page/picture.png");
/// Frames of 20 ms in the voice message that a fan sends.
const VOICE_FRAMES: usize = 150;

/// The fan in the path.
pub struct Who(OpenId);

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Mistake;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Mistake> {
        let Path(openid) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(Mistake::unclear)?;
        let openid = OpenId::parse(&openid)
            .ok_or_else(|| Mistake::unclear("an openid has 1 to 64 letters, digits, - or _"))?;
        Ok(Self(openid))
    }
}

impl Who {
    pub(super) fn openid(&self) -> &OpenId {
        &self.0
    }
}

type Answer = Result<Response<Body>, Mistake>;
type Shared = State<Arc<Platform>>;

async fn play(platform: &Platform, who: &Who, act: Act) -> Answer {
    let outcome = platform
        .play(&who.0, act)
        .await
        .map_err(Mistake::conflict)?;
    Ok(document(StatusCode::OK, &outcome))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    text: String,
    /// The id of a `msgmenu` entry, when one was tapped.
    menu_entry: Option<String>,
}

pub(super) async fn say(State(platform): Shared, who: Who, Input(say): Input<Say>) -> Answer {
    play(
        &platform,
        &who,
        Act::Say {
            text: say.text,
            menu_entry: say.menu_entry,
        },
    )
    .await
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Tap {
    Key { key: String },
    Page { url: String },
}

pub(super) async fn tap(State(platform): Shared, who: Who, Input(tap): Input<Tap>) -> Answer {
    let act = match tap {
        Tap::Key { key } => Act::Tap { key },
        Tap::Page { url } => Act::View { url },
    };
    play(&platform, &who, act).await
}

/// What a code says: its scene, or what stands in its picture, or its ticket.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Scan {
    Scene { scene: String },
    Picture { url: String },
    Ticket { ticket: String },
}

pub(super) async fn scan(State(platform): Shared, who: Who, Input(scan): Input<Scan>) -> Answer {
    let said = match scan {
        Scan::Scene { scene } => {
            return play(
                &platform,
                &who,
                Act::Scan {
                    scene,
                    ticket: None,
                },
            )
            .await;
        }
        Scan::Picture { url: said } | Scan::Ticket { ticket: said } => said,
    };
    let code = platform.codes().read(&said, platform.now()).cloned();
    let code = code.ok_or_else(|| Mistake::conflict("no such code, or its time is over"))?;
    let act = Act::Scan {
        scene: code.scene.key(),
        ticket: Some(code.ticket),
    };
    play(&platform, &who, act).await
}

#[derive(Debug, Deserialize)]
pub(super) struct Follow {
    scene: Option<String>,
}

pub(super) async fn follow(
    State(platform): Shared,
    who: Who,
    Input(follow): Input<Follow>,
) -> Answer {
    play(
        &platform,
        &who,
        Act::Follow {
            scene: follow.scene,
            ticket: None,
        },
    )
    .await
}

pub(super) async fn unfollow(State(platform): Shared, who: Who) -> Answer {
    play(&platform, &who, Act::Unfollow).await
}

#[derive(Debug, Deserialize)]
pub(super) struct Locate {
    latitude: Number,
    longitude: Number,
    label: Option<String>,
    /// Present: WeChat reports the place (`LOCATION` event). Absent: the fan sends it as a message.
    precision: Option<Number>,
}

pub(super) async fn locate(
    State(platform): Shared,
    who: Who,
    Input(locate): Input<Locate>,
) -> Answer {
    let place = Place {
        latitude: locate.latitude,
        longitude: locate.longitude,
    };
    let act = match locate.precision {
        Some(precision) => Act::Report { place, precision },
        None => Act::Locate {
            place,
            label: locate.label.unwrap_or_default(),
        },
    };
    play(&platform, &who, act).await
}

pub(super) async fn image(State(platform): Shared, who: Who, headers: HeaderMap) -> Answer {
    let media_id = platform.media().add(
        Kind::Image,
        "image/png",
        Bytes::from_static(PICTURE),
        platform.now(),
    );
    let host = headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("127.0.0.1");
    let pic_url = format!("http://{host}/sim/media/{media_id}");
    play(&platform, &who, Act::Image { media_id, pic_url }).await
}

#[derive(Debug, Deserialize)]
pub(super) struct Voice {
    #[serde(default)]
    recognition: String,
}

pub(super) async fn voice(State(platform): Shared, who: Who, Input(voice): Input<Voice>) -> Answer {
    let media_id = platform
        .media()
        .add(Kind::Voice, "audio/amr", silence(), platform.now());
    play(
        &platform,
        &who,
        Act::Voice {
            media_id,
            recognition: voice.recognition,
        },
    )
    .await
}

/// An AMR file: the magic, then frames that say “no data”.
fn silence() -> Bytes {
    [b"#!AMR\n".as_slice(), &[0x7C; VOICE_FRAMES]]
        .concat()
        .into()
}

#[derive(Debug, Deserialize)]
pub(super) struct Link {
    title: String,
    #[serde(default)]
    description: String,
    url: String,
}

pub(super) async fn link(State(platform): Shared, who: Who, Input(link): Input<Link>) -> Answer {
    let Link {
        title,
        description,
        url,
    } = link;
    play(
        &platform,
        &who,
        Act::Link {
            title,
            description,
            url,
        },
    )
    .await
}

pub(super) async fn view(State(platform): Shared, who: Who) -> Response<Body> {
    let view = platform.with_known_fan(&who.0, |fan| fan.view(platform.now()));
    document(
        StatusCode::OK,
        &view.unwrap_or_else(|| Fan::unseen().view(platform.now())),
    )
}

pub(super) async fn inbox(State(platform): Shared, who: Who) -> Response<Body> {
    let items = platform
        .with_known_fan(&who.0, |fan| fan.journal.inbox())
        .unwrap_or_default();
    document(StatusCode::OK, &json!({ "items": items }))
}

#[derive(Debug, Deserialize)]
pub(super) struct Reading {
    /// The last entry that the reader has.
    #[serde(default)]
    after: u64,
    /// The menu that the reader has.
    #[serde(default)]
    menu_version: u64,
    /// How long to wait for something new.
    #[serde(default)]
    wait_ms: u64,
}

/// What happened after the last entry that the reader has; waits for it when told to.
pub(super) async fn journal(
    State(platform): Shared,
    who: Who,
    Query(reading): Query<Reading>,
) -> Response<Body> {
    let wait = tokio::time::sleep(Duration::from_millis(reading.wait_ms).min(LONGEST_WAIT));
    tokio::pin!(wait);
    loop {
        // Listening begins before looking, so nothing falls in between.
        let stirred = platform.stirred().notified();
        let now = platform.now();
        let look = |fan: &mut Fan| (fan.journal.after(reading.after), fan.view(now));
        let (items, fan) = platform
            .with_known_fan(&who.0, look)
            .unwrap_or_else(|| (Vec::new(), Fan::unseen().view(now)));
        let menu_version = platform.menu().version;
        if !items.is_empty() || menu_version != reading.menu_version || wait.is_elapsed() {
            let page =
                json!({ "items": items, "fan": fan, "menu_version": menu_version, "now": now });
            return document(StatusCode::OK, &page);
        }
        tokio::select! {
            () = stirred => {}
            () = &mut wait => {}
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Window {
    left: u8,
    ends_in_ms: UnixMillis,
}

/// Sets what the account may still send, to test the edges.
pub(super) async fn window(
    State(platform): Shared,
    who: Who,
    Input(window): Input<Window>,
) -> Response<Body> {
    let now = platform.now();
    let view = platform.with_fan(&who.0, |fan| {
        fan.windows.set(Open {
            left: window.left,
            until: now.saturating_add(window.ends_in_ms),
        });
        fan.view(now)
    });
    document(StatusCode::OK, &view)
}
