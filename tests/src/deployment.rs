//! One deployment: Worker, databases, queue and simulated WeChat, as `make serve` starts them.
//!
//! The launcher hangs on a pipe that this process holds (`leash.mjs`). So it ends, with everything that it started and
//! with its state folder, when the [`Deployment`] is dropped, and also when the test process ends without dropping it:
//! after a panic in a shared one, an interrupt, a kill.

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, process, thread};

use crate::account::setting_of;
use crate::databases::{Copied, D1Copy, Databases};
use crate::http::Http;
use crate::simulator::Simulator;
use crate::wait::{PATIENCE, within};
use crate::{Account, Api, Fan, Setup, WeChat, bucket, machine, new_openid};

/// The account's AppID, part of every key and name.
pub const APP_ID: &str = "wxe2e0123456789ab";
/// The token that signs callbacks.
pub const TOKEN: &str = "e2e-callback-token";
/// Its AppSecret.
pub const APP_SECRET: &str = "e2e-app-secret";
/// Has bits set behind the 256th, as most real keys do.
pub const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// Full rights on the API.
pub const ADMIN_TOKEN: &str = "e2e-admin-token";

/// Lines of the log that a failed test shows.
const LAST_LINES: usize = 80;

/// How callbacks travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Signed.
    Plain,
    /// Signed and encrypted, beside the plain fields.
    Compatible,
    /// Signed and encrypted.
    Safe,
}

/// A deployment on this machine.
#[derive(Debug)]
pub struct Deployment {
    setup: Setup,
    state: PathBuf,
    port: u16,
    simulator_port: u16,
    /// Those of the accounts beside the first one, in their order.
    simulator_ports: Vec<u16>,
    launcher: Option<Child>,
    /// The simulator, when it is not the launcher's.
    platform: Option<Child>,
}

impl Deployment {
    /// One that is started over the state that `lay_out` puts into its folder.
    #[track_caller]
    pub(crate) fn start_new(setup: Setup, lay_out: impl FnOnce(&Path)) -> Self {
        let number = RandomState::new().hash_one("state");
        let state = env::temp_dir().join(format!("fandesk-e2e-{}-{number:016x}", process::id()));
        fs::create_dir(&state).unwrap();
        lay_out(&state);
        let (port, simulator_port) = (machine::free_port(), machine::free_port());
        let others = setup.accounts.iter().map(|_| machine::free_port());
        let simulator_ports = others.collect();
        let mut deployment = Self {
            setup,
            state,
            port,
            simulator_port,
            simulator_ports,
            launcher: None,
            platform: None,
        };
        if deployment.setup.lasting_simulator {
            deployment.start_simulator();
        }
        deployment.start();
        deployment
    }

