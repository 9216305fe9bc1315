//! A WeChat platform to test an Official Account's server against, strict rather than kind.
//!
//! It stands on both sides of that server. Towards its callback URL it is WeChat: it signs and encrypts what fans do,
//! waits five seconds, tries three times, and reads every answer to the letter ([`callback`], [`answer`]). Towards its
//! outgoing calls it is `api.weixin.qq.com`, and the mp and open hosts: tokens, messages of every kind, menus, material,
//! fans and tags, codes, pages, figures ([`api`]), with the platform's limits and error codes.
//!
//! - [`platform`]: what the simulated WeChat knows: fans, reply windows, tokens, figures.
//! - [`callback`]: fan → account. [`answer`]: account → fan, at once.
//! - [`api`]: account → platform.
//! - [`sim`]: what tests and the phone page steer it by. [`crowd`], [`faults`]: loads and failures.
//! - [`demo`]: a business system for the demo playbook.
//! - [`page`]: the phone, and the log.
//!
//! Nothing is stored: a new start is an empty platform. It serves 127.0.0.1 only.
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a native tool: counters and times far from the limits of 64 bits"
)]

pub mod answer;
pub mod api;
pub mod callback;
pub mod clock;
pub mod crowd;
pub mod demo;
pub mod faults;
pub mod http;
pub mod page;
pub mod platform;
pub mod settings;
pub mod sim;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle};

use platform::Platform;
use settings::Settings;

/// A running simulator. It ends when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    platform: Arc<Platform>,
    server: JoinHandle<()>,
}

/// Why the simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The account's server cannot be called.
    #[error("FANDESK_URL: {0}")]
    Account(String),
    /// The port is taken, or not allowed.
    #[error("cannot listen on 127.0.0.1:{port}: {error}")]
    Port {
        /// The port asked for.
        port: u16,
        /// What the system said.
        error: std::io::Error,
    },
}

impl Simulator {
    /// Starts on the port in the settings; when this returns, requests are answered.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let port = settings.port;
        let platform = Arc::new(Platform::new(settings).map_err(StartError::Account)?);
        let failed = |error| StartError::Port { port, error };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let router = Router::new()
            .merge(page::router())
            .merge(sim::router())
            .merge(api::router(&platform))
            .merge(demo::router(&platform))
            .with_state(Arc::clone(&platform));
        let server = tokio::spawn(async move {
            // Accepting goes on for ever; errors of single connections are theirs.
            drop(axum::serve(listener, router).await);
        });
        Ok(Self {
            address,
            platform,
            server,
        })
    }

    /// `http://127.0.0.1:…`, without a trailing slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The platform behind the server.
    pub fn platform(&self) -> &Arc<Platform> {
        &self.platform
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.platform.crowds().send_all_home();
        self.server.abort();
    }
}