    /// Starts it again over the same state, on the same ports.
    ///
    /// # Panics
    /// When it does not get ready.
    #[track_caller]
    pub fn start(&mut self) {
        assert!(self.launcher.is_none(), "it runs already");
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .unwrap();
        let before = usize::try_from(log.metadata().unwrap().len()).unwrap();
        let mut command = without_settings(checkout().join("node_modules/.bin/node"));
        command
            .arg("--import")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("leash.mjs"))
            .arg(checkout().join("scripts/serve.mjs"))
            .envs(&self.setup.settings)
            .env("PORT", self.port.to_string())
            .env("SIM_PORT", self.simulator_port.to_string())
            .env("STATE_DIR", &self.state)
            .env("DEV_VARS", self.state.join("dev.vars"))
            .env("NO_DEMO", if self.setup.demo { "" } else { "1" })
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        for ((name, _), port) in self.setup.accounts.iter().zip(&self.simulator_ports) {
            command.env(setting_of(name, "SIM_PORT"), port.to_string());
        }
        let launcher = self.launcher.insert(
            command
                .spawn()
                .expect("node starts (`make tools` installs it)"),
        );
        let log_path = self.state.join("log");
        let ready = within(PATIENCE, || {
            let is_ready = log_since(&log_path, before)
                .lines()
                .any(|line| line.starts_with("ready: "));
            let has_ended = launcher.try_wait().unwrap().is_some();
            (is_ready || has_ended).then_some(is_ready)
        });
        // What it said is shown when this drops.
        assert_eq!(ready, Some(true), "the deployment did not get ready");
    }

    fn start_simulator(&mut self) {
        let target = env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
        let log = File::create(self.state.join("simulator.log")).unwrap();
        // The keeper lets it end with this process, however that ends.
        let simulator = without_settings(checkout().join("scripts/keeper.sh"))
            .arg(checkout().join(target).join("release/wechat-sim"))
            .envs(&self.setup.settings)
            .env("SIM_PORT", self.simulator_port.to_string())
            .env(
                "SIM_DEMO_SECRET",
                &self.setup.settings["FANDESK_SECRET_DEMO"],
            )
            .env("FANDESK_URL", format!("http://127.0.0.1:{}", self.port))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("the simulator starts (`make sim` builds it)");
        self.platform = Some(simulator);
        let http = Http::to(&self.simulator_url());
        let listens = || http.try_to_ask("GET", "/sim/stats", &[], None).ok();
        within(PATIENCE, listens).expect("the simulator answers");
    }

    /// Ends it as an operator would, and keeps its state.
    ///
    /// # Panics
    /// When it does not end well by itself.
    #[track_caller]
    pub fn stop(&mut self) {
        let mut launcher = self.launcher.take().expect("it runs");
        writeln!(launcher.stdin.take().unwrap(), "keep").unwrap();
        let ended = within(PATIENCE, || launcher.try_wait().unwrap());
        if ended.is_none() {
            self.launcher = Some(launcher);
        }
        assert!(
            ended.is_some_and(|status| status.success()),
            "it ended with {ended:?}"
        );
    }

    /// Ends it and starts it again.
    #[track_caller]
    pub fn restart(&mut self) {
        self.stop();
        self.start();
    }

    /// Kills it outright, workerd first, as a power cut would.
    ///
    /// # Panics
    /// When it does not run.
    #[track_caller]
    pub fn kill(&mut self) {
        let mut launcher = self.launcher.take().expect("it runs");
        let mut doomed = machine::descendants(launcher.id());
        doomed.push(launcher.id());
        machine::kill(&doomed);
        launcher.wait().unwrap();
        // A process that was killed holds its files until the system has taken it away.
        let gone = || (!machine::is_any_alive(&doomed)).then_some(());
        within(PATIENCE, gone).expect("killed processes end");
    }

    /// Changes a setting from the next start on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.setup
            .settings
            .insert(name.to_owned(), value.to_owned());
    }

    /// A new fan.
    pub fn fan(&self) -> Fan {
        self.fan_called(new_openid())
    }

    /// A fan of this openid.
    pub fn fan_called(&self, openid: impl Into<String>) -> Fan {
        Fan::new(Http::to(&self.simulator_url()), openid.into())
    }

    /// An operator's program.
    pub fn api(&self) -> Api {
        Api::new(self.http(), ADMIN_TOKEN)
    }

    /// The platform's side of the callback.
    pub fn wechat(&self) -> WeChat {
        WeChat::new(self.http(), self.setup.mode, APP_ID, TOKEN, AES_KEY)
    }

    /// An account that was added.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    pub fn account<'a>(&'a self, name: &'a str) -> Account<'a> {
        let mut accounts = self.setup.accounts.iter().zip(&self.simulator_ports);
        let found = accounts.find(|((known, _), _)| known == name);
        let ((_, mode), port) = found.expect("the account was added");
        Account {
            desk: self,
            name,
            mode: *mode,
            simulator_port: *port,
        }
    }

    /// The levers of the simulated WeChat.
    pub fn simulator(&self) -> Simulator {
        Simulator::at(&self.simulator_url())
    }

    /// Any request to the Worker.
    pub fn http(&self) -> Http {
        Http::to(&self.url())
    }

    /// Where the Worker listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where the Worker listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Where the simulator listens.
    pub fn simulator_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.simulator_port)
    }

    /// The process of workerd.
    ///
    /// # Panics
    /// When it does not run.
    pub(crate) fn workerd(&self) -> u32 {
        let launcher = self.launcher.as_ref().expect("it runs").id();
        machine::descendants(launcher)
            .into_iter()
            .find(|process| machine::name(*process) == "workerd")
            .expect("workerd runs")
    }

    /// A folder for what a test writes, gone when this is.
    pub(crate) fn scratch(&self) -> &Path {
        &self.state
    }

    /// Its databases.
    pub fn databases(&self) -> Databases {
        Databases::below(&self.state)
    }

    /// The objects of its bucket, unpacked, by key.
    pub fn objects(&self) -> Vec<(String, String)> {
        bucket::objects(&self.state)
    }

    /// A copy of its databases as a kill left them: looking at the files themselves would recover them before workerd does.
    pub fn databases_as_killed(&self) -> Copied {
        Copied::below(&self.state)
    }

    /// A copy of D1, to set it back to the present moment later, as Time Travel does.
    ///
    /// # Panics
    /// While it runs.
    #[track_caller]
    pub fn copy_of_d1(&self) -> D1Copy {
        assert!(self.launcher.is_none(), "stop it first");
        D1Copy::below(&self.state)
    }

    /// Sets D1 back, and nothing else.
    ///
    /// # Panics
    /// While it runs.
    #[track_caller]
    pub fn set_back_d1(&self, copy: &D1Copy) {
        assert!(self.launcher.is_none(), "stop it first");
        copy.put_back(&self.state);
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        log_since(&self.log_path(), 0)
    }

    fn log_path(&self) -> PathBuf {
        self.state.join("log")
    }

    pub(crate) fn show_log_of_a_failure(&self) {
        if thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
            eprintln!("--- the deployment's last words\n{}\n---", last.join("\n"));
        }
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        self.show_log_of_a_failure();
        if let Some(mut launcher) = self.launcher.take() {
            drop(launcher.stdin.take());
            if within(Duration::from_secs(20), || {
                launcher.try_wait().ok().flatten()
            })
            .is_none()
            {
                let _ = launcher.kill();
                let _ = launcher.wait();
            }
        }
        if let Some(mut platform) = self.platform.take() {
            let _ = platform.kill();
            let _ = platform.wait();
        }
        let _ = fs::remove_dir_all(&self.state);
    }
}

/// A command that no setting of the shell around it reaches.
fn without_settings(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars().filter(|(name, _)| is_setting(name)) {
        command.env_remove(name);
    }
    command
}

/// The folder that everything is built in.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A log from a place on. What is being written may end in half a character.
fn log_since(path: &Path, place: usize) -> String {
    let log = fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(log.get(place..).unwrap_or_default()).into_owned()
}

/// What would reach the launcher from the shell that runs the tests, and must not.
fn is_setting(name: &str) -> bool {
    [
        "WECHAT_",
        "FANDESK_",
        "SIM_",
        "PUBLIC_ORIGIN",
        "NO_SIM",
        "NO_DEMO",
        "AROUND",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}
